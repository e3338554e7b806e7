/** Whether text has no lone surrogates, so that it survives encoding in UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Nesting levels of a value shown in messages; a file may nest values deeper than the stack allows. */
const MOST_LEVELS = 20;

function isDeep(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeep(each, levels - 1));
}

/** A value as shown in messages: quoted and short. */
export function show(value: unknown): string {
  const text = isDeep(value) ? 'a value of many levels' : escapeControls(JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Control characters that JSON does not escape; some start terminal commands. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Dimensions of a shape shown in messages; a file may have a million. */
const MAX_SHOWN_DIMENSIONS = 8;

/** A shape as shown in messages. */
export function showShape(shape: readonly number[]): string {
  if (shape.length <= MAX_SHOWN_DIMENSIONS) return `[${shape.join(', ')}]`;
  return `[${shape.slice(0, MAX_SHOWN_DIMENSIONS).join(', ')}, ...] (${shape.length} dimensions)`;
}
