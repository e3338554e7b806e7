import { checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { type BanditLog, checkProduct, importanceWeights } from './bandit-log.js';
import { weighted } from './estimators.js';
import { type EstimateOptions, estimateOf, type ValueEstimate } from './value-estimate.js';

/** Slates: lists of items that were shown together, with a reward for each position. */
export interface SlateLog {
  /** Positions per slate. */
  readonly slots: number;
  /** `[slates * slots]`, row-major: the reward of the item at each position. */
  readonly reward: ArrayLike<number>;
  /**
   * `[slates * slots]`: the logging policy's probability of this item at this position, given the items above it; for
   * `independent`, the marginal probability.
   */
  readonly propensity: ArrayLike<number>;
  /** `[slates * slots]`: the same probability under the policy to evaluate. */
  readonly target: ArrayLike<number>;
}

/**
 * What the reward at a position depends on:
 * - `independent`: its own item only (Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen 2018, item-position
 *   click model);
 * - `cascade`: its own item and those above it, for users who read from the top (McInerney, Brost, Chandar, Mehrotra
 *   and Carterette 2020, reward interaction inverse propensity scoring);
 * - `all`: the whole slate. No assumption, but the largest weights.
 */
export type SlateAssumption = 'independent' | 'cascade' | 'all';

/** Options of `slateIps`. */
export interface SlateOptions extends EstimateOptions {
  /** What the reward at a position depends on. */
  readonly assumption: SlateAssumption;
  /** `[slots]`: weight of the reward at each position. Default: 1 each. */
  readonly slotWeights?: ArrayLike<number>;
}

/**
 * Inverse propensity scoring of slates: the mean over slates of `sum_k w_k r_k`, where `w_k` is the weight of the items
 * that the reward at position `k` depends on. Unbiased if the assumption holds.
 * @returns the value per slate.
 * @throws {InvalidOptionError} if the log or an option is invalid.
 */
export function slateIps(log: SlateLog, options: SlateOptions): ValueEstimate {
  checkObject('options', options, 'an object with assumption');
  checkObject('log', log, 'an object with slots, reward, propensity and target');
  const { assumption, slotWeights } = options;
  const { slots, reward } = log;
  const weight = importanceWeights(log satisfies BanditLog);
  if (!Number.isSafeInteger(slots) || slots < 1 || weight.length % slots !== 0) {
    throw new InvalidOptionError('log.slots', slots, `an integer that divides the ${weight.length} rows`);
  }
  if (!['independent', 'cascade', 'all'].includes(assumption)) {
    throw new InvalidOptionError('assumption', assumption, "'independent', 'cascade' or 'all'");
  }
  if (slotWeights !== undefined && slotWeights.length !== slots) {
    throw new InvalidOptionError(
      'slotWeights',
      described(counted(slotWeights.length, 'number')),
      `${counted(slots, 'number')}, one for each position`,
    );
  }
  const terms = new Float64Array(weight.length / slots);
  for (let slate = 0; slate < terms.length; slate++) {
    let product = 1;
    const first = slate * slots;
    if (assumption === 'all') for (let k = 0; k < slots; k++) product *= weight[first + k];
    for (let k = 0; k < slots; k++) {
      if (assumption === 'cascade') product *= weight[first + k];
      checkProduct(product, `log.target[${first + k}]`);
      const own = assumption === 'independent' ? weight[first + k] : product;
      terms[slate] += (slotWeights?.[k] ?? 1) * own * reward[first + k];
    }
  }
  const numerator = (slate: number): number => terms[slate];
  return estimateOf({ rows: terms.length, numerator, ranges: weighted }, options, ['assumption', 'slotWeights']);
}
