import { checkObject, InvalidOptionError } from '@ialp/core';
import { type BanditLog, checkProduct, importanceWeights } from './bandit-log.js';
import { weighted } from './estimators.js';
import { type EstimateOptions, estimateOf, type ValueEstimate } from './value-estimate.js';

/** Lists of items that were shown at once, with a reward at each place. */
export interface SlateLog {
  /** Places of a slate. */
  readonly slots: number;
  /** `[slates * slots]`, row-major: what the item at each place brought. */
  readonly reward: ArrayLike<number>;
  /**
   * `[slates * slots]`: how likely the logging policy was to put the item there, given the items above it; for `independent`, whatever
   * was above it.
   */
  readonly propensity: ArrayLike<number>;
  /** `[slates * slots]`: the same of the policy that is judged. */
  readonly target: ArrayLike<number>;
}

/**
 * On what the reward at a place depends:
 * - `independent`: its own item alone (Li, Abbasi-Yadkori, Kveton, Muthukrishnan, Vinay and Wen 2018, item-position click model);
 * - `cascade`: its own and those above it, as one reads from the top (McInerney, Brost, Chandar, Mehrotra and Carterette 2020,
 *   reward interaction inverse propensity scoring);
 * - `all`: the whole slate; nothing is assumed, and weights are the largest.
 */
export type SlateAssumption = 'independent' | 'cascade' | 'all';

/** Options of `slateIps`. */
export interface SlateOptions extends EstimateOptions {
  readonly assumption: SlateAssumption;
  /** `[slots]`: how much the reward at each place counts. Default: each 1. */
  readonly slotWeights?: ArrayLike<number>;
}

/**
 * Inverse propensity scoring of slates: the mean over slates of `sum_k w_k r_k`, where `w_k` is the weight of what the reward at place `k`
 * depends on. Unbiased where the assumption holds.
 * @returns the value of a slate.
 * @throws {InvalidOptionError}
 */
export function slateIps(log: SlateLog, given: SlateOptions): ValueEstimate {
  checkObject('options', given, 'an object with assumption');
  checkObject('log', log, 'an object with slots, reward, propensity and target');
  const { assumption, slotWeights, ...options } = given;
  const { slots, reward } = log;
  const weight = importanceWeights(log satisfies BanditLog);
  if (!Number.isSafeInteger(slots) || slots < 1 || weight.length % slots !== 0) {
    throw new InvalidOptionError('log.slots', slots, `an integer that divides the ${weight.length} rows`);
  }
  if (!['independent', 'cascade', 'all'].includes(assumption)) {
    throw new InvalidOptionError('assumption', assumption, "'independent', 'cascade' or 'all'");
  }
  if (slotWeights !== undefined && slotWeights.length !== slots) {
    throw new InvalidOptionError('slotWeights', `${slotWeights.length} numbers`, `${slots}, one for each place`);
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
  return estimateOf({ rows: terms.length, numerator: (slate) => terms[slate], ranges: weighted }, options);
}
