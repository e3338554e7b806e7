import { createRandom, InvalidOptionError, type Observation } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { policyChecks } from '../../conformance/index.js';
import { createNetwork } from '../../engine/built-in-network.js';
import { MissingHeadError } from '../../errors.js';
import { ReplayBuffer } from '../../experience/replay-buffer.js';
import type { Network } from '../../network.js';
import type { OfflineLearner } from '../../offline-learner.js';
import { observationOf } from '../../test-support/observations.js';
import { recordSteps } from '../../test-support/trajectories.js';
import { createBcq } from './bcq.js';
import { createBehaviorCloning } from './behavior-cloning.js';
import { createCql } from './cql.js';
import { createCrr } from './crr.js';
import type { OfflineOptions } from './offline-options.js';
import { createSa2c } from './sa2c.js';
import { createSac4Rec, createSqn } from './self-supervised.js';

const ITEMS = 5;

/**
 * What a policy did in a world in which item `(last + 1) % 5` is liked with 0.9 and any other with 0.1, and the first of a
 * session is item 0.
 */
function logOf(chooses: (wanted: number, uniform: number) => number, steps = 60): ReplayBuffer {
  const environment = createSimulator({
    name: 'next one',
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: ITEMS, rewardRange: [0, 1], window: 1 },
      respond: (session, item, random) =>
        random.uniform() < (item === (session.turn === 0 ? 0 : (session.item(0) + 1) % ITEMS) ? 0.9 : 0.1) ? 1 : 0,
    },
    terminationRules: [createDistractionRule({ probability: 0.2 })],
    ...{ sessions: 32, historyLength: 1, repeats: true },
  });
  const random = createRandom(2);
  const act = ({ historyItems }: Observation) => {
    const items = historyItems.map((last) => chooses(last < 0 ? 0 : (last + 1) % ITEMS, random.uniform()));
    return { items, propensity: new Float32Array(32).fill(0.2) };
  };
  const buffer = new ReplayBuffer({ bufferSize: 10_000, items: ITEMS, historyLength: 1 });
  buffer.add(recordSteps(environment, steps, act, 1));
  return buffer;
}

/** Shows anything, as often. */
const uniform = logOf((_wanted, u) => Math.floor(ITEMS * u));
/** Shows the wrong item (two on) three times in four, else anything: one has to look at the feedback. */
const misled = logOf((wanted, u) => (u < 0.75 ? (wanted + 1) % ITEMS : Math.floor(20 * (u - 0.75))));

function network(heads: readonly ('actor' | 'q' | 'value')[] = ['actor', 'q']): Network {
  const sizes = { items: ITEMS, historyLength: 1, embedding: 8, hidden: 16 };
  return createNetwork({ ...sizes, heads, random: createRandom(5) });
}

const options = (buffer: ReplayBuffer): OfflineOptions & { network: Network } => ({
  ...{ buffer, network: network(), random: createRandom(6), batchSize: 64, learningRate: 0.01 },
});

/** Probability of the wanted item, on average over the states after each item. */
function wantedProbability({ policy }: OfflineLearner): number {
  const historyItems = Int32Array.from({ length: ITEMS }, (_, item) => item);
  const historyFeedback = new Float32Array(ITEMS).fill(1);
  const turn = new Int32Array(ITEMS).fill(1);
  const states = observationOf(ITEMS, ITEMS, { historyItems, historyFeedback, turn });
  const wanted = policy.distribution(states).propensity(historyItems.map((item) => (item + 1) % ITEMS));
  return wanted.reduce((sum, probability) => sum + probability, 0) / ITEMS;
}

/** A horizon that settles within few steps. */
const SHORT = { discount: 0.5, targetUpdateInterval: 20 };

