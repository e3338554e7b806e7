import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { type ReportSection, renderStudyReport, type StudyReportInput } from './index.js';

const point = (x: number, mean: number) => ({ x, mean, lower: mean - 1, upper: mean + 1 });
const series = (name: string, ...means: number[]) => ({
  name,
  points: means.map((mean, k) => point(100 * (k + 1), mean)),
});
const cell = (mean: number) => ({ mean, lower: mean - 0.5, upper: mean + 0.5 });

const input: StudyReportInput = {
  title: 'A study',
  subtitle: 'of two worlds',
  findings: [{ text: 'It begins well', holds: true }, { text: 'It ends <well>', holds: false }, { text: 'It ended.' }],
  sections: [
    {
      title: 'First world',
      note: 'Small.',
      figures: [
        {
          title: 'Curves',
          x: 'interactions',
          y: 'reward',
          series: [series('one', 1, 2), series('two', 3, 4)],
          note: 'Bands.',
        },
      ],
      tables: [
        {
          columns: [
            { title: 'Early', digits: 2, best: true },
            { title: 'Length', digits: 0 },
          ],
          rows: [
            { name: 'one', description: 'the first', values: [cell(1), cell(12_345)] },
            { name: 'two', values: [cell(3), null] },
          ],
          caption: 'Means.',
        },
      ],
    },
    { title: 'Second world', figures: [{ title: 'Shares', x: 'rate', y: 'share', series: [series('two', 0.25)] }] },
  ],
  facts: { Versions: { node: '20' } },
};

describe('renderStudyReport', () => {
  test('is one self-contained file, deterministic', async () => {
    const html = await renderStudyReport(input);
    expect(html).not.toMatch(/<script|<link|@import|src=|url\(/i);
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
    expect(await renderStudyReport(input)).toBe(html);
  });

  test('says whether each claim holds, and escapes text', async () => {
    const { document } = parseHTML(await renderStudyReport(input));
    const findings = [...document.querySelectorAll('.findings p')].map((line) => line.textContent);
    expect(findings).toEqual(['Holds: It begins well', 'Does not hold: It ends <well>', 'It ended.']);
  });

  test('shows tables with intervals, the best in bold, and a dash without a value', async () => {
    const { document } = parseHTML(await renderStudyReport(input));
    const table = [...document.querySelectorAll('table')].find((each) => each.textContent?.includes('Means.'));
    const rows = [...(table?.querySelectorAll('tbody tr') ?? [])];
    expect(rows[0].textContent).toBe('onethe first1.000.50 to 1.5012,34512,345 to 12,346');
    expect(rows[1].querySelector('strong')?.textContent).toBe('3.00');
    expect(rows[1].textContent).toMatch(/–$/);
    expect(rows[0].querySelector('strong')).toBeNull();
  });

  test('a name has one colour everywhere, and the numbers of each figure stand below it', async () => {
    const { document } = parseHTML(await renderStudyReport(input));
    const colours = (name: string): Set<string | null> =>
      new Set(
        [...document.querySelectorAll('.legend li, tbody th')]
          .filter((each) => each.textContent?.startsWith(name) && each.querySelector('.swatch'))
          .map((each) => each.querySelector('.swatch')?.getAttribute('style') ?? null),
      );
    expect(colours('one').size).toBe(1);
    expect(colours('two').size).toBe(1);
    expect(colours('one')).not.toEqual(colours('two'));
    const numbers = [...document.querySelectorAll('details table')].map(
      (table) => table.querySelector('tbody')?.textContent,
    );
    expect(numbers).toEqual(['1001.003.002002.004.00', '1000.25']);
    expect(document.querySelectorAll('figure svg').length).toBe(2);
  });

  test('writes thousands below an axis with a letter, and a rate as it is', async () => {
    const ticksOf = async (...across: number[]): Promise<string[]> => {
      const points = across.map((x) => point(x, 1));
      const figure = { title: 'F', x: 'x', y: 'y', series: [{ name: 'one', points }] };
      const sections = [{ title: 'S', figures: [figure] }];
      const { document } = parseHTML(await renderStudyReport({ title: 'T', findings: [], sections, facts: {} }));
      return [...document.querySelectorAll('[aria-label="x-axis tick label"] text')].map(
        (text) => `${text.textContent}`,
      );
    };
    expect(await ticksOf(0, 20_000)).toContain('10k');
    expect(await ticksOf(0, 0.5)).toEqual(expect.arrayContaining(['0.30', '0.50']));
  });

  test('takes sections without figures or tables, and no facts', async () => {
    const html = await renderStudyReport({ title: 'Bare', findings: [], sections: [{ title: 'Empty' }], facts: {} });
    expect(parseHTML(html).document.querySelector('section h2')?.textContent).toBe('Empty');
  });

  test('draws points with intervals, and shades shares, both with their numbers', async () => {
    const html = await renderStudyReport({
      title: 'More figures',
      findings: [],
      sections: [
        {
          title: 'All',
          figures: [
            {
              kind: 'scatter',
              title: 'Reward against diversity',
              x: 'diversity',
              y: 'reward',
              points: [
                { name: 'one', x: cell(1), y: cell(2) },
                { name: 'two', x: { mean: 2, lower: null, upper: null }, y: cell(3) },
              ],
            },
            {
              kind: 'matrix',
              title: 'Improvement',
              names: ['one', 'two'],
              values: [
                [null, 0.25],
                [0.75, null],
              ],
            },
          ],
        },
      ],
      facts: {},
    });
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('g[aria-label="dot"] circle').length).toBe(2);
    expect(document.querySelector('details tbody')?.textContent).toBe(
      'one1.000.50 to 1.502.001.50 to 2.50two2.003.002.50 to 3.50',
    );
    const shares = [...document.querySelectorAll('td.share')];
    expect(shares.map(({ textContent }) => textContent)).toEqual(['–', '0.25', '0.75', '–']);
    expect(shares[1].getAttribute('style')).toMatch(/--low\) 35%/);
    expect(shares[2].getAttribute('style')).toMatch(/--high\) 35%/);
    expect(html).not.toContain('How this was run');
  });

  test('a line is broken where there is no value; the ninth name has a dashed line and a ring', async () => {
    const names = Array.from({ length: 9 }, (_, k) => `method ${k}`);
    const broken = [1, null, 2, 3].map((mean, k) => ({ x: k, mean, lower: null, upper: null }));
    const figure = { title: 'Curves', x: 'x', y: 'y', series: names.map((name) => ({ name, points: broken })) };
    const { document } = parseHTML(
      await renderStudyReport({
        title: 'Many',
        findings: [],
        sections: [{ title: 'All', figures: [figure] }],
        facts: {},
      }),
    );
    const lines = [...document.querySelectorAll('g[aria-label="line"]')];
    expect(lines.map((line) => [line.querySelectorAll('path').length, line.getAttribute('stroke-dasharray')])).toEqual([
      [8, null],
      [1, '7 4'],
    ]);
    expect(lines[0].querySelector('path')?.getAttribute('d')?.match(/M/g)?.length).toBe(2);
    // The point before the gap has no neighbour.
    expect(document.querySelectorAll('g[aria-label="dot"] circle').length).toBe(9);
    const swatches = [...document.querySelectorAll('.legend .swatch')].map((each) => each.getAttribute('style'));
    expect(swatches[8]).toBe(swatches[0]?.replace('background:', 'border:3px solid '));
  });
});

