/** Charts in files: SVG as it is, PNG by a Chromium. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Kinds of files, by their names' ends. */
export const CHART_KINDS = ['.svg', '.png'];

/**
 * @param file ends with one of `CHART_KINDS`
 * @param chart `svg`, a text; its `width` and `height` in pixels
 * @throws {Error} if a PNG is asked for and no Chromium runs.
 */
export function writeChart(file, { svg, width, height }) {
  if (extname(file) === '.svg') writeFileSync(file, svg);
  else writePng(resolve(file), { svg, width, height });
}

function writePng(file, { svg, width, height }) {
  const chromium = process.env.CHROMIUM || 'chromium';
  const folder = mkdtempSync(join(tmpdir(), 'ialp-chart-'));
  const page = join(folder, 'chart.html');
  try {
    writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>body { margin: 0 }</style>${svg}`);
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', `--user-data-dir=${folder}`];
    const picture = [`--window-size=${width},${height}`, `--screenshot=${file}`, pathToFileURL(page).href];
    execFileSync(chromium, [...flags, ...picture], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const found = error.code === 'ENOENT' ? `${chromium} is not installed` : error.message.split('\n', 1)[0];
    throw new Error(`${file} was not drawn: ${found}. Name a Chromium in CHROMIUM, or draw an .svg.`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
