import type { ReportLines, ReportMatrix, ReportPoint, ReportScatter } from './figures.js';
import { escapeHtml, formatNumber } from './html.js';
import { colourOf, isDashed } from './palette.js';
import type { ReportTable } from './render-study-report.js';
import type { ReportFacts, ReportInterval, ReportMethod } from './report-input.js';

const MEASURES = [
  { key: 'earlyReward', title: 'Early reward', digits: 2, best: true },
  { key: 'finalReward', title: 'Final reward', digits: 2, best: true },
  { key: 'cumulativeReward', title: 'Cumulative reward', digits: 0, best: true },
  { key: 'meanLength', title: 'Session length', digits: 2, best: false },
] as const;

/** The measures of every method: mean and interval over seeds; the best mean reward is marked. */
export function methodTable(methods: readonly ReportMethod[]): string {
  const best = MEASURES.map(({ key, best }) =>
    best ? Math.max(...methods.map((method) => method[key]?.mean ?? Number.NEGATIVE_INFINITY)) : Number.NaN,
  );
  const rows = methods.map((method, place) => {
    const cells = MEASURES.map(({ key, digits }, column) => intervalCell(method[key], digits, best[column]));
    const description = method.description === undefined ? '' : `<small>${escapeHtml(method.description)}</small>`;
    return `<tr><th scope="row">${swatch(place)}${escapeHtml(method.name)}${description}</th>${cells.join('')}</tr>`;
  });
  return table(
    'Mean over seeds with its 95 % interval. The best mean reward of each column is set in bold.',
    ['Method', ...MEASURES.map(({ title }) => title)],
    rows,
  );
}

/** The data of the learning curves. */
export function curveTable(methods: readonly ReportMethod[]): string {
  const points = methods[0]?.curve.interactions ?? [];
  const rows = points.map((interactions, k) => {
    const cells = methods.map(
      ({ curve }) => `<td>${curve.mean[k] == null ? '–' : formatNumber(curve.mean[k], 2)}</td>`,
    );
    return `<tr><th scope="row">${formatNumber(interactions, 0)}</th>${cells.join('')}</tr>`;
  });
  const header = ['Interactions', ...methods.map((method) => method.name)];
  return table('Mean reward of the sessions that started in each window, over seeds.', header, rows);
}

/** A table of facts with a caption. */
export function factTable(caption: string, facts: ReportFacts): string {
  const rows = Object.entries(facts).map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(String(value))}</td></tr>`,
  );
  return `<div class="scroll"><table class="facts"><caption>${escapeHtml(caption)}</caption><tbody>${rows.join('')}</tbody></table></div>`;
}

/** A table of measures with given columns. @param placeOf position of a name's colour, if it has one. */
export function measureTable(
  { columns, rows, caption }: ReportTable,
  placeOf: (name: string) => number | undefined,
): string {
  const best = columns.map(({ best: marked = false }, column) =>
    marked ? Math.max(...rows.map(({ values }) => values[column]?.mean ?? Number.NEGATIVE_INFINITY)) : Number.NaN,
  );
  const lines = rows.map(({ name, description, values }) => {
    const cells = columns.map(({ digits }, column) => intervalCell(values[column] ?? null, digits, best[column]));
    const words = description === undefined ? '' : `<small>${escapeHtml(description)}</small>`;
    return `<tr><th scope="row">${swatch(placeOf(name))}${escapeHtml(name)}${words}</th>${cells.join('')}</tr>`;
  });
  return table(caption, ['', ...columns.map(({ title }) => title)], lines);
}

/** The data of a figure. */
export function figureTable(figure: ReportLines | ReportScatter): string {
  if (figure.kind === 'scatter') {
    const { title, x, y, points } = figure;
    const cell = (value: ReportPoint): string => intervalCell(value, 2, Number.NaN);
    const rows = points.map(
      (point) => `<tr><th scope="row">${escapeHtml(point.name)}</th>${cell(point.x)}${cell(point.y)}</tr>`,
    );
    return table(title, ['', x, y], rows);
  }
  const { title, x, series } = figure;
  const places = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))].sort((a, b) => a - b);
  const rows = places.map((place) => {
    const cells = series.map(({ points }) => {
      const mean = points.find((each) => each.x === place)?.mean ?? null;
      return `<td>${mean === null ? '–' : formatNumber(mean, 2)}</td>`;
    });
    return `<tr><th scope="row">${formatNumber(place, place % 1 === 0 ? 0 : 2)}</th>${cells.join('')}</tr>`;
  });
  return table(title, [x, ...series.map(({ name }) => name)], rows);
}

/** A matrix of names by names. */
export function matrixTable(
  { title, names, values }: ReportMatrix,
  placeOf: (name: string) => number | undefined,
): string {
  const rows = names.map((name, row) => {
    const cells = names.map((_, column) => {
      const value = values[row][column];
      if (value === null) return '<td class="share">–</td>';
      const shade = Math.round(70 * Math.abs(2 * value - 1));
      const colour = value >= 0.5 ? 'high' : 'low';
      const style = `background:color-mix(in srgb, var(--${colour}) ${shade}%, transparent)`;
      return `<td class="share" style="${style}">${formatNumber(value, 2)}</td>`;
    });
    return `<tr><th scope="row">${swatch(placeOf(name))}${escapeHtml(name)}</th>${cells.join('')}</tr>`;
  });
  return table(title, ['', ...names], rows);
}

/** The colour of a method as a dot before its name; empty without a colour. */
export function swatch(place: number | undefined): string {
  if (place === undefined) return '';
  const look = isDashed(place) ? `border:3px solid ${colourOf(place)}` : `background:${colourOf(place)}`;
  return `<span class="swatch" style="${look}" aria-hidden="true"></span>`;
}

function table(caption: string, header: readonly string[], rows: readonly string[]): string {
  const cells = header.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption>` +
    `<thead><tr>${cells}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  );
}

function intervalCell(interval: ReportInterval | null, digits: number, best: number): string {
  if (interval === null) return '<td>–</td>';
  const { mean, lower, upper } = interval;
  const number = formatNumber(mean, digits);
  const spread =
    lower === null || upper === null
      ? ''
      : `<small>${formatNumber(lower, digits)} to ${formatNumber(upper, digits)}</small>`;
  return `<td>${mean === best ? `<strong>${number}</strong>` : number}${spread}</td>`;
}
