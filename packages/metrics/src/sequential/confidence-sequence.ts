import { checkInteger, checkObject, described, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';

/** Options of `createConfidenceSequence`. */
export interface ConfidenceSequenceOptions {
  /** Smallest and largest possible value. */
  readonly range: readonly [least: number, greatest: number];
  /** Confidence of the whole sequence, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** State of a sequence with the same range and confidence to continue from. Default: empty. */
  readonly from?: ConfidenceSequenceState;
}

/**
 * State of a confidence sequence: plain numbers that can be stored as JSON. Values are scaled to the range from 0 to 1.
 */
export interface ConfidenceSequenceState {
  readonly range: readonly [least: number, greatest: number];
  readonly confidence: number;
  readonly count: number;
  /** Sums of the values, and of their squared deviations from the mean before them. */
  readonly sum: number;
  readonly squares: number;
  /** Sums of the stakes, of the values weighted by their stakes, and of the variance terms. */
  readonly stakes: number;
  readonly staked: number;
  readonly cost: number;
  /** The current interval. */
  readonly lower: number;
  readonly upper: number;
}

/** The current interval of a mean. */
export interface SequenceInterval {
  readonly lower: number;
  readonly upper: number;
  /** The mean of the values so far; null before the first. */
  readonly mean: number | null;
  readonly count: number;
}

/** A confidence sequence, updated value by value in constant memory. */
export interface ConfidenceSequence {
  /**
   * Adds a value, which may be rounded to single precision.
   * @throws {InvalidOptionError} if it is outside the range.
   */
  add(value: number): void;
  /** The current interval. */
  interval(): SequenceInterval;
  /** A copy of the state. A sequence restored from it continues bit for bit. */
  state(): ConfidenceSequenceState;
}

/** Largest stake on a value, as a share of the range. */
const MAX_STAKE = 0.5;

/**
 * A confidence sequence for a mean: with the stated confidence **all** intervals contain the mean at once, however
 * often they are checked and whenever monitoring stops. (Repeatedly checking an ordinary interval inflates false
 * positives.) The predictable plug-in empirical Bernstein sequence of Waudby-Smith and Ramdas 2024 (theorem 2),
 * intersected with the previous intervals. Values may depend on the past, as those of a learning policy do, as long as
 * their mean stays the same.
 * @throws {InvalidOptionError} if an option is invalid.
 */
export function createConfidenceSequence(options: ConfidenceSequenceOptions): ConfidenceSequence {
  const { range, confidence } = checkSequenceOptions(options);
  const [least, greatest] = range;
  // Rewards are stored in single precision, whose rounding may move a value slightly outside the range.
  const [lowest, highest] = [Math.min(least, Math.fround(least)), Math.max(greatest, Math.fround(greatest))];
  const width = greatest - least;
  const evidence = Math.log(2 / (1 - confidence));
  const sums = options.from === undefined ? emptyState(range, confidence) : stateOf(options.from, range, confidence);

  return {
    add(value) {
      if (!(typeof value === 'number' && value >= lowest && value <= highest)) {
        throw new InvalidOptionError('value', value, `a number from ${least} to ${greatest}`);
      }
      const x = Math.min(1, Math.max(0, (value - least) / width));
      // The stake on a value depends only on earlier values.
      const before = (0.5 + sums.sum) / (sums.count + 1);
      const variance = (0.25 + sums.squares) / (sums.count + 1);
      sums.count++;
      const { count } = sums;
      const stake = Math.min(MAX_STAKE, Math.sqrt((2 * evidence) / (variance * count * Math.log(1 + count))));
      sums.stakes += stake;
      sums.staked += stake * x;
      sums.cost += (x - before) ** 2 * (-Math.log(1 - stake) - stake);
      sums.sum += x;
      sums.squares += (x - (0.5 + sums.sum) / (count + 1)) ** 2;
      const [centre, half] = [sums.staked / sums.stakes, (evidence + sums.cost) / sums.stakes];
      sums.lower = Math.max(sums.lower, centre - half);
      sums.upper = Math.min(sums.upper, centre + half);
    },
    interval: () => ({
      lower: least + width * sums.lower,
      upper: least + width * sums.upper,
      mean: sums.count === 0 ? null : least + (width * sums.sum) / sums.count,
      count: sums.count,
    }),
    state: () => ({ ...sums, range: [least, greatest] }),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** @throws {InvalidOptionError} if the range or the confidence is invalid. */
export function checkSequenceOptions(options: Omit<ConfidenceSequenceOptions, 'from'>) {
  checkObject('options', options, 'an object with range');
  const { range, confidence = 0.95 } = options;
  const [least, greatest] = Array.isArray(range) && range.length === 2 ? range : [Number.NaN, Number.NaN];
  if (!(Number.isFinite(least) && Number.isFinite(greatest) && least < greatest)) {
    throw new InvalidOptionError('range', shownRange(range), 'two finite numbers, the lower one first');
  }
  if (!Number.isFinite(Math.fround(least)) || !Number.isFinite(Math.fround(greatest))) {
    throw new InvalidOptionError(
      'range',
      shownRange(range),
      'ends within single precision, in which rewards are stored',
    );
  }
  checkConfidence(confidence);
  return { range: [least, greatest] as const, confidence };
}

/** A range for a message; JSON would show NaN as null. */
function shownRange(range: unknown): unknown {
  return Array.isArray(range) ? described(`[${range}]`) : range;
}

function emptyState(range: readonly [number, number], confidence: number): Mutable<ConfidenceSequenceState> {
  return { range, confidence, count: 0, sum: 0, squares: 0, stakes: 0, staked: 0, cost: 0, lower: 0, upper: 1 };
}

/**
 * A checked copy of a state.
 * @throws {InvalidOptionError} if the range or confidence differ, or no values can lead to the state.
 */
function stateOf(
  from: ConfidenceSequenceState,
  range: readonly [number, number],
  confidence: number,
): Mutable<ConfidenceSequenceState> {
  if (typeof from !== 'object' || from === null) {
    throw new InvalidOptionError('from', from, 'the result of state() of a confidence sequence');
  }
  // A string would also have a length and elements.
  if (!(Array.isArray(from.range) && from.range.length === 2 && from.range.every((end, k) => end === range[k]))) {
    throw new InvalidOptionError('from.range', shownRange(from.range), `[${range}], like the sequence`);
  }
  if (from.confidence !== confidence) {
    throw new InvalidOptionError('from.confidence', from.confidence, `${confidence}, like the sequence`);
  }
  const { count } = from;
  checkInteger('from.count', count, 0);
  // Values are from 0 to 1; rounded sums may be slightly larger.
  const most = count * (1 + 1e-9);
  const limits = {
    sum: most,
    squares: most,
    stakes: MAX_STAKE * most,
    staked: from.stakes * (1 + 1e-9),
    cost: most,
    lower: 1,
    upper: 1,
  };
  for (const [field, limit] of Object.entries(limits) as [keyof typeof limits, number][]) {
    if (Number.isFinite(from[field]) && from[field] >= 0 && from[field] <= limit) continue;
    throw new InvalidOptionError(`from.${field}`, from[field], `a number from 0 to ${limit}`);
  }
  const { sum, squares, stakes, staked, cost, lower, upper } = from;
  if (count > 0 && stakes === 0) throw new InvalidOptionError('from.stakes', stakes, 'a number above 0');
  if (count > 0) checkInterval(from);
  else if (lower !== 0) throw new InvalidOptionError('from.lower', lower, '0 before the first value');
  else if (upper !== 1) throw new InvalidOptionError('from.upper', upper, '1 before the first value');
  return { range, confidence, count, sum, squares, stakes, staked, cost, lower, upper };
}

/**
 * Checks that the interval can come from values with these sums, with a tolerance for rounding.
 * @throws {InvalidOptionError} if it cannot.
 */
function checkInterval({ confidence, stakes, staked, cost, lower, upper }: ConfidenceSequenceState): void {
  const evidence = Math.log(2 / (1 - confidence));
  // The interval is at least as narrow as the last one by itself. No earlier one had more evidence, or a centre further
  // out.
  const [centre, half] = [staked / stakes, (evidence + cost) / stakes];
  const lowers = [Math.max(0, centre - half), Math.max(0, 1 - evidence / staked)];
  const uppers = [Math.min(1, evidence / Math.max(0, stakes - staked)), Math.min(1, centre + half)];
  for (const [field, value, [least, greatest]] of [
    ['lower', lower, lowers],
    ['upper', upper, uppers],
  ] as const) {
    if (value >= least - 1e-9 && value <= greatest + 1e-9) continue;
    const expected = `a number from ${least} to ${greatest}, by stakes, staked and cost`;
    throw new InvalidOptionError(`from.${field}`, value, expected);
  }
}
