import { expect, test } from 'vitest';
import { findingsOf } from './findings.js';
import type { MethodName } from './methods.js';
import type { MethodResults, Results } from './results.js';
import { formatTable } from './table.js';

/** A method of three seeds with these means, and intervals that far to both sides. */
function method(early: number, final: number, half = 0.1): MethodResults {
  const interval = (mean: number) => ({ mean, lower: mean - half, upper: mean + half });
  return {
    description: '',
    seeds: [],
    earlyReward: interval(early),
    finalReward: interval(final),
    cumulativeReward: interval(1000 * final),
    meanLength: interval(9),
    curve: { interactions: [], mean: [], lower: [], upper: [] },
  };
}

function results(entries: Partial<Record<MethodName, MethodResults>>): Results['methods'] {
  return entries;
}

test('says how much better the first days are, and who is ahead at the end', () => {
  const sentences = findingsOf(
    results({ 'a2c-scratch': method(2, 7), 'a-ialp-ft': method(6, 7.5), 'a-ialp-ap': method(6, 8) }),
  );
  expect(sentences[0]).toContain('6.00 a session, 3.00 times what an actor-critic from scratch earns (2.00)');
  expect(sentences[1]).toBe('At the end it earns 8.00, ahead of the best of the others, a-ialp-ft (7.50).');
});

test('says so where it is behind, and where the intervals do not tell', () => {
  const [, behind] = findingsOf(results({ 'a2c-scratch': method(2, 9), 'a-ialp-ap': method(1, 8) }));
  expect(behind).toBe('At the end it earns 8.00, behind the best of the others, a2c-scratch (9.00).');
  const [worse, open] = findingsOf(results({ 'a2c-scratch': method(2, 8.1), 'a-ialp-ap': method(1, 8) }));
  expect(worse).toContain('0.50 times');
  expect(open).toContain('behind the best of the others, a2c-scratch (8.10); the 95 % intervals overlap');
});

test('of one seed, that it says nothing of chance', () => {
  const single = (mean: number): MethodResults => ({
    ...method(1, mean),
    finalReward: { mean, lower: null, upper: null },
  });
  const [, sentence] = findingsOf(results({ 'a2c-scratch': single(7), 'a-ialp-ap': single(8) }));
  expect(sentence).toContain('ahead of the best of the others, a2c-scratch (7.00); one seed says nothing of chance.');
});

test('has something to say of any choice of methods', () => {
  expect(findingsOf(results({ random: method(1, 1), popularity: method(1, 3) }))).toEqual([
    'popularity earns most over the whole run: 3000.',
  ]);
  expect(findingsOf(results({ 'a-ialp-ap': method(6, 8) }))).toEqual([
    'a-ialp-ap earns most over the whole run: 8000.',
  ]);
});

test('the table lines up, and shows what there is', () => {
  const one = { ...method(1, 2), earlyReward: { mean: 1, lower: null, upper: null }, finalReward: null };
  const lines = formatTable(results({ random: one, 'a-ialp-ap': method(6, 8) })).split('\n');
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toMatch(/^random +1\.00 +- +2000 \[2000, 2000\] +9\.00 \[8\.90, 9\.10\]$/);
});
