/** Maximum number of characters of a value in a message. */
const MAX_CHARACTERS = 60;
/** Control characters that JSON does not escape; some start commands of a terminal. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

/** Formats a value for a message: short, strings in quotes, control characters escaped. */
export function show(value: unknown): string {
  const text = textOf(value).replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 3)}...` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_CHARACTERS + 1));
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'an object';
  }
}
