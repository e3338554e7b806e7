import type { Observation } from '@ialp/core';
import type { Policy } from '@ialp/policy';

/** A policy with the same preferences in every state, spread anew over what the mask allows. For tests. */
export function fixedPolicy(preferences: readonly number[]): Policy {
  const items = preferences.length;
  return {
    specificationVersion: 'v1',
    items,
    distribution({ sessions, mask, items: offered }) {
      if (offered !== items) throw new Error(`expected ${items} items; found ${offered}`);
      const rowOf = (row: number): number[] => {
        const allowed = preferences.map((p, item) => (mask[row * items + item] === 1 ? p + 1e-12 : 0));
        const total = allowed.reduce((sum, p) => sum + p, 0);
        if (total === 0) throw new Error(`nothing is allowed in state ${row}`);
        return allowed.map((p) => p / total);
      };
      const rows = Array.from({ length: sessions }, (_, row) => rowOf(row));
      const propensity = (chosen: Int32Array): Float32Array =>
        Float32Array.from(chosen, (item, row) => rows[row][item]);
      return {
        propensity,
        sample(random) {
          const drawn = Int32Array.from(rows, (row) => {
            let target = random.uniform();
            let last = 0;
            for (const [item, p] of row.entries()) {
              if (p === 0) continue;
              last = item;
              target -= p;
              if (target < 0) break;
            }
            return last;
          });
          return { items: drawn, propensity: propensity(drawn) };
        },
      };
    },
  };
}

/** States of fresh sessions in which everything is allowed. For tests. */
export function makeObservation(sessions: number, items: number): Observation {
  return {
    sessions,
    items,
    historyLength: 1,
    historyItems: new Int32Array(sessions).fill(-1),
    historyFeedback: new Float32Array(sessions),
    mask: new Uint8Array(sessions * items).fill(1),
    turn: new Int32Array(sessions),
  };
}
