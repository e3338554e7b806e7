const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
const [CSI, STRING_END] = [155, 156].map((code) => String.fromCharCode(code));
/** Introducers of strings that a terminal reads as orders: DCS, SOS, OSC, PM and APC. */
const STRINGS = [144, 152, 157, 158, 159].map((code) => String.fromCharCode(code)).join('');

/** Control sequences (ECMA-48, 5.4), control strings (5.6) and the other escape sequences of two characters and more. */
const SEQUENCES = new RegExp(
  [
    `(?:${ESCAPE}\\[|${CSI})[0-?]*[ -/]*[@-~]`,
    `(?:${ESCAPE}[PX\\]^_]|[${STRINGS}])[^${BELL}${ESCAPE}${STRING_END}]*(?:${BELL}|${ESCAPE}\\\\|${STRING_END})`,
    `${ESCAPE}[ -/]*[0-~]`,
  ].join('|'),
  'g',
);
const CONTROLS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * A text that is safe to print: without terminal escape sequences, control characters (but line ends and tabs) and marks
 * that reverse the direction of writing.
 */
export function cleanText(text: string): string {
  return text.replace(SEQUENCES, '').replace(CONTROLS, '');
}

/** A text with a mark at its end, so that another sentence can follow. */
export function asSentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** The beginning of a text that another party wrote, clean and on one line; `...` marks what was cut. */
export function quoteText(text: string, maxLength = 200): string {
  // Cut first: cleaning a text of megabytes for 200 characters of it is not worth the time.
  const line = cleanText(text.slice(0, 20 * maxLength))
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= maxLength) return line;
  return `${line.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}...`;
}
