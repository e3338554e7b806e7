/** A table for a terminal: the first column to the left, the others to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
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

/** A number of four digits that count, or all before the point. */
export function inShort(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return value.toLocaleString('en', { maximumFractionDigits: 0 });
  return size !== 0 && size < 1e-3 ? value.toExponential(1) : Number(value.toPrecision(4)).toString();
}

/** A number with the ends of its interval. */
export function withEnds(value: number, lower: number | null, upper: number | null): string {
  if (lower === null || upper === null) return inShort(value);
  return `${inShort(value)} [${inShort(lower)}, ${inShort(upper)}]`;
}
