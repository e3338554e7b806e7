import { type Checkpoint, CheckpointError, createRandom, type Environment, type Random } from '@ialp/core';
import { createDistractionRule, createFirstAcceptableChoice, createSimulator, type SimulatorOptions } from '@ialp/env';
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
import type { InteractionColumns } from './interaction-recorder.js';
import { type RunOnlineOptions, runOnline } from './run-online.js';

const ITEMS = 12;
const SESSIONS = 8;
const BUDGET = 640;

const makeEnv = (likes = 3, options: Partial<SimulatorOptions> = {}): Environment =>
  createSimulator({
    name: 'every third',
    responses: {
      ...{ specificationVersion: 'v1', users: 4, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: ({ user }, item, random) => (random.uniform() < (item % likes === user % likes ? 0.9 : 0.2) ? 1 : 0),
    },
    terminationRules: [createDistractionRule({ probability: 0.1 })],
    ...{ sessions: SESSIONS, historyLength: 4, maxTurns: 7 },
    ...options,
  });

/** An environment that cannot be restored: its actions are repeated. */
function makeReplayed(likes = 3, options: Partial<SimulatorOptions> = {}): Environment {
  const env = makeEnv(likes, options);
  return {
    specificationVersion: 'v2',
    spec: env.spec,
    reset: (resetOptions) => env.reset(resetOptions),
    step: (actions) => env.step(actions),
  };
}

/** Counts the steps of an environment. */
function counting(env: Environment): { readonly environment: Environment; readonly steps: () => number } {
  let steps = 0;
  const { step } = env;
  const environment = Object.assign(env, {
    step(actions: Int32Array) {
      steps++;
      return step.call(env, actions);
    },
  });
  return { environment, steps: () => steps };
}

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

const options = (learner: Learner, environment = makeEnv()) => ({
  ...{ environment, learner, interactions: BUDGET, seed: 3, random: createRandom(4) },
});

/** A checkpoint with the log up to it. */
interface Saved {
  readonly checkpoint: Checkpoint;
  readonly log: InteractionColumns;
}

/** A deployment that is not interrupted, with its checkpoints. */
function deploy(base: RunOnlineOptions): { readonly whole: InteractionColumns; readonly saved: readonly Saved[] } {
  const saved: Saved[] = [];
  const onCheckpoint: RunOnlineOptions['onCheckpoint'] = (checkpoint, log) => saved.push({ checkpoint, log: log() });
  const whole = runOnline({ ...base, checkpointInterval: 100, onCheckpoint });
  expect(saved.length).toBeGreaterThanOrEqual(4);
  return { whole, saved };
}

/** As after a kill: everything is made anew, and the generators have drawn something else. */
function usedRandom(): Random {
  const random = createRandom(99);
  random.normal();
  return random;
}

/** The rows of a log from `begin` up to `end`, which is not included. */
function rows(log: InteractionColumns, begin: number, end?: number): InteractionColumns {
  return {
    session: log.session.slice(begin, end),
    item: log.item.slice(begin, end),
    propensity: log.propensity.slice(begin, end),
    reward: log.reward.slice(begin, end),
    terminated: log.terminated.slice(begin, end),
    truncated: log.truncated.slice(begin, end),
  };
}

describe.each(Object.entries(LEARNERS))('%s', (_name, make) => {
  const fresh = () => make(createRandom(5));

  test('killed and resumed at any checkpoint it gives the same log, bit for bit', () => {
    const { whole, saved } = deploy(options(fresh()));
    // Sessions that began within the budget are finished: the log is longer than the budget, in both.
    expect(whole.item.length).toBeGreaterThan(BUDGET);
    for (const { checkpoint, log } of saved) {
      const resumed = { ...options(fresh()), random: usedRandom(), resume: checkpoint };
      expect(runOnline({ ...resumed, log })).toEqual(whole);
    }
  });

  test('without the log, the result begins at the checkpoint', () => {
    const { whole, saved } = deploy(options(fresh()));
    for (const { checkpoint, log } of saved) {
      const rest = runOnline({ ...options(fresh()), random: usedRandom(), resume: checkpoint });
      expect(rest).toEqual(rows(whole, log.item.length));
    }
  });

  test('an environment that cannot be restored is shown the actions of the log again', () => {
    const { whole, saved } = deploy(options(fresh(), makeReplayed()));
    expect(whole).toEqual(runOnline(options(fresh())));
    for (const { checkpoint, log } of saved) {
      const resumed = { ...options(fresh(), makeReplayed()), random: usedRandom(), resume: checkpoint };
      expect(runOnline({ ...resumed, log })).toEqual(whole);
    }
  });

  test('checkpoints do not change what a deployment gives', () => {
    const quiet = runOnline(options(fresh()));
    expect(runOnline({ ...options(fresh()), checkpointInterval: 50, onCheckpoint: () => {} })).toEqual(quiet);
  });
});

const a2c = (): Learner => LEARNERS['a2c'](createRandom(5));

describe('the environment', () => {
  const { whole, saved } = deploy(options(a2c()));
  const { checkpoint, log } = saved[2];
  const done = log.item.length / SESSIONS;

  test('takes no step again where it can be restored, with the log or without', () => {
    for (const more of [{}, { log }]) {
      const { environment, steps } = counting(makeEnv());
      runOnline({ ...options(a2c(), environment), resume: checkpoint, ...more });
      expect(steps()).toBe(allStepsOf() - done);
    }
  });

  test('takes all steps again where it cannot', () => {
    const { environment, steps } = counting(makeReplayed());
    expect(runOnline({ ...options(a2c(), environment), resume: checkpoint, log })).toEqual(whole);
    expect(steps()).toBe(allStepsOf());
  });

  test('that cannot be restored needs the log', () => {
    expect(() => runOnline({ ...options(a2c(), makeReplayed()), resume: checkpoint })).toThrow(CheckpointError);
    expect(() => runOnline({ ...options(a2c(), makeReplayed()), resume: checkpoint })).toThrow(
      /^log: expected the log up to the checkpoint, as this environment cannot be restored .*; found none/,
    );
  });

  test('needs the log, too, if it can be restored but its checkpoint is missing', () => {
    const { saved: others } = deploy(options(a2c(), makeReplayed()));
    const resumed = { ...options(a2c()), resume: others[2].checkpoint };
    expect(() => runOnline(resumed)).toThrow(/^log: expected the log up to the checkpoint/);
    expect(runOnline({ ...resumed, random: createRandom(4), learner: a2c(), log: others[2].log })).toEqual(whole);
  });
});

/** Steps of a whole deployment of `a2c`: those that finish sessions have rows for the sessions that are open. */
function allStepsOf(): number {
  const { environment, steps } = counting(makeEnv());
  runOnline(options(a2c(), environment));
  return steps();
}

test('slates: resumed with the log and without', () => {
  const slate = { size: 2, choice: createFirstAcceptableChoice() };
  const make = (environment: Environment) => options(a2c(), environment);
  const { whole, saved } = deploy(make(makeEnv(3, { slate })));
  for (const { checkpoint, log } of saved) {
    expect(runOnline({ ...make(makeEnv(3, { slate })), resume: checkpoint, log })).toEqual(whole);
    const rest = rows(whole, log.item.length);
    expect(runOnline({ ...make(makeEnv(3, { slate })), resume: checkpoint })).toEqual(rest);
    expect(runOnline({ ...make(makeReplayed(3, { slate })), resume: checkpoint, log })).toEqual(whole);
  }
});

describe('the log', () => {
  const { whole, saved } = deploy(options(a2c()));
  const [, { checkpoint, log }, later] = saved;

  test('may be longer than the checkpoint: it is cut there', () => {
    for (const longer of [later.log, whole]) {
      for (const environment of [makeEnv(), makeReplayed()]) {
        expect(runOnline({ ...options(a2c(), environment), resume: checkpoint, log: longer })).toEqual(whole);
      }
    }
  });

  test('is not changed', () => {
    const before = structuredClone(log);
    runOnline({ ...options(a2c()), resume: checkpoint, log });
    expect(log).toEqual(before);
  });

  test('given to onCheckpoint is a copy, and ends at the checkpoint', () => {
    for (const each of saved) {
      expect(each.log).toEqual(rows(whole, 0, each.checkpoint['interactions'] as number));
    }
  });

  test('that is shorter than the checkpoint is refused', () => {
    const resumed = { ...options(a2c()), resume: later.checkpoint, log };
    expect(() => runOnline(resumed)).toThrow(CheckpointError);
    expect(() => runOnline(resumed)).toThrow(/^log: expected at least \d+ rows, as at the checkpoint; found \d+\./);
  });

  test('of another deployment is refused where it is repeated', () => {
    const other = runOnline({ ...options(a2c()), seed: 4 });
    const resumed = { ...options(a2c(), makeReplayed()), resume: checkpoint, log: other };
    expect(() => runOnline(resumed)).toThrow(CheckpointError);
    expect(() => runOnline(resumed)).toThrow(/^log, row \d+: expected the recorded reward/);
  });

  test('without a checkpoint is refused', () => {
    expect(() => runOnline({ ...options(a2c()), log })).toThrow(/^log: expected a log with `resume` alone/);
  });
});

describe('a checkpoint is refused', () => {
  const { saved } = deploy(options(a2c()));
  const { checkpoint, log } = saved[saved.length - 1];

  test('by another environment, which answers otherwise', () => {
    const resumed = () => runOnline({ ...options(a2c(), makeReplayed(4)), resume: checkpoint, log });
    expect(resumed).toThrow(CheckpointError);
    expect(resumed).toThrow(/^log, row \d+: expected the recorded reward/);
  });

  test('by an environment of another name or of other sizes', () => {
    const resumed = (other: Partial<SimulatorOptions>) => () =>
      runOnline({ ...options(a2c(), makeEnv(3, other)), resume: checkpoint });
    expect(resumed({ name: 'every fourth' })).toThrow(CheckpointError);
    expect(resumed({ name: 'every fourth' })).toThrow(/name: expected "every fourth".*found "every third"/);
    expect(resumed({ maxTurns: 8 })).toThrow(/maxTurns: expected 8.*found 7/);
    expect(resumed({ sessions: 4 })).toThrow(/sessions: expected 4.*found 8/);
  });

  test('by another seed, a smaller budget, another network, another learner', () => {
    expect(() => runOnline({ ...options(a2c()), seed: 4, resume: checkpoint })).toThrow(
      /checkpoint.seed: expected 4.*found 3/,
    );
    expect(() => runOnline({ ...options(a2c()), interactions: 80, resume: checkpoint })).toThrow(
      /checkpoint.interactions: expected whole/,
    );
    const larger = createNetwork({ items: ITEMS, historyLength: 4, embedding: 8, hidden: 8, random: createRandom(1) });
    expect(() => runOnline({ ...options(createA2C({ network: larger })), resume: checkpoint })).toThrow(WeightsError);
    expect(() => runOnline({ ...options(LEARNERS['dqn'](createRandom(5))), resume: checkpoint })).toThrow(
      CheckpointError,
    );
  });

  test('if it is not a checkpoint, naming what is missing', () => {
    const resume = (content: Checkpoint) => () => runOnline({ ...options(a2c()), resume: content });
    expect(resume({})).toThrow(/checkpoint.keyOffset: expected a value; found none/);
    expect(resume({ ...checkpoint, interactions: 'many' })).toThrow(/interactions: expected an integer.*found "many"/);
    expect(resume({ ...checkpoint, environment: 5 })).toThrow(/environment: expected values by name; found 5/);
    expect(resume({ ...checkpoint, environment: {} })).toThrow(/simulator: expected a value; found none/);
    expect(resume({ ...checkpoint, sessions: 5 })).toThrow(/sessions: expected values by name; found 5/);
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
