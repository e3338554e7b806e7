import { InvalidOptionError } from '../errors.js';

/** Options of `createConfidenceSequence`. */
export interface ConfidenceSequenceOptions {
  /** The least and the greatest value that can come. */
  readonly range: readonly [least: number, greatest: number];
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
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
  /** One more value. @throws {InvalidOptionError} where it is outside the range. */
  add(value: number): void;
  /** The interval by now. */
  interval(): SequenceInterval;
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
export function createConfidenceSequence({ range, confidence = 0.95 }: ConfidenceSequenceOptions): ConfidenceSequence {
  const [least, greatest] = range;
  if (!(Number.isFinite(least) && Number.isFinite(greatest) && least < greatest)) {
    throw new InvalidOptionError('range', `[${range}]`, 'two finite numbers, the lower one first');
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new InvalidOptionError('confidence', confidence, 'a number between 0 and 1');
  }
  const width = greatest - least;
  const evidence = Math.log(2 / (1 - confidence));
  let [count, sum, squares] = [0, 0, 0];
  // Weighted by stakes: their sum, that of the values, and what their spread costs.
  let [stakes, staked, cost] = [0, 0, 0];
  let [lower, upper] = [0, 1];

  return {
    add(value) {
      if (!(value >= least && value <= greatest)) {
        throw new InvalidOptionError('value', value, `a number from ${least} to ${greatest}`);
      }
      const x = (value - least) / width;
      // Only what was known before the value decides what is staked on it.
      const before = (0.5 + sum) / (count + 1);
      const variance = (0.25 + squares) / (count + 1);
      count++;
      const stake = Math.min(MOST, Math.sqrt((2 * evidence) / (variance * count * Math.log(1 + count))));
      stakes += stake;
      staked += stake * x;
      cost += (x - before) ** 2 * (-Math.log(1 - stake) - stake);
      sum += x;
      squares += (x - (0.5 + sum) / (count + 1)) ** 2;
      const [centre, half] = [staked / stakes, (evidence + cost) / stakes];
      lower = Math.max(lower, centre - half);
      upper = Math.min(upper, centre + half);
    },
    interval: () => ({
      lower: least + width * lower,
      upper: least + width * upper,
      mean: count === 0 ? null : least + (width * sum) / count,
      count,
    }),
  };
}

/** Watches two policies side by side. */
export interface DifferenceSequence {
  /** One more value of the first policy, or of the second. @throws {InvalidOptionError} where it is outside the range. */
  add(policy: 'first' | 'second', value: number): void;
  /** The interval of the first policy's mean less the second's, by now; `mean` is the difference of means, null before both have one. */
  interval(): SequenceInterval;
}

/**
 * The same for the difference of two means: two sequences, each with half of the error allowed, so that both hold at once. Values of the two
 * may come in any order and number.
 * @throws {InvalidOptionError}
 */
export function createDifferenceSequence({ range, confidence = 0.95 }: ConfidenceSequenceOptions): DifferenceSequence {
  const each = { range, confidence: (1 + confidence) / 2 };
  const sequences = { first: createConfidenceSequence(each), second: createConfidenceSequence(each) };
  return {
    add: (policy, value) => sequences[policy].add(value),
    interval() {
      const [first, second] = [sequences.first.interval(), sequences.second.interval()];
      return {
        lower: first.lower - second.upper,
        upper: first.upper - second.lower,
        mean: first.mean === null || second.mean === null ? null : first.mean - second.mean,
        count: first.count + second.count,
      };
    },
  };
}
