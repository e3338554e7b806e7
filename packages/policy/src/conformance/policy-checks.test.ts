import { CheckpointError, createRandom, isAllowed, type Observation, type Random } from '@ialp/core';
import { ConformanceError, denseMasks } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import { NothingAllowedError, ShapeError } from '../errors.js';
import type { Action, ActionDistribution, PlainMemory, Policy, PolicySessions, Ranking } from '../policy.js';
import { firstAllowedFrom } from '../test-support/observations.js';
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
  /** What is left of a row's probabilities below some items of its slate, before they are normalised. */
  below?: (row: readonly number[], taken: readonly number[]) => number[];
  ranking?: (ranking: Ranking, observation: Observation) => Ranking;
  /** Replaces methods of the distribution. */
  distribution?: (right: ActionDistribution, observation: Observation) => Partial<ActionDistribution>;
}

function tiltedWeight(item: number, row: number, { historyItems, historyLength }: Observation): number {
  const newest = historyItems[(row + 1) * historyLength - 1];
  return 1 + ((item + newest + 1) % 4);
}

/** The probabilities of a row's items below some items of its slate. */
function withoutTaken(row: readonly number[], taken: readonly number[]): number[] {
  return row.map((p, item) => (taken.includes(item) ? 0 : p));
}

function normalized(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, value) => total + value, 0);
  return weights.map((value) => value / sum);
}

/** The probabilities at a position of a slate: those of the table at the first, which may hold a fault, without the items above. */
function conditional(row: readonly number[], taken: readonly number[], below = withoutTaken): readonly number[] {
  return taken.length === 0 ? row : normalized(below(row, taken));
}

