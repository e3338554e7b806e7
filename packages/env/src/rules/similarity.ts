import { InvalidOptionError } from '@ialp/core';
import type { ItemSimilarity } from './item-similarity.js';
import { checkWindow, type SimilarityWindowOptions } from './similarity-window.js';
import type { TerminationRule } from './termination-rule.js';

/** Options of `createSimilarityRule`. */
export interface SimilarityRuleOptions extends SimilarityWindowOptions {
  /** Whether two items are similar: `createDistanceSimilarity(...)`, `createAttributeSimilarity(...)`, or any function of two items. */
  readonly isSimilar: ItemSimilarity;
}

/**
 * The user leaves when too many of the last `window` items are similar to a new one. With `minSimilar: 1` and
 * `isSimilar: createDistanceSimilarity(...)`, this is the rule of EasyRL4Rec's simulators of Coat and MovieLens (arXiv
 * 2402.15164).
 *
 * Early in a session, when fewer than `window` items have been shown, all of them count. EasyRL4Rec's code reads
 * `sequence[t - window : t]`, whose start is negative then; Python counts it from the end and drops items.
 *
 * Each item of a slate is compared with the items shown before it, including earlier ones of the slate.
 * @throws {InvalidOptionError}
 */
export function createSimilarityRule(options: SimilarityRuleOptions): TerminationRule {
  checkWindow(options, ['isSimilar']);
  const { window, minSimilar, isSimilar } = options;
  if (typeof isSimilar !== 'function') {
    const expected = "a function of two items, such as createAttributeSimilarity(catalogue, 'genre')";
    throw new InvalidOptionError('isSimilar', isSimilar, expected);
  }
  return {
    specificationVersion: 'v1',
    window,
    ...(isSimilar.items !== undefined && { items: isSimilar.items }),
    terminates(session) {
      const oldest = session.shown - 1;
      const ofTurn = oldest + 1 === session.turn ? 1 : (oldest + 1) / session.turn;
      // The items of the last turn, in the order in which they were shown.
      for (let newest = ofTurn - 1; newest >= 0; newest--) {
        const item = session.item(newest);
        const last = Math.min(newest + window, oldest);
        let count = 0;
        for (let back = newest + 1; back <= last; back++) count += Number(isSimilar(item, session.item(back)));
        if (count >= minSimilar) return true;
      }
      return false;
    },
  };
}
