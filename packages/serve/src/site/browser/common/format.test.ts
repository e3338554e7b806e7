import { expect, test } from 'vitest';
import { formatNumber, formatSeconds, formatShare, wordsOf } from './format.js';

/** With ordinary spaces. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test('numbers of all sizes are short', () => {
  const values = [0, 0.125, 12.34, 1_234.5, 3_210_000, 3.2e-7, -0.5];
  expect(values.map(formatNumber)).toEqual(['0', '0.125', '12.3', '1,235', '3.21M', '3.2e-7', '-0.5']);
});

test('shares are percentages', () => {
  expect([0, 1, 0.5, 0.1234, 0.99961, 1e-6].map(formatShare).map(plain)).toEqual([
    ...['0 %', '100 %', '50 %', '12.3 %', '99.96 %', '< 0.01 %'],
  ]);
});

test('durations have at most two units', () => {
  expect([0, 9.96, 42.4, 185, 7_440].map(formatSeconds).map(plain)).toEqual([
    '0.0 s',
    '10.0 s',
    '42 s',
    '3 min 5 s',
    '2 h 4 min',
  ]);
});

test('names of figures become words', () => {
  expect(['failedUpdates', 'weight', 'reward-floor.z2Score', ''].map(wordsOf)).toEqual([
    ...['Failed updates', 'Weight', 'Reward floor z2 score', ''],
  ]);
});
