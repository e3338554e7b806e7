/** Whether text has no half of a surrogate pair: only such text is the same again after UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** A name as it is shown in a message: in quotes, and short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A shape, as messages show it. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