const LEARNERS: Record<string, (o: OfflineOptions & { network: Network }) => OfflineLearner> = {
  'behaviour cloning of what was liked': (o) => createBehaviorCloning({ ...o, minReward: 0.5 }),
  cql: (o) => createCql({ ...o, ...SHORT, alpha: 0.2 }),
  'cql without alpha': (o) => createCql({ ...o, ...SHORT, alpha: 0 }),
  bcq: (o) => createBcq({ ...o, ...SHORT, threshold: 0.01 }),
  'crr, exponential': (o) => createCrr({ ...o, ...SHORT, beta: 0.3 }),
  'crr, binary': (o) => createCrr({ ...o, ...SHORT, weighting: 'binary' }),
  sqn: (o) => createSqn(o),
  'self-supervised actor-critic': (o) => createSac4Rec({ ...o, criticWarmUpSteps: 100 }),
  sa2c: (o) => createSa2c({ ...o, criticWarmUpSteps: 100 }),
  'behaviour cloning, sampled softmax': (o) => createBehaviorCloning({ ...o, minReward: 0.5, sampledSoftmax: 8 }),
  'bcq, sampled softmax': (o) => createBcq({ ...o, ...SHORT, threshold: 0.01, sampledSoftmax: 8 }),
  'crr, sampled softmax': (o) => createCrr({ ...o, ...SHORT, beta: 0.3, sampledSoftmax: 8 }),
  'sqn, sampled softmax': (o) => createSqn({ ...o, sampledSoftmax: 8 }),
  'sa2c, sampled softmax': (o) => createSa2c({ ...o, criticWarmUpSteps: 100, sampledSoftmax: 8 }),
};

describe.each(Object.entries(LEARNERS))('%s', (_name, make) => {
  test("learns from a uniform policy's log what users like", () => {
    const learner = make(options(uniform));
    const report = learner.train(800);
    for (const value of Object.values(report)) expect(value).toSatisfy(Number.isFinite);
    expect(wantedProbability(learner)).toBeGreaterThan(0.45);
  });

  test('the same log, seed and steps give the same weights, in one go or two', () => {
    const [one, other] = [make(options(uniform)), make(options(uniform))];
    one.train(20);
    other.train(12);
    other.train(8);
    expect(one.network.weights()).toEqual(other.network.weights());
  });

  describe('its policy keeps the rules', () => {
    const learned = () => {
      const learner = make(options(uniform));
      learner.train(3);
      return learner.policy;
    };
    for (const check of policyChecks(learned, { historyLength: 1 })) test(check.name, check.run);
  });

  test('refuses options out of range, and an empty log', () => {
    expect(() => make({ ...options(uniform), batchSize: 0 })).toThrow(InvalidOptionError);
    expect(() => make({ ...options(uniform), learningRate: Number.NaN })).toThrow(InvalidOptionError);
    const learner = make(options(new ReplayBuffer({ bufferSize: 9, items: ITEMS, historyLength: 1 })));
    expect(() => learner.train(1)).toThrow(/buffer: expected at least one/);
    expect(() => make(options(uniform)).train(0)).toThrow(InvalidOptionError);
    expect(() => make({ ...options(uniform), network: network(['value']) })).toThrow(MissingHeadError);
  });
});

describe('where the log was made by a policy that was mostly wrong', () => {
  test('behaviour cloning does as it did', () => {
    const learner = createBehaviorCloning(options(misled));
    learner.train(600);
    expect(wantedProbability(learner)).toBeLessThan(0.15);
  });

  test.each([
    ['cql', (o: OfflineOptions & { network: Network }) => createCql({ ...o, ...SHORT, alpha: 0.05 })],
    ['bcq', LEARNERS['bcq']],
    ['crr, exponential', (o: OfflineOptions & { network: Network }) => createCrr({ ...o, ...SHORT, beta: 0.1 })],
  ])('%s sees through it', (_name, make) => {
    const learner = make(options(misled));
    learner.train(1000);
    expect(wantedProbability(learner)).toBeGreaterThan(0.5);
  });

  test('bcq with a high threshold stays with what was often shown', () => {
    const learner = createBcq({ ...options(misled), threshold: 0.5 });
    learner.train(600);
    expect(wantedProbability(learner)).toBe(0);
  });
});

test('cql: the conservative part holds down what was never shown', () => {
  // Only item 3 is ever shown.
  const poor = logOf(() => 3);
  const gapOf = (alpha: number): number => {
    const learner = createCql({ ...options(poor), alpha });
    return learner.train(400)['conservativeGap'];
  };
  // Of 16 drawn actions a fifth is the shown one: where it alone counts the gap is log(1 + 16 / 5), without it up to log 17.
  expect(gapOf(1)).toBeLessThan(1.6);
  expect(gapOf(0)).toBeGreaterThan(2.5);
});
