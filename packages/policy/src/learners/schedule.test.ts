import { createRandom, InvalidOptionError, type Random } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { runOnline } from '../experience/run-online.js';
import type { Learner } from '../learner.js';
import type { Network } from '../network.js';
import { createA2C } from './online/a2c.js';
import { createDqn } from './online/dqn.js';
import { createPpo } from './online/ppo.js';
import { createReinforce } from './online/reinforce.js';
import { createDiscreteSac } from './online/sac-discrete.js';
import { createLinearSchedule, type Schedule } from './schedule.js';

describe('a linear schedule', () => {
  const schedule = createLinearSchedule({ from: 1, to: 0.2, interactions: 400 });

  test.each([
    [0, 1],
    [100, 0.8],
    [400, 0.2],
    [1_000_000, 0.2],
  ])('after %d interactions it is %d', (interactions, value) => {
    expect(schedule(interactions)).toBeCloseTo(value, 12);
  });

  test.each([
    ['from', { from: Number.NaN, to: 0, interactions: 1 }],
    ['from', { from: -1, to: 0, interactions: 1 }],
    ['to', { from: 0, to: '1' as unknown as number, interactions: 1 }],
    ['interactions', { from: 0, to: 1, interactions: 0 }],
  ])('refuses a wrong %s', (option, options) => {
    expect(() => createLinearSchedule(options)).toThrow(expect.objectContaining({ option }));
  });
});

type Make = (network: Network, learningRate: Schedule, random: Random) => Learner;

const LEARNERS: Readonly<Record<string, Make>> = {
  reinforce: (network, learningRate) => createReinforce({ network, learningRate, rolloutLength: 5 }),
  a2c: (network, learningRate) => createA2C({ network, learningRate }),
  ppo: (network, learningRate, random) => createPpo({ network, learningRate, random, rolloutLength: 2 }),
  dqn: (network, learningRate, random) => createDqn({ network, learningRate, random, learningStarts: 0 }),
  sac: (network, learningRate, random) => createDiscreteSac({ network, learningRate, random, learningStarts: 0 }),
};

const ITEMS = 12;
const SESSIONS = 8;

const makeEnvironment = () =>
  createSimulator({
    name: 'every third',
    responses: {
      ...{ specificationVersion: 'v1', users: 4, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: ({ user }, item, random) => (random.uniform() < (item % 3 === user % 3 ? 0.9 : 0.2) ? 1 : 0),
    },
    terminationRules: [createDistractionRule({ probability: 0.1 })],
    ...{ sessions: SESSIONS, historyLength: 4, maxTurns: 7 },
  });

function create(make: Make, learningRate: Schedule): { readonly learner: Learner; readonly network: Network } {
  const heads = ['actor', 'value', 'q'] as const;
  const sizes = { items: ITEMS, historyLength: 4, embedding: 4, hidden: 8 };
  const network = createNetwork({ ...sizes, heads, random: createRandom(2) });
  return { learner: make(network, learningRate, createRandom(3)), network };
}

function deploy(learner: Learner): void {
  const environment = makeEnvironment();
  runOnline({ environment, learner, interactions: 160, seed: 1, random: createRandom(4), finishSessions: false });
}

describe.each(Object.entries(LEARNERS))('the learning rate of %s as a schedule', (_name, make) => {
  test('a constant function is the constant, bit for bit, and learns', () => {
    const [constant, scheduled] = [create(make, 0.004), create(make, () => 0.004)];
    const before = constant.network.weights();
    for (const { learner } of [constant, scheduled]) deploy(learner);
    expect(scheduled.network.weights()).toEqual(constant.network.weights());
    expect(constant.network.weights()).not.toEqual(before);
  });

  test('the function receives the interactions so far, and a rate of 0 changes no weight', () => {
    const seen: number[] = [];
    const { learner, network } = create(make, (interactions) => {
      seen.push(interactions);
      return 0;
    });
    const before = network.weights();
    deploy(learner);
    expect(network.weights()).toEqual(before);
    expect(seen[seen.length - 1]).toBeGreaterThan(seen[0]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test.each([Number.NaN, -1, undefined])('a function that returns %s is refused', (value) => {
    const { learner } = create(make, () => value as number);
    expect(() => deploy(learner)).toThrow(InvalidOptionError);
  });

  test('its place is part of the checkpoint', () => {
    const first = create(make, 0.001);
    deploy(first.learner);
    const seen: number[] = [];
    const second = create(make, (interactions) => {
      seen.push(interactions);
      return 0.001;
    });
    second.learner.restore?.(first.learner.checkpoint?.() ?? {});
    deploy(second.learner);
    expect(seen[0]).toBeGreaterThanOrEqual(160);
  });
});
