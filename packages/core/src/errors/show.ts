/** Characters of a value that a message shows. */
const LONGEST = 60;
/** Controls that JSON does not escape; in a terminal some of them begin commands. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

/** A value as a message shows it: short, text in quotes, control characters escaped. */
export function show(value: unknown): string {
  const text = textOf(value).replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST + 1));
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'an object';
  }
}
