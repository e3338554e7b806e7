import type { TerminationRule } from '@ialp/env';
import type { Similarity } from './similarity.js';

/** Items before the new one that people compare it with. */
const WINDOW = 5;

/**
 * What is taken for granted of people before the first day: shown more of the same, they leave. A person leaves with the
 * probability `strength * similarity^2` to the most similar of the last five items. How the environments' people tell items apart
 * is not known to it.
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
