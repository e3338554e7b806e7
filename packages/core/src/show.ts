/** Characters of a value that a message shows. */
const LONGEST = 60;
/** Controls that JSON does not escape; in a terminal some of them begin commands. */
const CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

/** A value as a message shows it: short, text in quotes, control characters escaped. */
export function show(value: unknown): string {
  if (typeof value === 'string') return short(quoted(value.slice(0, LONGEST + 1)));
  if (typeof value === 'object' && value !== null) {
    try {
      return short(escapeControls(JSON.stringify(value) ?? String(value)));
    } catch {
      return 'an object';
    }
  }
  return short(escapeControls(String(value)));
}

function quoted(text: string): string {
  return escapeControls(JSON.stringify(text));
}

function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}
