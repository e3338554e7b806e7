import type { ExitRule } from '@ialp/env';
import type { ItemSpace } from '@ialp/llm-user';

/** Items before the new one that people compare it with. */
const WINDOW = 5;

/**
 * What is taken for granted of people before the first day: shown more of the same, they leave. Alike is what reads alike: a
 * person leaves with the probability `strength * cosine^2` to the nearest of the last five items. How the environments'
 * people tell items apart is not known to it.
 */
export function boredom({ vectors, dimension }: ItemSpace, strength: number): ExitRule {
  const cosine = (a: number, b: number): number => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += vectors[a * dimension + k] * vectors[b * dimension + k];
    return sum;
  };
  return {
    window: WINDOW,
    leaves(session, random) {
      let nearest = 0;
      for (let back = 1; back <= Math.min(WINDOW, session.shown - 1); back++) {
        nearest = Math.max(nearest, cosine(session.item(0), session.item(back)));
      }
      return random.uniform() < strength * nearest ** 2;
    },
  };
}
