import { createRandom, type Observation, type Random } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import { NothingAllowedError, ShapeError } from '../errors.js';
import type { Action, Policy } from '../policy.js';
import { policyChecks } from './policy-checks.js';

const ITEMS = 12;
const options = { createRandom };

/** Ways in which a policy may go wrong; each hook replaces what a right one does. */
interface Faults {
  items?: number;
  refuseOtherCatalogue?: boolean;
  /** Spoils the observation that is passed in. */
  spoil?: (observation: Observation) => void;
  weight?: (item: number, row: number, observation: Observation) => number;
  /** Changes the table after it was normalised. */
  table?: (table: number[][], observation: Observation) => void;
  /** What is drawn from, where it is not the table. */
  drawFrom?: (table: number[][], observation: Observation) => number[][];
  random?: (random: Random) => Random;
  action?: (action: Action) => Action;
  afterDraw?: () => void;
}

function tiltedWeight(item: number, row: number, { historyItems, historyLength }: Observation): number {
  const newest = historyItems[(row + 1) * historyLength - 1];
  return 1 + ((item + newest + 1) % 4);
}

/** A policy that keeps every rule but for the faults: some items are likelier than others, and the history matters. */
function makePolicy(faults: Faults = {}): Policy {
  const { items = ITEMS, refuseOtherCatalogue = true, weight = tiltedWeight } = faults;
  return {
    specificationVersion: 'v1',
    items,
    distribution(observation) {
      if (refuseOtherCatalogue && observation.items !== ITEMS) {
        throw new ShapeError('items of the observation', observation.items, ITEMS);
      }
      const { mask, sessions } = observation;
      const rows = Array.from({ length: sessions }, (_, row) => row);
      const table = rows.map((row) => {
        const weights = Array.from({ length: ITEMS }, (_, item) =>
          mask[row * ITEMS + item] === 1 ? weight(item, row, observation) : 0,
        );
        const sum = weights.reduce((total, value) => total + value, 0);
        return weights.map((value) => value / sum);
      });
      faults.table?.(table, observation);
      const drawn = faults.drawFrom?.(table, observation) ?? table;
      faults.spoil?.(observation);
      return {
        propensity: (asked) => Float32Array.from(asked, (item, row) => table[row][item]),
        sample(given) {
          const random = faults.random?.(given) ?? given;
          const shown = Int32Array.from(rows, (row) => draw(drawn[row], random));
          if (shown.includes(-1)) throw new NothingAllowedError(shown.indexOf(-1));
          const action = { items: shown, propensity: Float32Array.from(shown, (item, row) => table[row][item]) };
          faults.afterDraw?.();
          return faults.action?.(action) ?? action;
        },
      };
    },
  };
}

function draw(probabilities: readonly number[], random: Random): number {
  let left = random.uniform();
  let last = -1;
  for (let item = 0; item < probabilities.length; item++) {
    if (!(probabilities[item] > 0)) continue;
    last = item;
    left -= probabilities[item];
    if (left < 0) return item;
  }
  return last;
}

const squared = (table: number[][]): number[][] =>
  table.map((row) => {
    const sum = row.reduce((total, p) => total + p * p, 0);
    return row.map((p) => (p * p) / sum);
  });

/** The place of some allowed item in a row, for faults that need one. */
const someAllowed = (row: readonly number[]): number => row.findIndex((p) => p > 0);

