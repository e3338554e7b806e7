import type { Interval, Results } from './results.js';

const COLUMNS = [
  { title: 'early reward', measure: 'earlyReward', digits: 2 },
  { title: 'final reward', measure: 'finalReward', digits: 2 },
  { title: 'cumulative reward', measure: 'cumulativeReward', digits: 0 },
  { title: 'episode length', measure: 'meanLength', digits: 2 },
] as const;

/** The results as a table in plain text: mean and 95 % interval over seeds. */
export function formatTable(methods: Results['methods']): string {
  const rows = Object.entries(methods).map(([name, result]) => [
    name,
    ...COLUMNS.map(({ measure, digits }) => format(result[measure], digits)),
  ]);
  const header = ['method', ...COLUMNS.map(({ title }) => title)];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ');
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

function format(interval: Interval, digits: number): string {
  if (interval === null) return '-';
  const { mean, lower, upper } = interval;
  if (lower === null || upper === null) return mean.toFixed(digits);
  return `${mean.toFixed(digits)} [${lower.toFixed(digits)}, ${upper.toFixed(digits)}]`;
}
