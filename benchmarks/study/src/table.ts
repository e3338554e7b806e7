import { type Interval, MEASURES, type Measure, type Results, type Table } from './results.js';

/** All tables in plain text: interquartile means with their intervals. */
export function formatTables({ tables }: Pick<Results, 'tables'>): string {
  return tables.map(formatTable).join('\n\n');
}

function formatTable({ part, variant, environment, methods }: Table): string {
  const header = ['method', ...MEASURES];
  const rows = methods.map(({ method, measures }) => [
    method,
    ...MEASURES.map((measure) => formatInterval(measures[measure], measure)),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  return [`${environment}, ${part} (${variant})`, line(header), ...rows.map(line)].join('\n');
}

/** Formats a value with its interval, with the number of decimals of its measure. */
export function formatInterval(interval: Interval | null, measure: Measure): string {
  const digits = measure === 'cumulative' ? 0 : 2;
  if (interval === null) return '-';
  const { estimate, lower, upper } = interval;
  if (lower === null || upper === null) return estimate.toFixed(digits);
  return `${estimate.toFixed(digits)} [${lower.toFixed(digits)}, ${upper.toFixed(digits)}]`;
}
