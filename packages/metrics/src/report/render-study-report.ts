import { loadCharts } from './charts.js';
import { checkStudyInput } from './check-input.js';
import { namesOfFigure, type ReportFigure } from './figures.js';
import { escapeHtml } from './html.js';
import type { ReportFacts, ReportInterval } from './report-input.js';
import { STYLES } from './styles.js';
import { factTable, figureTable, matrixTable, measureTable, swatch } from './tables.js';

/** A table of measures. */
export interface ReportTable {
  readonly columns: readonly {
    readonly title: string;
    /** Number of decimals. */
    readonly digits: number;
    /** Whether the highest mean is set in bold. */
    readonly best?: boolean;
  }[];
  readonly rows: readonly {
    readonly name: string;
    readonly description?: string;
    /** One value per column; null if there is no value. */
    readonly values: readonly (ReportInterval | null)[];
  }[];
  readonly caption: string;
}

/** A part of the page. */
export interface ReportSection {
  readonly title: string;
  readonly note?: string;
  readonly figures?: readonly ReportFigure[];
  readonly tables?: readonly ReportTable[];
}

/** A statement, or a claim with its outcome. */
export interface ReportFinding {
  readonly text: string;
  /** Whether the claim holds; absent if the text is not a claim. */
  readonly holds?: boolean;
}

/** Input of `renderStudyReport`. All strings are escaped. */
export interface StudyReportInput {
  readonly title: string;
  readonly subtitle?: string;
  readonly findings: readonly ReportFinding[];
  readonly sections: readonly ReportSection[];
  /** Tables of facts by heading. */
  readonly facts: Readonly<Record<string, ReportFacts>>;
}

/**
 * Renders a report of several environments as one self-contained HTML file: claims and whether they hold, and for each
 * section its figures, with their data, and its tables. A name has the same colour in all figures and tables. The same
 * input gives the same bytes.
 * @throws {InvalidOptionError} that names the field, if the input is invalid.
 * @throws {MissingPackageError} if `@observablehq/plot` or `linkedom` is not installed.
 */
export async function renderStudyReport(input: StudyReportInput): Promise<string> {
  checkStudyInput(input);
  const { title, subtitle, findings, sections, facts } = input;
  const charts = await loadCharts();
  const names = [...new Set(sections.flatMap(({ figures = [] }) => figures.flatMap(namesOfFigure)))];
  const placeOf = (name: string): number | undefined => {
    const place = names.indexOf(name);
    return place === -1 ? undefined : place;
  };
  const figureHtml = (figure: ReportFigure): string => {
    const note = figure.note === undefined ? '' : `<p class="note">${escapeHtml(figure.note)}</p>`;
    const heading = `<h3>${escapeHtml(figure.title)}</h3>`;
    if (figure.kind === 'matrix') return heading + matrixTable(figure, placeOf) + note;
    const drawn = figure.kind === 'scatter' ? charts.scatter(figure, names) : charts.lines(figure, names);
    const legend = namesOfFigure(figure).map((name) => `<li>${swatch(placeOf(name))}${escapeHtml(name)}</li>`);
    return (
      `${heading}<ul class="legend">${legend.join('')}</ul><figure>${drawn}</figure>${note}` +
      `<details><summary>Data of the figure</summary>${figureTable(figure)}</details>`
    );
  };
  const sectionHtml = ({ title: heading, note, figures = [], tables = [] }: ReportSection): string =>
    `<section><h2>${escapeHtml(heading)}</h2>${note === undefined ? '' : `<p>${escapeHtml(note)}</p>`}` +
    `${figures.map(figureHtml).join('')}${tables.map((table) => measureTable(table, placeOf)).join('')}</section>`;
  const findingHtml = ({ text, holds }: ReportFinding): string => {
    const mark = holds === undefined ? '' : `<strong>${holds ? 'Holds' : 'Does not hold'}:</strong> `;
    return `<p>${mark}${escapeHtml(text)}</p>`;
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLES}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${subtitle === undefined ? '' : `<p class="subtitle">${escapeHtml(subtitle)}</p>`}
<section class="findings" aria-label="What this study shows">${findings.map(findingHtml).join('')}</section>
${sections.map(sectionHtml).join('\n')}
${factsHtml(facts)}
</main>
</body>
</html>
`;
}

function factsHtml(facts: StudyReportInput['facts']): string {
  const tables = Object.entries(facts).map(([caption, list]) => factTable(caption, list));
  return tables.length === 0 ? '' : `<h2>How this was run</h2>\n<div class="columns">${tables.join('')}</div>`;
}
