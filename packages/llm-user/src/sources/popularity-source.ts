import { type Catalogue, counted, InvalidOptionError } from '@ialp/core';
import { checkCatalogue, checkQuestion } from '../check-inputs.js';
import type { PreferenceQuestion, PreferenceSource } from '../preference-source.js';

/**
 * The popularity baseline, the same for every user: the probability of an item is its popularity percentile, the share of items with
 * a prior that is not greater.
 * A language model should be better than this.
 * @throws {InvalidOptionError} if the catalogue has no prior.
 */
export function createPopularitySource(catalogue: Catalogue): PreferenceSource {
  checkCatalogue(catalogue);
  const { items, prior } = catalogue;
  if (prior === undefined) throw new InvalidOptionError('catalogue.prior', prior, counted(items.length, 'number'));
  const ordered = Float64Array.from(prior).sort();
  const share = Array.from(prior, (value) => ranksUpTo(ordered, value) / items.length);
  return {
    specificationVersion: 'v1',
    model: 'popularity',
    promptVersion: 'popularity.v1',
    async ask(question: PreferenceQuestion) {
      checkQuestion(question, items.length);
      const probabilities = question.candidates.map((item) => share[item]);
      return { probabilities, raw: JSON.stringify(probabilities) };
    },
  };
}

/** Number of sorted values that are not greater. */
function ranksUpTo(ordered: Float64Array, value: number): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
