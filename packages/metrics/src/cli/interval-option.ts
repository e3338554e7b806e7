import { createRandom } from '@ialp/core';
import { bootstrapInterval, empiricalBernsteinInterval } from '../ope/intervals.js';
import type { IntervalMethod } from '../ope/value-estimate.js';
import { numberOption, UsageError, wordOption } from './context.js';

const KINDS = ['asymptotic', 'bootstrap', 'empirical-bernstein'] as const;

/**
 * The interval method of `--interval`; undefined for the asymptotic interval.
 * @throws {UsageError} if an option is invalid or missing.
 */
export function intervalOption(given: {
  readonly interval: string;
  readonly 'reward-range'?: string | undefined;
  readonly 'max-weight'?: string | undefined;
  readonly seed: number;
}): IntervalMethod | undefined {
  const kind = wordOption('interval', given.interval, KINDS);
  if (kind === 'asymptotic') return undefined;
  if (kind === 'bootstrap') return bootstrapInterval({ random: createRandom(given.seed) });
  const { 'reward-range': range, 'max-weight': weight } = given;
  if (range === undefined || weight === undefined) {
    throw new UsageError('--interval empirical-bernstein needs --reward-range and --max-weight.');
  }
  const rewardRange = rangeOption('reward-range', range);
  const maxWeight = numberOption('max-weight', weight, [0, Number.POSITIVE_INFINITY]);
  return empiricalBernsteinInterval({ rewardRange, maxWeight });
}

/** Parses an option as two numbers, the lower one first. @throws {UsageError} if it is something else. */
export function rangeOption(name: string, text: string): readonly [number, number] {
  const [least, greatest, ...more] = text.split(',').map(Number);
  if (more.length === 0 && least <= greatest) return [least, greatest];
  throw new UsageError(`--${name}: expected two numbers such as 0,1; found ${JSON.stringify(text)}.`);
}