describe('refuses, naming the field', () => {
  const table = { columns: [{ title: 'Early', digits: 2 }], caption: '' };
  const lines = { title: 'Curves', x: 'x', y: 'y' };
  const scatter = { kind: 'scatter' as const, title: 'Points', x: 'x', y: 'y' };
  const matrix = { kind: 'matrix' as const, title: 'Shares', names: ['one'] };
  const broken = { mean: Number.NaN, lower: null, upper: null };
  test.each<[string, ReportSection, RegExp]>([
    [
      'a row with too few values',
      { title: '', tables: [{ ...table, rows: [{ name: 'one', values: [] }] }] },
      /tables\[0\]\.rows\[0\]\.values: expected 1/,
    ],
    [
      'a value that is no number',
      { title: '', tables: [{ ...table, rows: [{ name: 'one', values: [broken] }] }] },
      /values\[0\]\.mean/,
    ],
    [
      'a point that is no number',
      { title: '', figures: [{ ...lines, series: [{ name: 'one', points: [{ x: 1, ...broken }] }] }] },
      /series\[0\]\.points\[0\]\.mean/,
    ],
    [
      'a series twice',
      { title: '', figures: [{ ...lines, series: [series('one', 1), series('one', 1)] }] },
      /series\[1\]\.name/,
    ],
    [
      'a dot that is no number',
      { title: '', figures: [{ ...scatter, points: [{ name: 'one', x: broken, y: cell(1) }] }] },
      /points\[0\]\.x\.mean/,
    ],
    [
      'a share above 1',
      { title: '', figures: [{ ...matrix, values: [[1.5]] }] },
      /values\[0\]\[0\]: expected a number from 0 to 1/,
    ],
    [
      'a matrix of the wrong shape',
      { title: '', figures: [{ ...matrix, values: [[0.5, 0.5]] }] },
      /values\[0\]: expected 1 value;/,
    ],
  ])('%s', async (_, section, message) => {
    await expect(renderStudyReport({ ...input, sections: [section] })).rejects.toThrow(message);
  });
});
