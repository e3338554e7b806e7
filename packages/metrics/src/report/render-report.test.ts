import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { type ReportInput, type ReportMethod, renderReport } from './index.js';

function makeMethod(name: string, level: number, seeds = 3): ReportMethod {
  const interval = (mean: number) => ({
    mean,
    lower: seeds === 1 ? null : mean - 0.5,
    upper: seeds === 1 ? null : mean + 0.5,
  });
  const interactions = Array.from({ length: 10 }, (_, k) => 100 * (k + 1));
  const mean = interactions.map((_, k) => level + k / 10);
  return {
    name,
    description: `does ${name}`,
    earlyReward: interval(level),
    finalReward: interval(level + 1),
    cumulativeReward: interval(12_345.6 * level),
    meanLength: interval(7),
    curve: {
      interactions,
      mean,
      lower: mean.map((value) => (seeds === 1 ? null : value - 0.2)),
      upper: mean.map((value) => (seeds === 1 ? null : value + 0.2)),
    },
  };
}

function makeInput(methods: readonly ReportMethod[]): ReportInput {
  return {
    title: 'A run',
    subtitle: 'of two methods',
    findings: ['The second earns more.'],
    methods,
    facts: { Configuration: { seeds: 3, exact: true }, Versions: { node: '20.19.0' } },
  };
}

const input = makeInput([makeMethod('first', 1), makeMethod('second', 2)]);

describe('renderReport', () => {
  test('is one self-contained file', async () => {
    const html = await renderReport(input);
    expect(html).not.toMatch(/<script|<link|@import|src=|url\(/i);
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  });

  test('shows the findings, every method, its measures and the facts', async () => {
    const { document } = parseHTML(await renderReport(input));
    expect(document.querySelector('.findings')?.textContent).toBe('The second earns more.');
    const rows = [...document.querySelectorAll('table')[1].querySelectorAll('tbody tr')];
    expect(rows.map((row) => row.querySelector('th')?.textContent)).toEqual(['firstdoes first', 'seconddoes second']);
    expect(rows[1].textContent).toContain('24,691');
    expect(rows[1].textContent).toContain('1.50 to 2.50');
    expect(rows[1].querySelectorAll('strong').length).toBe(3);
    expect(rows[0].querySelectorAll('strong').length).toBe(0);
    expect(document.querySelector('.columns')?.textContent).toContain('20.19.0');
  });

  test('draws a line and a band for each method, in the colours of the legend', async () => {
    const { document } = parseHTML(await renderReport(input));
    const [curves] = document.querySelectorAll('figure');
    const strokes = [...curves.querySelectorAll('g[aria-label="line"] path')].map((path) =>
      path.getAttribute('stroke'),
    );
    const fills = [...curves.querySelectorAll('g[aria-label="area"] path')].map((path) => path.getAttribute('fill'));
    const legend = [...document.querySelectorAll('.legend .swatch')].map((dot) => dot.getAttribute('style'));
    expect(strokes.length).toBe(2);
    expect(fills).toEqual(strokes);
    expect(legend).toEqual(strokes.map((colour) => `background:${colour}`));
  });

  test('is named and labelled for those who do not see the charts', async () => {
    const { document } = parseHTML(await renderReport(input));
    expect(document.documentElement.getAttribute('lang')).toBe('en');
    for (const figure of document.querySelectorAll('figure')) {
      expect(figure.querySelector('svg')?.getAttribute('aria-label')).toMatch(/reward/);
    }
    for (const table of document.querySelectorAll('table')) expect(table.querySelector('caption')).not.toBeNull();
  });

  test('shows text as text, whatever it holds', async () => {
    const nasty = '<script>alert("x")</script>\' onload=\'y & z';
    const html = await renderReport({
      title: nasty,
      subtitle: nasty,
      findings: [nasty],
      methods: [{ ...makeMethod(nasty, 1), description: nasty }],
      facts: { [nasty]: { [nasty]: nasty } },
    });
    expect(html).not.toContain('<script>');
    const { document } = parseHTML(html);
    expect(document.querySelector('h1')?.textContent).toBe(nasty);
    expect(document.querySelectorAll('[onload]').length).toBe(0);
  });

  test('gives the same bytes for the same input', async () => {
    expect(await renderReport(input)).toBe(await renderReport(input));
  });

  test('makes do with one seed, no values, one method or none', async () => {
    const empty = {
      ...makeMethod('empty', 1),
      earlyReward: null,
      finalReward: null,
      cumulativeReward: null,
      meanLength: null,
    };
    const blank = { ...empty, curve: { interactions: [100], mean: [null], lower: [null], upper: [null] } };
    for (const methods of [[makeMethod('one', 1, 1)], [blank], []]) {
      const html = await renderReport(makeInput(methods));
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('refuses, naming the field', () => {
  const [first] = input.methods;
  test.each<[string, Partial<ReportMethod>, RegExp]>([
    [
      'a mean that is no number',
      { finalReward: { mean: Number.NaN, lower: 1, upper: 2 } },
      /methods\[0\]\.finalReward\.mean/,
    ],
    ['an endless interval', { meanLength: { mean: 1, lower: 0, upper: Infinity } }, /methods\[0\]\.meanLength\.upper/],
    [
      'a curve of two lengths',
      { curve: { ...first.curve, lower: [1] } },
      /methods\[0\]\.curve\.lower: expected 10 values/,
    ],
    ['the same name twice', { name: 'second' }, /methods\[1\]\.name/],
  ])('%s', async (_, change, message) => {
    await expect(renderReport(makeInput([{ ...first, ...change }, input.methods[1]]))).rejects.toThrow(message);
  });
});
