import { checkInteger, checkObject, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';

/** Options of `createConfidenceSequence`. */
export interface ConfidenceSequenceOptions {
  /** The least and the greatest value that can come. */
  readonly range: readonly [least: number, greatest: number];
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** The state of a sequence of the same range and confidence, to go on from. Default: no values yet. */
  readonly from?: ConfidenceSequenceState;
}

/** The state of a confidence sequence: plain numbers, to be stored as JSON. Values are counted on a scale from 0 to 1. */
export interface ConfidenceSequenceState {
  readonly range: readonly [least: number, greatest: number];
  readonly confidence: number;
  readonly count: number;
  /** Of the values, and of their squared distances from the mean before them. */
  readonly sum: number;
  readonly squares: number;
  /** Of the stakes, of the values weighted by them, and of what the values' spread costs. */
  readonly stakes: number;
  readonly staked: number;
  readonly cost: number;
  /** The interval by now. */
  readonly lower: number;
  readonly upper: number;
}

/** What can be said of a mean by now. */
export interface SequenceInterval {
  readonly lower: number;
  readonly upper: number;
  /** The mean of the values so far; null before the first. */
  readonly mean: number | null;
  readonly count: number;
}

/** Watches values come in, in constant memory. */
export interface ConfidenceSequence {
  /** One more value, which may be in single precision. @throws {InvalidOptionError} where it is outside the range. */
  add(value: number): void;
  /** The interval by now. */
  interval(): SequenceInterval;
  /** A copy of its state. A sequence made `from` it goes on as this one would, bit for bit. */
  state(): ConfidenceSequenceState;
}

/** Greatest stake on a value, as a share of the range. */
const MOST = 0.5;

/**
 * A confidence sequence for a mean: intervals that **all** hold it at once with the stated confidence, however often they are
 * looked at, and whenever it is stopped for what they show; an ordinary interval, looked at often enough, leads anybody astray. It
 * is the predictable plug-in empirical Bernstein sequence of Waudby-Smith and Ramdas 2024 (theorem 2), intersected with those
 * before it; values may depend on the past, as a policy's that learns do, as long as their mean is the same.
 * @throws {InvalidOptionError}
 */
export function createConfidenceSequence(options: ConfidenceSequenceOptions): ConfidenceSequence {
  const { range, confidence } = checkSequenceOptions(options);
  const [least, greatest] = range;
  // Rewards are stored in single precision, which may round an end of the range outwards.
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
      // Only what was known before the value decides what is staked on it.
      const before = (0.5 + sums.sum) / (sums.count + 1);
      const variance = (0.25 + sums.squares) / (sums.count + 1);
      sums.count++;
      const { count } = sums;
      const stake = Math.min(MOST, Math.sqrt((2 * evidence) / (variance * count * Math.log(1 + count))));
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

/** @throws {InvalidOptionError} */
function checkSequenceOptions(options: Omit<ConfidenceSequenceOptions, 'from'>) {
  checkObject('options', options, 'an object with range');
  const { range, confidence = 0.95 } = options;
  const [least, greatest] = Array.isArray(range) && range.length === 2 ? range : [Number.NaN, Number.NaN];
  if (!(Number.isFinite(least) && Number.isFinite(greatest) && least < greatest)) {
    throw new InvalidOptionError('range', `[${range}]`, 'two finite numbers, the lower one first');
  }
  if (!Number.isFinite(Math.fround(least)) || !Number.isFinite(Math.fround(greatest))) {
    throw new InvalidOptionError('range', `[${range}]`, 'ends within single precision, in which rewards are stored');
  }
  checkConfidence(confidence);
  return { range: [least, greatest] as const, confidence };
}

function emptyState(range: readonly [number, number], confidence: number): Mutable<ConfidenceSequenceState> {
  return { range, confidence, count: 0, sum: 0, squares: 0, stakes: 0, staked: 0, cost: 0, lower: 0, upper: 1 };
}

/**
 * A copy of a state, checked.
 * @throws {InvalidOptionError} for a state of another range or confidence, or numbers that no values give.
 */
function stateOf(
  from: ConfidenceSequenceState,
  range: readonly [number, number],
  confidence: number,
): Mutable<ConfidenceSequenceState> {
  if (typeof from !== 'object' || from === null) {
    throw new InvalidOptionError('from', from, 'what state() of a confidence sequence gave');
  }
  // A range that is text would pass for a list of numbers.
  if (!(Array.isArray(from.range) && from.range.length === 2 && from.range.every((end, k) => end === range[k]))) {
    throw new InvalidOptionError('from.range', `[${from.range}]`, `[${range}], that of the sequence`);
  }
  if (from.confidence !== confidence) {
    throw new InvalidOptionError('from.confidence', from.confidence, `${confidence}, that of the sequence`);
  }
  const { count } = from;
  checkInteger('from.count', count, 0);
  // Of values from 0 to 1; sums that were rounded may be a little above.
  const most = count * (1 + 1e-9);
  const limits = {
    sum: most,
    squares: most,
    stakes: MOST * most,
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

/** Throws for an interval that no values with these sums give. Sums were rounded, so that a little more is taken. @throws {InvalidOptionError} */
function checkInterval({ confidence, stakes, staked, cost, lower, upper }: ConfidenceSequenceState): void {
  const evidence = Math.log(2 / (1 - confidence));
  // The interval is at least as narrow as the last one alone. None before had more evidence, or its centre further out.
  const [centre, half] = [staked / stakes, (evidence + cost) / stakes];
  const lowers = [Math.max(0, centre - half), Math.max(0, 1 - evidence / staked)];
  const uppers = [Math.min(1, evidence / Math.max(0, stakes - staked)), Math.min(1, centre + half)];
  for (const [field, value, [least, greatest]] of [
    ['lower', lower, lowers],
    ['upper', upper, uppers],
  ] as const) {
    if (value >= least - 1e-9 && value <= greatest + 1e-9) continue;
    const expected = `a number from ${least} to ${greatest}, as stakes, staked and cost say`;
    throw new InvalidOptionError(`from.${field}`, value, expected);
  }
}

/** Options of `createDifferenceSequence`. */
export interface DifferenceSequenceOptions extends Omit<ConfidenceSequenceOptions, 'from'> {
  /** The state of a sequence of the same range and confidence, to go on from. Default: no values yet. */
  readonly from?: DifferenceSequenceState;
}

/** The state of a difference sequence, that of both means; to be stored as JSON. */
export interface DifferenceSequenceState {
  readonly first: ConfidenceSequenceState;
  readonly second: ConfidenceSequenceState;
}

/** Watches two policies side by side. */
export interface DifferenceSequence {
  /**
   * One more value of the first policy, or of the second.
   * @throws {InvalidOptionError} for another name, or a value outside the range.
   */
  add(policy: 'first' | 'second', value: number): void;
  /** The interval of the first policy's mean less the second's, by now; `mean` is the difference of means, null before both have one. */
  interval(): SequenceInterval;
  /** A copy of its state. A sequence made `from` it goes on as this one would, bit for bit. */
  state(): DifferenceSequenceState;
}

/**
 * The same for the difference of two means: two sequences, each with half of the error allowed, so that both hold at once. Values of the two
 * may come in any order and number.
 * @throws {InvalidOptionError}
 */
export function createDifferenceSequence(options: DifferenceSequenceOptions): DifferenceSequence {
  const { range, confidence } = checkSequenceOptions(options);
  const { from } = options;
  if (from !== undefined && (typeof from !== 'object' || from === null)) {
    throw new InvalidOptionError('from', from, 'what state() of a difference sequence gave');
  }
  const create = (policy: 'first' | 'second'): ConfidenceSequence => {
    const each = { range, confidence: (1 + confidence) / 2 };
    return createConfidenceSequence(from === undefined ? each : { ...each, from: from[policy] ?? null });
  };
  const sequences = { first: create('first'), second: create('second') };
  return {
    add(policy, value) {
      if (policy !== 'first' && policy !== 'second') {
        throw new InvalidOptionError('policy', policy, "'first' or 'second'");
      }
      sequences[policy].add(value);
    },
    interval() {
      const [first, second] = [sequences.first.interval(), sequences.second.interval()];
      return {
        lower: first.lower - second.upper,
        upper: first.upper - second.lower,
        mean: first.mean === null || second.mean === null ? null : first.mean - second.mean,
        count: first.count + second.count,
      };
    },
    state: () => ({ first: sequences.first.state(), second: sequences.second.state() }),
  };
}
