import { checkObject, InvalidOptionError } from '@ialp/core';
import type { ServedDecision } from './events.js';

/**
 * The policy to evaluate: `[items]`, its probability of each shown item at its position, given the items above it, in the state of the decision:
 * its history, exclusions, candidates and user features. Undefined, or null for an item, if that is not known; the decision is then left out.
 */
export type ServedTarget = (decision: ServedDecision) => readonly (number | null)[] | undefined;

/** Tolerance of the sum of the probabilities. */
const TOLERANCE = 1e-6;

/**
 * A policy with a fixed probability for each item, renormalised over the items that can be shown: not excluded, among the candidates, and not
 * above in the slate. Items that it does not name have probability 0. If it names no item that can be shown, it shows none of them.
 * @param probabilities by item id; they sum to 1.
 * @throws {InvalidOptionError} unless they are probabilities.
 */
export function createItemPolicy(probabilities: Readonly<Record<string, number>>): ServedTarget {
  checkObject('probabilities', probabilities, 'an object with a probability for each item id');
  const byId = new Map(Object.entries(probabilities));
  let sum = 0;
  for (const [id, probability] of byId) {
    if (!(typeof probability === 'number' && probability >= 0 && probability <= 1)) {
      throw new InvalidOptionError(`probabilities.${id}`, probability, 'a probability from 0 to 1');
    }
    sum += probability;
  }
  if (Math.abs(sum - 1) > TOLERANCE) throw new InvalidOptionError('probabilities', sum, 'probabilities that sum to 1');
  const massOf = (ids: Iterable<string>): number => {
    let mass = 0;
    for (const id of new Set(ids)) mass += byId.get(id) ?? 0;
    return mass;
  };
  return ({ items, excluded = [], candidates }) => {
    const isExcluded = new Set(excluded);
    let left =
      candidates === undefined ? sum - massOf(excluded) : massOf(candidates.filter((id) => !isExcluded.has(id)));
    return items.map((id) => {
      const probability = byId.get(id) ?? 0;
      const share = left > TOLERANCE ? Math.min(1, probability / left) : 0;
      left -= probability;
      return share;
    });
  };
}

/**
 * One of the two policies of a deployment that mixes a pre-trained and an online policy, as its propensities were logged. The online policy of
 * each decision had not learned from that decision.
 */
export function createAttributedPolicy(name: 'pretrained' | 'online'): ServedTarget {
  return (decision) => decision[name];
}

/**
 * The policy that another recommender was observed beside: 1 where the slate that it would have shown begins with the shown items, otherwise 0.
 * As that slate was sampled, weights are right in the mean.
 */
export function createShadowPolicy(): ServedTarget {
  return ({ items, shadow }) =>
    shadow === undefined ? undefined : items.map((id, position) => (shadow.items[position] === id ? 1 : 0));
}
