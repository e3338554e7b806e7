import { InvalidOptionError } from '@ialp/core';
import { InvalidRewardError } from '../errors.js';

/** The lowest and the highest reward. */
export type RewardRange = readonly [minimum: number, maximum: number];

/**
 * A range in single precision, as rewards are stored: a reward of 0.3 is stored as 0.300000012, and is within a range up to 0.3.
 * @throws {InvalidOptionError} unless the range is two finite numbers, the lower one first.
 */
export function storedRange(option: string, range: RewardRange): RewardRange {
  const stored = Array.isArray(range) && range.length === 2 ? range.map(Math.fround) : [];
  if (!(Number.isFinite(stored[0]) && Number.isFinite(stored[1]) && range[0] <= range[1])) {
    throw new InvalidOptionError(option, range, 'two finite numbers, the lower one first');
  }
  return [stored[0], stored[1]];
}

/**
 * Throws unless a reward, rounded to single precision, lies within a range.
 * @param stored the range from `storedRange`. @param range the declared range, for the message.
 * @throws {InvalidRewardError}
 */
export function checkReward(
  reward: number,
  session: number,
  item: number,
  stored: RewardRange,
  range: RewardRange,
): void {
  const rounded = Math.fround(reward);
  if (!(rounded >= stored[0] && rounded <= stored[1])) throw new InvalidRewardError(session, item, reward, range);
}
