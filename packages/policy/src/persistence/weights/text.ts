/** Whether text has no half of a surrogate pair: only such text is the same again after UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Levels of a value that messages show; a file may nest a value deeper than the stack allows. */
const MOST_LEVELS = 20;

function isDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeep(each, levels - 1));
}

/** A name as it is shown in a message: in quotes, and short. */
export function show(value: unknown): string {
  const text = isDeep(value) ? 'a value of many levels' : escapeControls(JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Controls that JSON leaves as they are; in a terminal some of them begin orders. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Dimensions of a shape that messages show; a file may state a million. */
const MAX_SHOWN_DIMENSIONS = 8;

/** A shape, as messages show it. */
export function showShape(shape: readonly number[]): string {
  if (shape.length <= MAX_SHOWN_DIMENSIONS) return `[${shape.join(', ')}]`;
  return `[${shape.slice(0, MAX_SHOWN_DIMENSIONS).join(', ')}, ...] (${shape.length} dimensions)`;
}
