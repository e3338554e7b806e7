import { isAllowed, noExclusions, type Observation } from '@ialp/core';
import { type Policy, slateDistribution } from '@ialp/policy';

/** A policy with the same preferences in every state, spread anew over the items that can be shown. For tests. */
export function fixedPolicy(preferences: readonly number[]): Policy {
  return preferencePolicy(preferences.length, () => preferences);
}

/** A policy that prefers item `(turn + offset) % items` of the given number, with 0.7 of its preferences. For tests. */
export function turnPolicy(items: number, offset: number): Policy {
  return preferencePolicy(items, ({ turn }, row) =>
    Array.from({ length: items }, (_, item) => (item === (turn[row] + offset) % items ? 0.7 : 0.3 / (items - 1))),
  );
}

/** A policy with preferences that depend on the state. For tests. */
export function preferencePolicy(
  items: number,
  preferencesIn: (observation: Observation, row: number) => readonly number[],
): Policy {
  /** The last preferences that were spread where nothing is excluded, as most are the same. */
  let last: { readonly preferences?: readonly number[]; readonly available?: Uint8Array; readonly spread: number[] } = {
    spread: [],
  };
  return {
    specificationVersion: 'v2',
    items,
    distribution(observation) {
      if (observation.items !== items) throw new Error(`expected ${items} items; found ${observation.items}`);
      const preferences = Array.from({ length: observation.rows }, (_, row) => preferencesIn(observation, row));
      /** `[items]`: the preferences of the items that are allowed and not in the slate, 0 for the others; they sum to 1. */
      const spread = (row: number, above: readonly number[]): number[] => {
        const own = preferences[row].map((p, item) =>
          isAllowed(observation, row, item) && !above.includes(item) ? p + 1e-12 : 0,
        );
        const total = own.reduce((sum, p) => sum + p, 0);
        if (total === 0) throw new Error(`nothing is allowed in state ${row}`);
        return own.map((p) => p / total);
      };
      const single = new Array<number[] | undefined>(observation.rows);
      const open = (row: number, taken: ArrayLike<number>): number[] => {
        if (taken.length > 0) return spread(row, Array.from(taken));
        if (observation.exclusions.count[row] > 0) {
          single[row] ??= spread(row, []);
          return single[row];
        }
        if (last.preferences !== preferences[row] || last.available !== observation.available) {
          last = { preferences: preferences[row], available: observation.available, spread: spread(row, []) };
        }
        return last.spread;
      };
      return slateDistribution(observation, {
        uses: ['uniform'],
        draw(row, taken, random) {
          let target = random.uniform();
          let last = 0;
          for (const [item, p] of open(row, taken).entries()) {
            if (p === 0) continue;
            last = item;
            target -= p;
            if (target < 0) break;
          }
          return last;
        },
        probability: (row, taken, item) => open(row, taken)[item] ?? 0,
        rank(row, count) {
          const own = open(row, []);
          const listed = Array.from(own.keys()).filter((item) => own[item] > 0);
          return listed.sort((a, b) => own[b] - own[a] || a - b).slice(0, count);
        },
      });
    },
  };
}

/** States of fresh sessions in which everything is allowed, with the keys 0, 1, ... For tests. */
export function makeObservation(rows: number, items: number): Observation {
  return {
    rows,
    items,
    historyLength: 1,
    session: Float64Array.from({ length: rows }, (_, row) => row),
    turn: new Int32Array(rows),
    historyItems: new Int32Array(rows).fill(-1),
    historyFeedback: new Float32Array(rows),
    available: new Uint8Array(items).fill(1),
    exclusions: noExclusions(rows),
  };
}
