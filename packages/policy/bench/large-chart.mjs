/** The chart of `--large`: what an update and a decision cost, against the items, on logarithmic axes. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { counted } from './ratios.mjs';

const PANEL = { width: 620, height: 400 };
const MARGINS = { marginLeft: 60, marginRight: 24, marginTop: 30, marginBottom: 44 };
/** Pixels above a panel: its title, and a line for each name. */
const [TITLE, LINE, EDGE] = [34, 20, 20];
const TEXT = 'font-family="system-ui, sans-serif" fill="#222"';
/** Okabe and Ito (2008): distinguishable with any common colour vision. */
const COLOURS = ['#009e73', '#d55e00', '#0072b2', '#cc79a7', '#e69f00', '#56b4e9'];
const DASHES = { portable: '7 4', native: 'none' };

/**
 * Draws CPU times, which depend less on what else the machine does, of the fewest of the measured numbers of threads; native kernels have full lines, WebAssembly has dashed ones.
 * @param results of `measureLarge`, with `machine`
 * @returns an SVG of `width` and `height`
 */
export function drawLarge({ machine, updates, decisions }) {
  const threads = Math.min(...updates.map((row) => row.threads));
  const measured = (rows) => rows.filter((row) => row.threads === threads && row.error === undefined);
  const ofUpdates = measured(updates).map(({ network, cpuMs, ...row }) => ({ ...row, name: network, ms: cpuMs }));
  const ofDecisions = measured(decisions).flatMap(({ rows, ...row }) =>
    rows.map(({ path, cpuMs }) => ({ ...row, name: path, ms: cpuMs })),
  );
  const panels = [
    { title: 'An update from 640 interactions, acting included', points: ofUpdates },
    { title: 'A decision of one session', points: ofDecisions },
  ].map((panel) => ({ ...panel, names: [...new Set(panel.points.map(({ name }) => name))] }));
  const head = EDGE + TITLE + LINE * Math.max(...panels.map(({ names }) => names.length));
  const width = panels.length * PANEL.width + 2 * EDGE;
  const height = head + PANEL.height + LINE + EDGE;
  const drawn = panels.map((panel, place) => drawPanel(panel, EDGE + place * PANEL.width, head));
  const note =
    `A2C, mean encoder, 64 sessions, sampled softmax of 1,024 items; ${counted(threads)}, ${machine.cpu}. ` +
    'Full lines: native kernels; dashed: WebAssembly.';
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="100%" height="100%" fill="white"/>${drawn.join('')}` +
    `<text x="${EDGE}" y="${height - EDGE}" font-size="13" ${TEXT}>${escaped(note)}</text></svg>\n`;
  return { svg, width, height };
}

function drawPanel({ title, points, names }, left, top) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const lines = Object.entries(DASHES).flatMap(([kernels, strokeDasharray]) => {
    const own = points.filter((point) => point.kernels === kernels);
    const at = { x: 'items', y: 'ms', stroke: 'name' };
    return [
      Plot.line(own, { ...at, strokeWidth: 2.2, strokeDasharray }),
      Plot.dot(own, { ...at, fill: 'name', r: 2.5 }),
    ];
  });
  const figure = Plot.plot({
    ...{ document, ...PANEL, ...MARGINS, style: { fontSize: '13px' } },
    color: { domain: names, range: COLOURS },
    x: { type: 'log', label: 'items →', grid: true, tickFormat: 's', ticks: 4 },
    y: { type: 'log', label: '↑ ms of CPU time', grid: true, nice: true, tickFormat: '~g', ticks: 5 },
    marks: lines,
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  figure.setAttribute('x', left);
  figure.setAttribute('y', top);
  const legend = names.map((name, place) => {
    const y = EDGE + TITLE + LINE * place;
    return (
      `<circle cx="${left + 10}" cy="${y}" r="6" fill="${COLOURS[place % COLOURS.length]}"/>` +
      `<text x="${left + 24}" y="${y + 5}" font-size="14" ${TEXT}>${escaped(name)}</text>`
    );
  });
  const heading = `<text x="${left}" y="${EDGE + 10}" font-size="17" font-weight="bold" ${TEXT}>${escaped(title)}</text>`;
  return heading + legend.join('') + figure.outerHTML;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
