import type { Estimate, ValidationReport } from '@ialp/llm-user/validation';

const HEADER = [
  'source',
  'AUC by user',
  'AUC overall',
  'AUC liked against random',
  'better than popularity by',
  'yes',
  'calibration',
  'same in reverse',
  'failed',
];

/** Formats reports as a Markdown table. */
export function formatTable(rows: readonly { readonly name: string; readonly report: ValidationReport }[]): string {
  const lines = rows.map(({ name, report }) => [
    name,
    interval(report.auc.byUser),
    number(report.auc.overall),
    interval(report.randomAuc?.byUser ?? null),
    report.model === 'popularity' ? '-' : interval(report.popularity?.gain ?? null),
    report.yesShare === null ? '-' : `${(100 * report.yesShare).toFixed(0)} %`,
    number(report.calibrationError),
    report.position === null
      ? '-'
      : `${(100 * report.position.agreement).toFixed(0)} % (chance ${(100 * report.position.chanceAgreement).toFixed(0)} %)`,
    `${report.summary.failed} of ${report.summary.done}`,
  ]);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(HEADER), row(HEADER.map(() => '---')), ...lines.map(row)].join('\n');
}

function interval(estimate: Estimate | null): string {
  if (estimate === null) return '-';
  const { mean, lower, upper } = estimate;
  return `${mean.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`;
}

function number(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}
