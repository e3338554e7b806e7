import type { Trajectories } from '@ialp/core';

/**
 * Which items of a slate an advantage is credited to:
 * - `choice`: the item that the user chose; all items, in equal parts, if the user chose none. With the top-K correction of M. Chen and
 *   others (WSDM 2019, arXiv 1812.02353): the weight of an item of probability `pi` is multiplied by `K (1 - pi)^(K - 1)`, so that
 *   the policy gives an item no more probability than it needs to be among the K shown, and the rest to others.
 * - `slate`: all items in full, which is the gradient of the log probability of the slate as a whole. Unbiased for any way in which users
 *   choose, but with more variance.
 */
export type SlateCredit = 'choice' | 'slate';

/** Names of the kinds of credit. */
export const SLATE_CREDITS: readonly SlateCredit[] = ['choice', 'slate'];

/** Probabilities: those of a forward pass keep the precision of their logarithms. */
export type Probabilities = Float32Array | Float64Array;

/** Advantages and probabilities of slates. */
export interface CreditInput extends Pick<Trajectories, 'rows' | 'slateSize' | 'choice'> {
  /** `[rows]`: the advantage of each decision, without importance weights. */
  readonly advantage: Float32Array;
  /** `[rows]`: the truncated importance weight of each whole slate. */
  readonly slateWeight: Float32Array;
  /** `[rows * slateSize]`: probability of each item, given those above. */
  readonly probability: Probabilities;
  /** `[rows * slateSize]`: propensity of each item, given those above. */
  readonly propensity: Float32Array;
  /** Importance weights are truncated at this value. */
  readonly maxImportanceWeight: number;
}

/**
 * `[rows * slateSize]`: the weight of each item's log probability. Each is multiplied by `slateSize`, because the loss is a mean over
 * the items.
 */
export function creditedWeights(input: CreditInput, credit: SlateCredit): Float32Array {
  const { rows, slateSize, choice, advantage, slateWeight, probability, propensity, maxImportanceWeight } = input;
  const weights = new Float32Array(rows * slateSize);
  for (let row = 0; row < rows; row++) {
    const chosen = choice?.[row] ?? -1;
    for (let position = 0; position < slateSize; position++) {
      const place = row * slateSize + position;
      if (credit === 'slate') {
        weights[place] = slateSize * slateWeight[row] * advantage[row];
        continue;
      }
      if (chosen >= 0 && position !== chosen) continue;
      const ratio = Math.min(maxImportanceWeight, probability[place] / propensity[place]);
      const share = chosen >= 0 ? 1 : 1 / slateSize;
      const topK = slateSize * (1 - Math.min(1, probability[place])) ** (slateSize - 1);
      weights[place] = slateSize * share * ratio * topK * advantage[row];
    }
  }
  return weights;
}

/** `[rows]`: the importance ratios of whole slates, products of those of their items. */
export function slateRatios(
  { rows, slateSize }: Pick<Trajectories, 'rows' | 'slateSize'>,
  probability: Probabilities,
  propensity: Float32Array,
  ratio: Float32Array,
): void {
  for (let row = 0; row < rows; row++) {
    let product = probability[row * slateSize] / propensity[row * slateSize];
    for (let place = row * slateSize + 1; place < (row + 1) * slateSize; place++) {
      product *= probability[place] / propensity[place];
    }
    ratio[row] = product;
  }
}
