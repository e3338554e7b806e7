import type { LineValues } from './chart.js';

/** From 0 to above the largest value, and at least to `least`. */
export function fromZero(least: number): (drawn: readonly LineValues[]) => readonly [number, number] {
  return (drawn) => [0, Math.max(least, 1.15 * Math.max(0, ...drawn.flatMap(({ values }) => numbers(values))))];
}

/**
 * Around all values and the latest intervals. Intervals of the first sessions are so wide that the lines would be flat beside them: they
 * widen the range at most to three times what the values need.
 */
export function aroundValues(drawn: readonly LineValues[]): readonly [number, number] {
  const values = drawn.flatMap((line) => numbers(line.values));
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(0.15 * (high - low), 0.1 * Math.max(Math.abs(low), Math.abs(high)), 1e-3);
  const most = high - low + 2 * margin;
  const ends = drawn.flatMap(({ lower = [], upper = [] }) => numbers([lower.at(-1), upper.at(-1)]));
  return [
    Math.max(low - most, Math.min(low - margin, ...ends)),
    Math.min(high + most, Math.max(high + margin, ...ends)),
  ];
}

function numbers(values: readonly (number | null | undefined)[]): number[] {
  return values.filter((value) => value !== null && value !== undefined);
}
