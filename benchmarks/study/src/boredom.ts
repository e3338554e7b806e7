import type { TerminationRule } from '@ialp/env';
import type { Similarity } from './similarity.js';

/** Number of recent items that a new item is compared with. */
const WINDOW = 5;

/**
 * The assumption about users before deployment: they leave if they are shown similar items. A user leaves with
 * probability `strength * similarity^2`, with the similarity to the most similar of the last five items. The similarity
 * measure of the environments is not known to this rule.
 */
export function boredom(similarity: Similarity, strength: number): TerminationRule {
  return {
    specificationVersion: 'v1',
    window: WINDOW,
    terminates(session, random) {
      let nearest = 0;
      for (let back = 1; back <= Math.min(WINDOW, session.shown - 1); back++) {
        nearest = Math.max(nearest, similarity(session.item(0), session.item(back)));
      }
      return random.uniform() < strength * nearest ** 2;
    },
  };
}
