import { InvalidOptionError } from '@ialp/core';
import { checkCount } from '../../checks/options.js';
import { checkChosen } from '../../checks/states.js';
import type { Logits } from '../../network.js';
import { QuantisedScorer } from './quantised-scorer.js';
import type { ScoredStates, Scorer } from './scorer.js';
import type { ShortlistScan } from './shortlist-scan.js';

/** The logits of an actor in encoded states. @param scored the states with the exact output layer, or its 8-bit approximation. */
export function actorLogits(scan: ShortlistScan, scored: ScoredStates, exact: Scorer): Logits {
  const { states, state, scorer } = scored;
  return {
    of(items) {
      checkChosen(items, states);
      const wrong = items.findIndex((item) => item < -1 || item >= states.items);
      if (wrong !== -1) {
        const expected = `an item from 0 to ${states.items - 1}, or -1 for none`;
        throw new InvalidOptionError(`items[${wrong}]`, items[wrong], expected);
      }
      return scan.scoresOf({ states, state, scorer: exact }, items);
    },
    top(count) {
      checkCount(count, states.items);
      return scan.best(scored, exact, count);
    },
    errorBound: () =>
      scorer instanceof QuantisedScorer ? scan.errorBounds(scored, scorer) : new Float32Array(states.rows),
  };
}
