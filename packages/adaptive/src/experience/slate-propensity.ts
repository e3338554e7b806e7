import type { Trajectories } from '@ialp/core';

/**
 * `[rows, count]`: the propensities of slates under a mixture that chooses one of two policies for each whole slate. At position `k` it is
 * `a_k first + (1 - a_k) second`, where `a_k` is the probability that the first policy chose, given the items above:
 * `a_0 = weight`, and by Bayes' rule `a_(k+1) = a_k first / (a_k first + (1 - a_k) second)`.
 * @param weights `[rows]`: probability of the first policy.
 * @param first `[rows, count]`: propensities under the first policy; read only where its weight is above 0.
 */
export function mixedPropensity(weights: Float32Array, first: Float32Array, second: Float32Array): Float32Array {
  const count = first.length / weights.length;
  const result = new Float32Array(first.length);
  for (let row = 0; row < weights.length; row++) {
    let [own, other] = [weights[row], 1 - weights[row]];
    for (let place = row * count; place < (row + 1) * count; place++) {
      const ofFirst = own > 0 ? own * first[place] : 0;
      const ofSecond = other > 0 ? other * second[place] : 0;
      const total = ofFirst + ofSecond;
      result[place] = total;
      // Below an item that is never shown, nothing is.
      if (total === 0) break;
      [own, other] = [ofFirst / total, ofSecond / total];
    }
  }
  return result;
}

/**
 * `[rows]`: importance ratios of whole slates, the product over positions of the propensity under a policy and that with which the item was
 * chosen. The products of either alone would underflow for long slates.
 * @param target `[rows, slateSize]`: propensities under the policy.
 */
export function importanceRatios({ rows, slateSize, propensity }: Trajectories, target: Float32Array): Float64Array {
  const ratios = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let ratio = 1;
    for (let place = row * slateSize; place < (row + 1) * slateSize; place++)
      ratio *= target[place] / propensity[place];
    ratios[row] = ratio;
  }
  return ratios;
}
