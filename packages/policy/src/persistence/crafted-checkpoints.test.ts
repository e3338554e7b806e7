import { type Checkpoint, type CheckpointValue, createRandom, IalpError } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { runOnline } from '../experience/run-online.js';
import type { Learner } from '../learner.js';
import { createItemKnn } from '../learners/bandits/item-knn.js';
import { createLinUcb } from '../learners/bandits/lin-ucb.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { createThompsonSampling } from '../learners/bandits/thompson-sampling.js';
import { createA2C } from '../learners/online/a2c.js';
import { createDqn } from '../learners/online/dqn.js';
import { createDiscreteSac } from '../learners/online/sac-discrete.js';
import type { Head } from '../network.js';

const ITEMS = 8;
const makeEnv = () =>
  createSimulator({
    name: 'small',
    responses: {
      specificationVersion: 'v1',
      users: 2,
      items: ITEMS,
      rewardRange: [0, 1],
      window: 0,
      respond: (_, item) => item % 2,
    },
    terminationRules: [createDistractionRule({ probability: 0.2 })],
    ...{ sessions: 2, historyLength: 2, maxTurns: 4 },
  });
const networkWith = (heads: readonly Head[]) =>
  createNetwork({ items: ITEMS, historyLength: 2, embedding: 4, hidden: 4, heads, random: createRandom(1) });
const small = { learningStarts: 8, batchSize: 4, bufferSize: 12 };

const LEARNERS: Readonly<Record<string, () => Learner>> = {
  a2c: () => createA2C({ network: networkWith(['actor', 'value']), rolloutLength: 2 }),
  dqn: () => createDqn({ network: networkWith(['q']), random: createRandom(2), ...small }),
  'sac-discrete': () => createDiscreteSac({ network: networkWith(['actor', 'q']), random: createRandom(2), ...small }),
  popularity: () => createPopularity({ items: ITEMS, rolloutLength: 2 }),
  'item-knn': () => createItemKnn({ items: ITEMS, rolloutLength: 2 }),
  'lin-ucb': () => createLinUcb({ features: { data: new Float32Array(ITEMS).fill(0.5), width: 1 }, rolloutLength: 2 }),
  thompson: () => createThompsonSampling({ items: ITEMS, random: createRandom(2), draws: 3, rolloutLength: 2 }),
};
const run = (learner: Learner, interactions = 24) =>
  runOnline({ environment: makeEnv(), learner, interactions, seed: 1, random: createRandom(3) });

/** Paths of all values in a checkpoint. */
function pathsOf(value: CheckpointValue, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([name, own]) => pathsOf(own as CheckpointValue, [...path, name]))];
}

function changed(
  value: CheckpointValue,
  [name, ...rest]: readonly string[],
  change: (old: CheckpointValue) => unknown,
): unknown {
  if (name === undefined) return change(value);
  const own = (value as Checkpoint)[name];
  const inner = changed(own, rest, change);
  if (Array.isArray(value)) return value.map((each, k) => (`${k}` === name ? inner : each));
  return { ...(value as Checkpoint), [name]: inner };
}

const CHANGES: Readonly<Record<string, (old: CheckpointValue) => unknown>> = {
  ...Object.fromEntries(
    [null, -1, 0.5, 1e15, 2 ** 40, Number.NaN, Number.POSITIVE_INFINITY, 'text', true].map((value) => [
      `${value}`,
      () => value,
    ]),
  ),
  'an empty list': () => [],
  'a list': () => [1, 2, 3],
  'values by name': () => ({ a: 1 }),
  'a shorter array': (old) => (ArrayBuffer.isView(old) ? (old as Float32Array).slice(1) : new Float32Array(1)),
  'an array of another kind': (old) =>
    ArrayBuffer.isView(old) ? Float64Array.from(old as Float32Array) : new Uint8Array(2),
  'large numbers': (old) => (ArrayBuffer.isView(old) ? (old as Float32Array).slice().fill(99) : 99),
  'negative numbers': (old) => (ArrayBuffer.isView(old) ? (old as Float32Array).slice().fill(-2) : -2),
  NaN: (old) => (ArrayBuffer.isView(old) ? (old as Float32Array).slice().fill(Number.NaN) : Number.NaN),
};

describe.each(Object.entries(LEARNERS))('%s', (_, make) => {
  const trained = make();
  run(trained);
  const checkpoint = trained.checkpoint!();

  test('takes any changed checkpoint with a typed error, or goes on with it', () => {
    const path = fc.constantFrom(...pathsOf(checkpoint));
    fc.assert(
      fc.property(path, fc.constantFrom(...Object.values(CHANGES)), (place, change) => {
        const learner = make();
        try {
          learner.restore!(changed(checkpoint, place, change) as Checkpoint);
          run(learner, 12);
        } catch (error) {
          expect(error, (error as Error).stack).toBeInstanceOf(IalpError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
