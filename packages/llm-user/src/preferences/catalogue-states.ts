import { type Catalogue, checkInteger, checkObject, described, InvalidOptionError, type Random } from '@ialp/core';
import { checkCatalogue, checkList, checkOptions, checkRandom } from '../check-inputs.js';
import type { UserState } from '../preference-source.js';

/** Options of `sampleCatalogueStates`. */
export interface CatalogueStatesOptions {
  readonly catalogue: Catalogue;
  /** Number of states. */
  readonly count: number;
  /** Smallest and largest number of items in a state; fewer if no more items share an attribute. Default 3 to 8. */
  readonly length?: readonly [least: number, greatest: number];
  readonly random: Random;
}

/**
 * Synthesises user states from the catalogue alone, for the time before there is a log. The first item is drawn by the prior. Each
 * further item is drawn by its prior times its similarity to the first: the summed inverse document frequency `log(N / n)` of the
 * attribute values in common, so that a director counts for more than a genre. All items are liked.
 * @throws {InvalidOptionError}
 */
export function sampleCatalogueStates(options: CatalogueStatesOptions): UserState[] {
  checkOptions(options, '{ catalogue, count: 100, random: createRandom(1) }', [
    'catalogue',
    'count',
    'length',
    'random',
  ]);
  const { catalogue, count, length = [3, 8], random } = options;
  checkList('length', length, 'two integers, [least, greatest], of at least 1');
  checkCatalogue(catalogue);
  checkRandom(random);
  const items = catalogue.items.length;
  checkInteger('count', count, 1);
  const [least, greatest] = length;
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(greatest) || least < 1 || greatest < least) {
    throw new InvalidOptionError('length', length, 'two integers, [least, greatest], of at least 1');
  }
  for (const [item, { attributes }] of catalogue.items.entries()) {
    checkObject(`catalogue.items[${item}].attributes`, attributes, "an object of lists, such as { genre: ['drama'] }");
  }
  const prior = Float64Array.from({ length: items }, (_, item) => catalogue.prior?.[item] ?? 1);
  if (!prior.some((weight) => weight > 0)) {
    throw new InvalidOptionError('catalogue.prior', described('none'), 'at least one number above 0');
  }
  const shared = sharedInformation(catalogue);
  return Array.from({ length: count }, () => {
    const anchor = drawWeighted(prior, random);
    const weights = prior.map((value, item) => (item === anchor ? 0 : value * shared(anchor, item)));
    const chosen = [anchor];
    const wanted = least + random.integer(greatest - least + 1);
    while (chosen.length < wanted) {
      const item = drawWeighted(weights, random);
      if (item === -1) break;
      chosen.push(item);
      weights[item] = 0;
    }
    return { items: chosen, feedback: chosen.map(() => 1) };
  });
}

/** Similarity of two items: the summed inverse document frequencies of their common attribute values. */
function sharedInformation({ items }: Catalogue): (first: number, second: number) => number {
  const values = items.map(({ attributes }) =>
    Object.entries(attributes).flatMap(([name, list]) => list.map((value) => `${name}\n${value}`)),
  );
  const frequency = new Map<string, number>();
  for (const value of values.flat()) frequency.set(value, (frequency.get(value) ?? 0) + 1);
  const sets = values.map((list) => new Set(list));
  return (first, second) => {
    let sum = 0;
    for (const value of sets[first]) if (sets[second].has(value)) sum += Math.log(items.length / frequency.get(value)!);
    return sum;
  };
}

/** Draws an index with probability proportional to its weight; -1 if all weights are 0. */
export function drawWeighted(weights: Float64Array, random: Random): number {
  let total = 0;
  for (const weight of weights) total += weight;
  if (!(total > 0)) return -1;
  let target = random.uniform() * total;
  let last = -1;
  for (let index = 0; index < weights.length; index++) {
    if (weights[index] <= 0) continue;
    last = index;
    target -= weights[index];
    if (target < 0) return index;
  }
  return last;
}