const FAULTS: { rule: string; fault: string; make: () => Policy }[] = [
  {
    rule: "specificationVersion is 'v1'",
    fault: 'is of another version',
    make: () => ({ ...makePolicy(), specificationVersion: 'v2' as 'v1' }),
  },
  {
    rule: 'items is an integer of at least 1',
    fault: 'says half an item',
    make: () => makePolicy({ items: 1.5 }),
  },
  {
    rule: 'every state gets an item and a propensity',
    fault: 'gives plain numbers of double precision',
    make: () =>
      makePolicy({
        action: ({ items, propensity }) => ({
          items,
          propensity: Float64Array.from(propensity) as unknown as Float32Array,
        }),
      }),
  },
  {
    rule: 'every state gets an item and a propensity',
    fault: 'leaves the last state out',
    make: () => makePolicy({ action: ({ items, propensity }) => ({ items: items.slice(1), propensity }) }),
  },
  {
    rule: 'the probabilities of the allowed items sum to 1 in every state',
    fault: 'does not leave forbidden items out of the sum',
    make: () =>
      makePolicy({
        table: (table) => {
          for (const row of table) for (let item = 0; item < ITEMS; item++) row[item] *= 0.99;
        },
      }),
  },
  {
    rule: 'forbidden items have probability 0',
    fault: 'gives a forbidden item a little',
    make: () =>
      makePolicy({
        table: (table) => {
          for (const row of table) row[row.indexOf(0)] = 1e-6;
        },
      }),
  },
  {
    rule: 'forbidden items have probability 0',
    fault: 'gives an item less than nothing',
    make: () =>
      makePolicy({
        table: (table) => {
          for (const row of table) row[someAllowed(row)] = -0.01;
        },
      }),
  },
  {
    rule: 'only allowed items are sampled',
    fault: 'forgets the mask in one draw of fifty',
    make: () =>
      makePolicy({
        drawFrom: (table) => table.map((row) => row.map((p) => 0.98 * p + 0.02 / ITEMS)),
      }),
  },
  {
    rule: 'the reported propensity is the probability of the sampled item',
    fault: 'reports the square root',
    make: () =>
      makePolicy({ action: ({ items, propensity }) => ({ items, propensity: propensity.map((p) => Math.sqrt(p)) }) }),
  },
  {
    rule: 'the reported propensity is the probability of the sampled item',
    fault: 'draws what it says has no probability',
    make: () =>
      makePolicy({
        table: (table) => {
          for (const row of table) row[someAllowed(row)] = 0;
        },
        drawFrom: (table, { mask }) =>
          table.map((_, row) => {
            const first = mask.indexOf(1, row * ITEMS) - row * ITEMS;
            return Array.from({ length: ITEMS }, (_, item) => (item === first ? 1 : 0));
          }),
      }),
  },
  {
    rule: 'items are sampled with the frequencies of their probabilities',
    fault: 'draws from a sharper distribution than it reports',
    make: () => makePolicy({ drawFrom: squared }),
  },
  {
    rule: "a state's distribution does not depend on the rest of the batch",
    fault: 'counts the states in the batch',
    make: () => makePolicy({ weight: (item, row, states) => tiltedWeight(item, row, states) + states.sessions * item }),
  },
  {
    rule: "a state's distribution does not depend on the rest of the batch",
    fault: 'looks at the history of the state before',
    make: () => makePolicy({ weight: (item, row, states) => tiltedWeight(item, Math.max(0, row - 1), states) }),
  },
  {
    rule: 'batches of different sizes can follow each other',
    fault: 'keeps the greatest batch in mind',
    make: () => {
      let greatest = 0;
      return makePolicy({
        weight(item, row, states) {
          greatest = Math.max(greatest, states.sessions);
          return tiltedWeight(item, row, states) + (greatest > 7 ? item : 0);
        },
      });
    },
  },
  {
    rule: 'the observation is not modified',
    fault: 'strikes items out of the mask',
    make: () => makePolicy({ spoil: ({ mask }) => mask.fill(0, 0, 3) }),
  },
  {
    rule: 'the observation is not modified',
    fault: 'sorts the histories',
    make: () => makePolicy({ spoil: ({ historyItems }) => historyItems.sort() }),
  },
  {
    rule: 'the same seed gives the same sample: all randomness comes from the given generator',
    fault: 'has a generator of its own',
    make: () => {
      const own = createRandom(1);
      return makePolicy({ random: () => own });
    },
  },
  {
    rule: 'the same seed gives the same sample: all randomness comes from the given generator',
    fault: 'draws from Math.random',
    make: () => makePolicy({ random: (random) => ({ ...random, uniform: Math.random }) }),
  },
  {
    rule: 'sampling does not change probabilities',
    fault: 'grows tired of acting',
    make: () => {
      let draws = 0;
      return makePolicy({
        weight: (item, row, states) => tiltedWeight(item, row, states) + (item === 0 ? draws : 0),
        afterDraw: () => {
          draws++;
        },
      });
    },
  },
  {
    rule: 'the only allowed item has probability 1',
    fault: 'keeps a share for exploring elsewhere',
    make: () =>
      makePolicy({
        table: (table) => {
          for (const row of table) if (row.includes(1)) row[row.indexOf(1)] = 0.9;
        },
      }),
  },
  {
    rule: 'sampling in a state that allows no item is refused',
    fault: 'shows item 0 then',
    make: () =>
      makePolicy({
        table: (table) => {
          for (const row of table) if (row.some(Number.isNaN)) row.fill(0).fill(1, 0, 1);
        },
      }),
  },
  {
    rule: 'states of another catalogue are refused',
    fault: 'takes any catalogue',
    make: () => makePolicy({ refuseOtherCatalogue: false }),
  },
];

describe('a policy that keeps every rule', () => {
  for (const { name, run } of policyChecks(() => makePolicy(), options)) test(name, run);
});

describe('a planted fault is found', () => {
  test.each(FAULTS)('$rule: a policy that $fault', ({ rule, make }) => {
    const check = policyChecks(make, options).find(({ name }) => name === rule);
    expect(check, `no check of the name "${rule}"`).toBeDefined();
    expect(() => check?.run()).toThrow(ConformanceError);
  });

  test('for every rule', () => {
    const rules = policyChecks(() => makePolicy(), options).map(({ name }) => name);
    expect(rules.filter((name) => !FAULTS.some(({ rule }) => rule === name))).toEqual([]);
  });
});
