import { loadCharts } from './charts.js';
import { checkReportInput } from './check-input.js';
import { escapeHtml } from './html.js';
import type { ReportInput } from './report-input.js';
import { STYLES } from './styles.js';
import { curveTable, factTable, methodTable, swatch } from './tables.js';

/**
 * Renders a report as one self-contained HTML file without scripts, fonts or links: learning curves with bands, the
 * table of measures, early against final reward, the data of the curves, and the facts of the run. The same input gives
 * the same bytes.
 * @throws {InvalidOptionError} that names the field, if the input is invalid.
 * @throws {MissingPackageError} if `@observablehq/plot` or `linkedom` is not installed.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  checkReportInput(input);
  const { title, subtitle, findings, methods, facts } = input;
  const charts = await loadCharts();
  const legend = methods.map(({ name }, place) => `<li>${swatch(place)}${escapeHtml(name)}</li>`).join('');
  const factTables = Object.entries(facts).map(([caption, list]) => factTable(caption, list));
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
<section class="findings" aria-label="What this run shows">${findings.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</section>
<h2>Learning curves</h2>
<ul class="legend">${legend}</ul>
<figure>${charts.learningCurves(methods)}</figure>
<p class="note">Mean reward of the sessions that started in each window of interactions; bands are 95 % intervals over seeds.</p>
<details><summary>Data of the curves</summary>${curveTable(methods)}</details>
<h2>Measures</h2>
${methodTable(methods)}
<h2>From early to final reward</h2>
<figure>${charts.earlyToFinal(methods)}</figure>
<p class="note">Open dots: sessions that started early; full dots: late ones. Broad bars are 95 % intervals over seeds.</p>
<h2>How this was run</h2>
<div class="columns">${factTables.join('')}</div>
</main>
</body>
</html>
`;
}