/** A policy that keeps every rule but for the faults: some items are likelier than others, and the history matters. */
function makePolicy(faults: Faults = {}): Policy {
  const { items = ITEMS, refuseOtherCatalogue = true, weight = tiltedWeight } = faults;
  return {
    specificationVersion: 'v2',
    items,
    distribution(observation) {
      if (refuseOtherCatalogue && observation.items !== ITEMS) {
        throw new ShapeError('items of the observation', observation.items, ITEMS);
      }
      const mask = denseMasks(observation);
      const rows = Array.from({ length: observation.rows }, (_, row) => row);
      const table = rows.map((row) =>
        normalized(
          Array.from({ length: ITEMS }, (_, item) =>
            mask[row * ITEMS + item] === 1 ? weight(item, row, observation) : 0,
          ),
        ),
      );
      faults.table?.(table, observation);
      const drawn = faults.drawFrom?.(table, observation) ?? table;
      faults.spoil?.(observation);
      const slates = (flat: Int32Array): number[][] => {
        const count = flat.length / rows.length;
        return rows.map((row) => Array.from(flat.subarray(row * count, (row + 1) * count)));
      };
      const propensity = (asked: Int32Array): Float32Array =>
        Float32Array.from(
          slates(asked).flatMap((slate, row) => {
            const end = slate.findIndex((item, place) => slate.indexOf(item) < place);
            return slate.map((item, place) =>
              end !== -1 && place >= end
                ? 0
                : (conditional(table[row], slate.slice(0, place), faults.below)[item] ?? 0),
            );
          }),
        );
      const right: ActionDistribution = {
        propensity,
        sample(given, { count = 1 } = {}) {
          const random = faults.random?.(given) ?? given;
          const shown = rows.flatMap((row) => {
            const slate: number[] = [];
            while (slate.length < count) slate.push(draw(conditional(drawn[row], slate, faults.below), random));
            if (slate.includes(-1)) throw new NothingAllowedError(row, count);
            return slate;
          });
          const action = { items: Int32Array.from(shown), propensity: propensity(Int32Array.from(shown)) };
          faults.afterDraw?.();
          return faults.action?.(action) ?? action;
        },
        top(count) {
          const ranking = {
            items: new Int32Array(rows.length * count).fill(-1),
            scores: new Float32Array(rows.length * count),
          };
          for (const row of rows) {
            const best = table[row].map((p, item) => ({ p, item })).filter(({ p }) => p > 0);
            best.sort((a, b) => b.p - a.p || a.item - b.item);
            for (const [place, { p, item }] of best.slice(0, count).entries()) {
              ranking.items[row * count + place] = item;
              ranking.scores[row * count + place] = p;
            }
          }
          return faults.ranking?.(ranking, observation) ?? ranking;
        },
      };
      return { ...right, ...faults.distribution?.(right, observation) };
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

/**
 * A policy that prefers the first item that it showed in a session, and keeps the rules of memory, but for what `change` replaces: hooks of its
 * sessions, given the memories.
 */
function makeRemembering(change: (memories: Map<number, PlainMemory>) => Partial<PolicySessions> = () => ({})): Policy {
  const memories = new Map<number, PlainMemory>();
  const firstOf = (key: number): unknown => (memories.get(key) as { first?: unknown } | undefined)?.first;
  const right = makePolicy({
    weight: (item, row, observation) =>
      tiltedWeight(item, row, observation) * (firstOf(observation.session[row]) === item ? 3 : 1),
    distribution: (given, { session }) => ({
      sample(random, settings) {
        const action = given.sample(random, settings);
        const count = action.items.length / session.length;
        for (const [row, key] of session.entries()) {
          if (!memories.has(key)) memories.set(key, { first: action.items[row * count] });
        }
        return action;
      },
    }),
  });
  const sessions: PolicySessions = {
    memoryOf: (key) => memories.get(key),
    remember(key, memory) {
      if (typeof (memory as { first?: unknown }).first !== 'number') throw new CheckpointError('expected a first item');
      if (!memories.has(key)) memories.set(key, memory);
    },
    forget: (key) => void memories.delete(key),
    ...change(memories),
  };
  return { ...right, sessions };
}

const PLAIN = 'what it remembers of sessions is plain data, from which a second policy goes on';
const KNOWN = 'to remember a session that is known changes nothing';
const FORGOTTEN = 'a session that was forgotten is unknown, and a memory of something else is refused';

const FAULTS: { rule: string; fault: string; make: () => Policy }[] = [
  {
    rule: PLAIN,
    fault: 'remembers with a typed array',
    make: () =>
      makeRemembering((memories) => ({
        memoryOf: (key) => ({ ...(memories.get(key) as object), of: Int32Array.of(1) as unknown as PlainMemory }),
      })),
  },
  {
    rule: PLAIN,
    fault: 'remembers a number that JSON has not',
    make: () =>
      makeRemembering((memories) => ({
        memoryOf: (key) => ({ ...(memories.get(key) as object), since: Number.NaN }),
      })),
  },
  {
    rule: PLAIN,
    fault: 'takes a memory for that of another session',
    make: () => makeRemembering((memories) => ({ remember: (key, memory) => void memories.set(key + 1, memory) })),
  },
  {
    rule: PLAIN,
    fault: 'remembers that a session is known, and nothing of it',
    make: () =>
      makeRemembering((memories) => {
        const taken = new Map<number, PlainMemory>();
        return {
          memoryOf: (key) => memories.get(key) ?? taken.get(key),
          remember: (key, memory) => void taken.set(key, memory),
        };
      }),
  },
  {
    rule: KNOWN,
    fault: 'takes the last memory',
    make: () => makeRemembering((memories) => ({ remember: (key, memory) => void memories.set(key, memory) })),
  },
  {
    rule: FORGOTTEN,
    fault: 'forgets nothing',
    make: () => makeRemembering(() => ({ forget: () => {} })),
  },
  {
    rule: FORGOTTEN,
    fault: 'takes any memory',
    make: () => makeRemembering((memories) => ({ remember: (key, memory) => void memories.set(key, memory) })),
  },
  {
    rule: FORGOTTEN,
    fault: 'has a memory of every session',
    make: () => makeRemembering((memories) => ({ memoryOf: (key) => memories.get(key) ?? { first: 0 } })),
  },
  {
    rule: "specificationVersion is 'v2'",
    fault: 'is of version 1',
    make: () => ({ ...makePolicy(), specificationVersion: 'v1' as 'v2' }),
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
        drawFrom: (table, observation) =>
          table.map((_, row) => {
            const first = firstAllowedFrom(observation, row);
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
    make: () => makePolicy({ weight: (item, row, states) => tiltedWeight(item, row, states) + states.rows * item }),
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
          greatest = Math.max(greatest, states.rows);
          return tiltedWeight(item, row, states) + (greatest > 7 ? item : 0);
        },
      });
    },
  },
  {
    rule: 'the observation is not modified',
    fault: 'strikes items out of what is available',
    make: () => makePolicy({ spoil: ({ available }) => available.fill(0, 0, 3) }),
  },
  {
    rule: 'the observation is not modified',
    fault: 'excludes what it shows',
    make: () => makePolicy({ spoil: ({ exclusions }) => exclusions.items.fill(ITEMS - 1, 0, 1) }),
  },
  {
    rule: 'the observation is not modified',
    fault: 'counts the turns',
    make: () => makePolicy({ spoil: ({ turn }) => turn.fill(99) }),
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
    rule: 'slates have distinct allowed items, with their propensities',
    fault: 'draws each item of a slate anew, so that some come twice',
    make: () =>
      makePolicy({
        distribution: (right, { rows }) => ({
          sample(random, { count = 1 } = {}) {
            const columns = Array.from({ length: count }, () => right.sample(random).items);
            const items = Int32Array.from(
              { length: rows * count },
              (_, k) => columns[k % count][Math.floor(k / count)],
            );
            return { items, propensity: right.propensity(items) };
          },
        }),
      }),
  },
  {
    rule: 'slates have distinct allowed items, with their propensities',
    fault: 'knows single items alone',
    make: () => makePolicy({ distribution: (right) => ({ sample: (random) => right.sample(random) }) }),
  },
  {
    rule: 'slates have distinct allowed items, with their propensities',
    fault: 'reports the propensities of its items as single recommendations',
    make: () =>
      makePolicy({
        distribution: (right, { rows }) => ({
          sample(random, options) {
            const { items } = right.sample(random, options);
            const count = items.length / rows;
            const column = (place: number) => items.filter((_, k) => k % count === place);
            const single = Array.from({ length: count }, (_, place) => right.propensity(column(place)));
            return { items, propensity: Float32Array.from(items, (_, k) => single[k % count][Math.floor(k / count)]) };
          },
        }),
      }),
  },
  {
    rule: 'slates have distinct allowed items, with their propensities',
    fault: 'fills its slates with items that are not allowed',
    make: () =>
      makePolicy({
        distribution: (right, observation) => ({
          sample(random, options) {
            const { items, propensity } = right.sample(random, options);
            const count = items.length / observation.rows;
            const shown = items.map((item, k) => {
              const row = Math.floor(k / count);
              const forbidden = Array.from({ length: ITEMS }, (_, each) => each).find(
                (each) => !isAllowed(observation, row, each),
              );
              return k % count === 2 ? (forbidden ?? item) : item;
            });
            return { items: shown, propensity };
          },
        }),
      }),
  },
  {
    rule: 'at each position of a slate the propensities sum to 1',
    fault: 'does not leave the items above out of the sum',
    make: () =>
      makePolicy({
        distribution: (right, { rows }) => {
          const propensity = (items: Int32Array): Float32Array => {
            const count = items.length / rows;
            const exact = right.propensity(items);
            const column = (place: number) => items.filter((_, k) => k % count === place);
            const single = Array.from({ length: count }, (_, place) => right.propensity(column(place)));
            return exact.map((p, k) => (p === 0 ? 0 : single[k % count][Math.floor(k / count)]));
          };
          return {
            propensity,
            sample(random, options) {
              const { items } = right.sample(random, options);
              return { items, propensity: propensity(items) };
            },
          };
        },
      }),
  },
  {
    rule: 'at each position of a slate the propensities sum to 1',
    fault: 'gives an item above a probability',
    make: () => makePolicy({ below: (row) => [...row] }),
  },
  {
    rule: 'the items of a slate are drawn with the frequencies of their propensities',
    fault: 'draws all but the first from a sharper distribution than it reports',
    make: () =>
      makePolicy({
        distribution: (right, observation) => {
          const sharper = makePolicy({ below: (row, taken) => withoutTaken(row, taken).map((p) => p ** 3) });
          const slates = sharper.distribution(observation);
          return {
            sample(random, options) {
              const { items } = slates.sample(random, options);
              return { items, propensity: right.propensity(items) };
            },
          };
        },
      }),
  },
  {
    rule: 'the first item of a slate is a single recommendation',
    fault: 'begins slates with its favourite',
    make: () => {
      const sharper = makePolicy({ table: (table) => table.splice(0, table.length, ...squared(table)) });
      return makePolicy({
        distribution: (right, observation) => {
          const slates = sharper.distribution(observation);
          return {
            sample: (random, options) =>
              (options?.count ?? 1) > 1 ? slates.sample(random, options) : right.sample(random),
            propensity: (items) =>
              items.length > observation.rows ? slates.propensity(items) : right.propensity(items),
          };
        },
      });
    },
  },
  {
    rule: 'top lists allowed items, with their probabilities',
    fault: 'lists what is forbidden',
    make: () =>
      makePolicy({
        ranking: ({ items, scores }, { rows }) => {
          const count = items.length / rows;
          return { items: items.map((item, k) => (item < 0 ? k % count : item)), scores };
        },
      }),
  },
  {
    rule: 'top lists allowed items, with their probabilities',
    fault: 'lists its favourite twice',
    make: () =>
      makePolicy({
        ranking: ({ items, scores }, { rows }) => {
          const count = items.length / rows;
          const twice = <A extends Int32Array | Float32Array>(list: A): A =>
            list.map((value, k) => (k % count === 1 ? list[k - 1] : value)) as A;
          return { items: twice(items), scores: twice(scores) };
        },
      }),
  },
  {
    rule: 'top lists allowed items, with their probabilities',
    fault: 'lists from the worst to the best',
    make: () =>
      makePolicy({
        distribution: (right, { rows }) => ({
          top(count) {
            const { items, scores } = right.top(ITEMS);
            const reversed = Array.from({ length: rows }, (_, row) => {
              const own = Array.from(items.subarray(row * ITEMS, (row + 1) * ITEMS), (item, k) => ({
                item,
                score: scores[row * ITEMS + k],
              })).filter(({ item }) => item >= 0);
              const listed = own.toReversed().slice(0, count);
              return [...listed, ...Array.from({ length: count - listed.length }, () => ({ item: -1, score: 0 }))];
            }).flat();
            return {
              items: Int32Array.from(reversed, ({ item }) => item),
              scores: Float32Array.from(reversed, ({ score }) => score),
            };
          },
        }),
      }),
  },
  {
    rule: 'top lists allowed items, with their probabilities',
    fault: 'gives weights for probabilities',
    make: () => makePolicy({ ranking: ({ items, scores }) => ({ items, scores: scores.map((score) => 10 * score) }) }),
  },
  {
    rule: 'top lists allowed items, with their probabilities',
    fault: 'always lists one item less',
    make: () =>
      makePolicy({
        distribution: (right) => ({ top: (count) => right.top(Math.max(1, count - 1)) }),
      }),
  },
  {
    rule: 'a slate of more items than a state allows is refused',
    fault: 'leaves the rest of the slate as it is',
    make: () =>
      makePolicy({
        distribution: (right, { rows }) => ({
          sample(random, { count = 1 } = {}) {
            const one = right.sample(random);
            const items = Int32Array.from({ length: rows * count }, (_, k) => one.items[Math.floor(k / count)]);
            return count < ITEMS ? right.sample(random, { count }) : { items, propensity: right.propensity(items) };
          },
        }),
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

describe('a policy that remembers sessions and keeps every rule', () => {
  const remembers = { ...options, samplingChangesPolicy: true };
  for (const { name, run } of policyChecks(() => makeRemembering(), remembers)) test(name, run);
});

test('a policy of version 1 is told how to change, and nothing else is checked', () => {
  const first = (): Policy => ({
    ...makePolicy(),
    specificationVersion: 'v1' as 'v2',
    distribution: undefined as never,
  });
  const [check, ...others] = policyChecks(first, options);
  expect(() => check.run()).toThrow(
    /expected 'v2', version 2 of the interface: .* give distributions top\(count\), and slates/,
  );
  for (const { run } of others) expect(run).toThrow(/^not run: specificationVersion is "v1" instead of 'v2'$/);
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
