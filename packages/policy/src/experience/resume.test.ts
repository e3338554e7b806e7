import { type Checkpoint, CheckpointError, createRandom, type Random } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { WeightsError } from '../errors.js';
import type { Learner } from '../learner.js';
import { createItemKnn } from '../learners/bandits/item-knn.js';
import { createThompsonSampling } from '../learners/bandits/thompson-sampling.js';
import { createA2C } from '../learners/online/a2c.js';
import { createDqn } from '../learners/online/dqn.js';
import { createPpo } from '../learners/online/ppo.js';
import { createDiscreteSac } from '../learners/online/sac-discrete.js';
import type { Head } from '../network.js';
import { runOnline } from './run-online.js';

const ITEMS = 12;
const BUDGET = 640;

const makeEnv = (likes = 3) =>
  createSimulator({
    name: 'every third',
    responses: {
      ...{ specificationVersion: 'v1', users: 4, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: ({ user }, item, random) => (random.uniform() < (item % likes === user % likes ? 0.9 : 0.2) ? 1 : 0),
    },
    terminationRules: [createDistractionRule({ probability: 0.1 })],
    ...{ sessions: 8, historyLength: 4, maxTurns: 7 },
  });
const networkWith = (heads: readonly Head[], seed = 1) =>
  createNetwork({ items: ITEMS, historyLength: 4, embedding: 4, hidden: 8, heads, random: createRandom(seed) });

const LEARNERS: Record<string, (random: Random) => Learner> = {
  a2c: () => createA2C({ network: networkWith(['actor', 'value']), rolloutLength: 5 }),
  ppo: (random) => createPpo({ network: networkWith(['actor', 'value']), random, rolloutLength: 5, batchSize: 16 }),
  dqn: (random) =>
    createDqn({ network: networkWith(['q']), random, learningStarts: 100, batchSize: 16, bufferSize: 150 }),
  'sac-discrete': (random) =>
    createDiscreteSac({
      ...{ network: networkWith(['actor', 'q']), twin: networkWith(['q'], 2), random },
      ...{ learningStarts: 100, batchSize: 16, targetEntropyScale: 0.6, targetUpdateInterval: 7 },
    }),
  'item-knn': () => createItemKnn({ items: ITEMS, rolloutLength: 3, epsilon: 0.3 }),
  'thompson-sampling': (random) => createThompsonSampling({ items: ITEMS, random, draws: 5, rolloutLength: 3 }),
};

const options = (learner: Learner) => ({
  ...{ environment: makeEnv(), learner, interactions: BUDGET, seed: 3, random: createRandom(4) },
});

describe.each(Object.entries(LEARNERS))('%s', (_name, make) => {
  const fresh = () => make(createRandom(5));

  test('killed and resumed at any checkpoint it gives the same log, bit for bit', () => {
    const checkpoints: Checkpoint[] = [];
    const whole = runOnline({
      ...options(fresh()),
      ...{ checkpointInterval: 100, onCheckpoint: (checkpoint: Checkpoint) => checkpoints.push(checkpoint) },
    });
    expect(checkpoints.length).toBeGreaterThanOrEqual(4);
    // Sessions that began within the budget are finished: the log is longer than the budget, in both.
    expect(whole.item.length).toBeGreaterThan(BUDGET);
    for (const resume of checkpoints) {
      // As after a kill: everything is made anew, and the generators have drawn something else.
      const random = createRandom(99);
      random.normal();
      expect(runOnline({ ...options(fresh()), random, resume })).toEqual(whole);
    }
  });

  test('what a deployment keeps does not change what it gives', () => {
    const quiet = runOnline(options(fresh()));
    expect(runOnline({ ...options(fresh()), checkpointInterval: 50, onCheckpoint: () => {} })).toEqual(quiet);
  });
});

describe('a checkpoint is refused', () => {
  const keep = (learner: Learner): Checkpoint => {
    let kept: Checkpoint = {};
    runOnline({ ...options(learner), checkpointInterval: 100, onCheckpoint: (checkpoint) => (kept = checkpoint) });
    return kept;
  };
  const a2c = () => LEARNERS['a2c'](createRandom(5));
  const checkpoint = keep(a2c());

  test('by another environment, which answers otherwise', () => {
    const resumed = () => runOnline({ ...options(a2c()), environment: makeEnv(4), resume: checkpoint });
    expect(resumed).toThrow(CheckpointError);
    expect(resumed).toThrow(/checkpoint.log, interaction \d+: expected the recorded reward/);
  });

  test('by another seed, a smaller budget, another network, another learner', () => {
    expect(() => runOnline({ ...options(a2c()), seed: 4, resume: checkpoint })).toThrow(
      /checkpoint.seed: expected 4.*found 3/,
    );
    expect(() => runOnline({ ...options(a2c()), interactions: 80, resume: checkpoint })).toThrow(
      /checkpoint.log: expected whole/,
    );
    const larger = createNetwork({ items: ITEMS, historyLength: 4, embedding: 8, hidden: 8, random: createRandom(1) });
    expect(() => runOnline({ ...options(createA2C({ network: larger })), resume: checkpoint })).toThrow(WeightsError);
    expect(() => runOnline({ ...options(LEARNERS['dqn'](createRandom(5))), resume: checkpoint })).toThrow(
      CheckpointError,
    );
  });

  test('if it is not a checkpoint, naming what is missing', () => {
    const resume = (content: Checkpoint) => () => runOnline({ ...options(a2c()), resume: content });
    expect(resume({})).toThrow(/checkpoint.log: expected a value; found none/);
    expect(resume({ ...checkpoint, log: 5 })).toThrow(/checkpoint.log: expected values by name; found 5/);
    expect(resume({ ...checkpoint, random: [1, 2] })).toThrow(/The generator's state/);
    expect(resume({ ...checkpoint, learner: { network: 'gone' } })).toThrow(
      /network: expected values by name; found "gone"/,
    );
  });

  test('for learners and generators that cannot be checkpointed', () => {
    const { specificationVersion, policy, rolloutLength, learn } = a2c();
    const onCheckpoint = () => {};
    expect(() =>
      runOnline({ ...options({ specificationVersion, policy, rolloutLength, learn }), onCheckpoint }),
    ).toThrow(/expected one with `checkpoint`/);
    const { uint32, uniform, integer, normal, fork } = createRandom(1);
    const plain = { uint32, uniform, integer, normal, fork };
    const own = Object.fromEntries(
      Object.entries(plain).map(([name, method]) => [name, (method as () => unknown).bind(createRandom(1))]),
    ) as unknown as Random;
    const run = () => runOnline({ ...options(a2c()), random: own, checkpointInterval: 50, onCheckpoint });
    expect(run).toThrow(/random: expected a generator with `state` and `restore`/);
  });
});
