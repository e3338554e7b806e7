import { expect, test } from 'vitest';
import { findingsOf } from './findings.js';
import type { MethodName } from './methods.js';
import type { MethodResults, Results } from './results.js';
import { formatTable } from './table.js';

/** A method with this early reward, and these final rewards of its seeds. */
function method(early: number, ...finals: number[]): MethodResults {
  const half = 0.1;
  const final = finals.reduce((sum, value) => sum + value, 0) / finals.length;
  const interval = (mean: number) => ({ mean, lower: mean - half, upper: mean + half });
  return {
    description: '',
    seeds: finals.map((finalReward, seed) => ({
      seed,
      earlyReward: early,
      finalReward,
      cumulativeReward: 1000 * finalReward,
      meanLength: 9,
      curve: { interactions: [], reward: [] },
    })),
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
    results({ 'a2c-scratch': method(2, 7, 7), 'a-ialp-ft': method(6, 7.41, 7.59), 'a-ialp-ap': method(6, 7.9, 8.1) }),
  );
  expect(sentences[0]).toContain(
    '6.00 per session, 3.00 times the reward of an actor-critic trained from scratch (2.00)',
  );
  expect(sentences[1]).toBe('At the end it earns 8.00, ahead of the best other method, a-ialp-ft (7.50).');
});

test('says so where it is behind', () => {
  const [early, final] = findingsOf(
    results({ 'a2c-scratch': method(2, 8.91, 9.09), 'a-ialp-ap': method(1, 7.9, 8.1) }),
  );
  expect(early).toContain('0.50 times');
  expect(final).toBe('At the end it earns 8.00, behind the best other method, a2c-scratch (9.00).');
});

test('says so where the difference may be chance: seeds are compared one by one', () => {
  const chance = results({ 'a2c-scratch': method(2, 8, 9), 'a-ialp-ap': method(1, 9, 7.8) });
  // Differences 1 and -1.2: mean -0.1, s = 1.5556, half width 12.7062 s / sqrt(2) = 13.98.
  expect(findingsOf(chance)[1]).toContain('not significant (95 % interval of the paired difference: -14.08 to 13.88)');
  // The same means, but each seed of one lies about as far above the other's: no chance.
  const clear = results({ 'a2c-scratch': method(2, 5, 11.9), 'a-ialp-ap': method(1, 6.01, 12.89) });
  expect(findingsOf(clear)[1]).not.toContain('significant');
  // Exactly as far: there is no spread to tell chance by.
  const equal = results({ 'a2c-scratch': method(2, 5, 12), 'a-ialp-ap': method(1, 6, 13) });
  expect(findingsOf(equal)[1]).toContain(
    '; the difference is 1.00 for every seed, which gives no confidence interval.',
  );
});

test('of one seed, says that it tells nothing of chance', () => {
  const [, sentence] = findingsOf(results({ 'a2c-scratch': method(1, 7), 'a-ialp-ap': method(1, 8) }));
  expect(sentence).toContain(
    'ahead of the best other method, a2c-scratch (7.00); one seed gives no confidence interval.',
  );
});

test('has something to say of any choice of methods', () => {
  expect(findingsOf(results({ random: method(1, 1), popularity: method(1, 3) }))).toEqual([
    'popularity has the highest cumulative reward: 3000.',
  ]);
  expect(findingsOf(results({ 'a-ialp-ap': method(6, 8) }))).toEqual([
    'a-ialp-ap has the highest cumulative reward: 8000.',
  ]);
});

test('the table lines up, and shows what there is', () => {
  const one = { ...method(1, 2), earlyReward: { mean: 1, lower: null, upper: null }, finalReward: null };
  const lines = formatTable(results({ random: one, 'a-ialp-ap': method(6, 8) })).split('\n');
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[2]).toMatch(/^random +1\.00 +- +2000 \[2000, 2000\] +9\.00 \[8\.90, 9\.10\]$/);
});
