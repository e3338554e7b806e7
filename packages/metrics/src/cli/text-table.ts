/** Characters that move the cursor, begin commands of a terminal, or change the direction of text. */
const CONTROLS = /(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Makes text from a file safe for a terminal: escapes control characters except line feeds. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as JSON that is safe for a terminal: parses to the same value, with all control characters escaped. */
export function jsonText(value: unknown): string {
  // The line feeds that remain are those of the layout.
  return escapeControls(JSON.stringify(value, null, 2));
}

/**
 * A table for a terminal. The first column is left-aligned, the others right-aligned. Control characters in cells are
 * escaped.
 */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map((cell) => escapeControls(cell).replaceAll('\n', '\\n')));
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A number with four significant digits, or all digits before the decimal point. */
export function formatShort(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return value.toLocaleString('en', { maximumFractionDigits: 0 });
  return size !== 0 && size < 1e-3 ? value.toExponential(1) : Number(value.toPrecision(4)).toString();
}

/** A number with the ends of its interval. */
export function withEnds(value: number, lower: number | null, upper: number | null): string {
  if (lower === null || upper === null) return formatShort(value);
  return `${formatShort(value)} [${formatShort(lower)}, ${formatShort(upper)}]`;
}
