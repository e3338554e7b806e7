import { type Catalogue, createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import type { ExplicitDataset, ImplicitDataset } from '../datasets/dataset.js';
import { splitAtRandom, toSplit } from '../datasets/split.js';
import { createPatienceRule } from '../rules/patience.js';
import { madeUpRatings } from '../test-support/ratings.js';
import { traceOf } from '../test-support/trace.js';
import { createDatasetEnvironment } from './dataset-environment.js';

const ratings = madeUpRatings(3);
const catalogue: Catalogue = {
  items: Array.from({ length: 30 }, (_, k) => ({ id: `${k}`, title: `Item ${k}`, text: `item ${k}`, attributes: {} })),
};
const parts = {
  catalogue,
  userIds: Array.from({ length: 40 }, (_, k) => `${k}`),
  order: 'none' as const,
  split: splitAtRandom(ratings, createRandom(1)),
};
const EXPLICIT: ExplicitDataset = { ...parts, name: 'made-up', feedback: 'explicit', interactions: ratings };
const liked = ratings.value.map((value) => (value >= 3 ? 1 : 0));
const rows = Int32Array.from(liked.keys()).filter((row) => liked[row] === 1);
const { scale: _, ...columns } = ratings;
const counts = {
  ...columns,
  user: rows.map((row) => ratings.user[row]),
  item: rows.map((row) => ratings.item[row]),
  value: new Float32Array(rows.length).fill(1),
};
const IMPLICIT: ImplicitDataset = {
  ...{ ...parts, name: 'made-up counts', feedback: 'implicit', interactions: counts },
  split: splitAtRandom(counts, createRandom(1)),
};

describe.each([
  ['ratings', EXPLICIT, {}],
  ['expected ratings', EXPLICIT, { reward: 'rating' }],
  ['counts', IMPLICIT, {}],
  ['counts, FreeB', IMPLICIT, { protocol: 'FreeB' }],
  ['ratings, NX_5', EXPLICIT, { protocol: 'NX_5' }],
] as const)('an environment of %s keeps the rules', (_name, dataset, options) => {
  const { model } = createDatasetEnvironment(dataset, { sessions: 1 });
  const make = (sessions: number) => createDatasetEnvironment(dataset, { ...options, model, sessions });
  // Expected ratings leave the users alone to chance: with as many of them, seeds differ.
  for (const check of environmentChecks(make)) test(check.name, check.run);
});

test('the same seed gives the same world and the same sessions, another seed another', () => {
  const trace = (seed: number) => traceOf(createDatasetEnvironment(EXPLICIT, { seed, sessions: 3 }));
  expect(trace(1)).toEqual(trace(1));
  expect(trace(2)).not.toEqual(trace(1));
});

test('a golden trace', () => {
  expect(traceOf(createDatasetEnvironment(EXPLICIT, { seed: 1, sessions: 2 }))).toMatchInlineSnapshot(`
    [
      "0:0 7:0 14:0 21:0! 28:0 5:0 12:0 19:0 26:0 3:0",
      "1:0 8:0 15:1 22:1 29:0 6:0 13:0 20:0 27:0 4:1",
    ]
  `);
  expect(traceOf(createDatasetEnvironment(IMPLICIT, { seed: 1, sessions: 2 }))).toMatchInlineSnapshot(`
    [
      "0:0 7:1 14:0 21:0 28:0 5:0 12:0 19:0 26:0 3:1",
      "1:1 8:0 15:1 22:1 29:0 6:0 13:0! 20:0 27:1 4:0",
    ]
  `);
});

test('termination rules of your own take the place of redundancy', () => {
  const lengths = (terminationRules?: ReturnType<typeof createPatienceRule>[]): number => {
    const env = createDatasetEnvironment(EXPLICIT, {
      seed: 1,
      sessions: 50,
      maxTurns: 30,
      ...(terminationRules && { terminationRules }),
    });
    return traceOf(env, { steps: 30 }).join(' ').split('!').length;
  };
  expect(lengths([])).toBe(1);
  expect(lengths()).toBeGreaterThan(50);
  expect(lengths([createPatienceRule({ misses: 1 })])).toBeGreaterThan(lengths([createPatienceRule({ misses: 3 })]));
});

test('observations tell what is known of users, if asked to', () => {
  const userFeatures = { names: ['age'], values: Float32Array.from({ length: 40 }, (_value, k) => k) };
  const dataset = { ...EXPLICIT, userFeatures };
  expect(createDatasetEnvironment(dataset, { sessions: 2 }).reset().userFeatures).toBeUndefined();
  expect(createDatasetEnvironment(dataset, { sessions: 2, showUserFeatures: true }).reset().userFeatures).toHaveLength(
    2,
  );
});

test('ratings that a publisher held out count as well, and those in both parts once', () => {
  const half = Uint8Array.from(ratings.value, (_value, row) => (row % 2 === 0 ? 0 : 2));
  const { model } = createDatasetEnvironment({ ...EXPLICIT, split: toSplit('publisher', half) });
  expect(model.model.users).toBe(40);
  const twice = {
    ...ratings,
    user: Int32Array.from([...ratings.user, ...ratings.user]),
    item: Int32Array.from([...ratings.item, ...ratings.item]),
    value: Float32Array.from([...ratings.value, ...ratings.value.map(() => 1)]),
  };
  const part = Uint8Array.from(twice.value, (_value, row) => (row < ratings.value.length ? 0 : 2));
  const doubled = { ...EXPLICIT, interactions: twice, split: toSplit('publisher', part) };
  expect(traceOf(createDatasetEnvironment(doubled, { seed: 1 }))).toEqual(
    traceOf(createDatasetEnvironment(EXPLICIT, { seed: 1 })),
  );
});

test('a model of something else is refused', () => {
  const { model } = createDatasetEnvironment(IMPLICIT);
  expect(() => createDatasetEnvironment(EXPLICIT, { model })).toThrow(
    /model: expected a model of 40 users and 30 items of made-up; found "implicit"/,
  );
  const fewer = { ...EXPLICIT, catalogue: { items: catalogue.items.slice(0, 29) } };
  expect(() => createDatasetEnvironment(fewer, { model: createDatasetEnvironment(EXPLICIT).model })).toThrow(
    /found 40 users and 30 items\./,
  );
});

describe('the smallest data set that can be fitted', () => {
  test('of one user', () => {
    const one = {
      ...ratings,
      users: 1,
      user: new Int32Array(30),
      item: Int32Array.from({ length: 30 }, (_value, k) => k),
      value: ratings.value.slice(0, 30),
    };
    const env = createDatasetEnvironment({ ...EXPLICIT, userIds: ['u'], interactions: one }, { sessions: 2 });
    expect(traceOf(env)).toHaveLength(2);
  });

  test('of one item', () => {
    const one = { ...ratings, item: new Int32Array(ratings.item.length) };
    const env = createDatasetEnvironment(
      { ...EXPLICIT, catalogue: { items: catalogue.items.slice(0, 1) }, interactions: one },
      { sessions: 2 },
    );
    // One turn, then nothing is left to show.
    expect(traceOf(env, { steps: 2 }).every((line) => /^0:[01]\| 0:[01]\|$/.test(line))).toBe(true);
  });
});

test('a data set that was not awaited, or a path, is refused', () => {
  expect(() => createDatasetEnvironment(Promise.resolve(EXPLICIT) as never)).toThrow(
    /^dataset: .*found a promise: await it/,
  );
  expect(() => createDatasetEnvironment('shop' as never)).toThrow(
    /^dataset: expected a data set, such as .*found "shop"/,
  );
});

test('options that would be ignored are refused', () => {
  expect(() => createDatasetEnvironment(IMPLICIT, { reward: 'rating' })).toThrow(
    /^reward: expected no value for 'made-up counts', whose feedback is 0 or 1; found "rating"/,
  );
  expect(() => createDatasetEnvironment(IMPLICIT, { likeThreshold: 99 })).toThrow(/^likeThreshold: expected no value/);
  expect(() => createDatasetEnvironment(EXPLICIT, { reward: 'stars' as never })).toThrow(/^reward: expected 'like' or/);
  expect(() => createDatasetEnvironment(EXPLICIT, { userFeatures: true } as never)).toThrow(/found "userFeatures"/);
  expect(() => createDatasetEnvironment(EXPLICIT, { similarity: { windows: 3 } } as never)).toThrow(/found "windows"/);
});
