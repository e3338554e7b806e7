/** Reports as one HTML file: the exports of `@ialp/metrics/report`. Charts need `@observablehq/plot` and `linkedom`. */
export type {
  ReportFigure,
  ReportLines,
  ReportMatrix,
  ReportPoint,
  ReportScatter,
  ReportSeries,
} from './figures.js';
export { renderReport } from './render-report.js';
export {
  type ReportFinding,
  type ReportSection,
  type ReportTable,
  renderStudyReport,
  type StudyReportInput,
} from './render-study-report.js';
export type { ReportFacts, ReportInput, ReportInterval, ReportMethod } from './report-input.js';
export { type ReportOfRunsOptions, reportOfRuns } from './report-of-runs.js';
