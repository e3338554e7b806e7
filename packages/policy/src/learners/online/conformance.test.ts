import { createRandom, InvalidOptionError } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { learnerChecks } from '../../conformance/index.js';
import { createNetwork } from '../../engine/built-in-network.js';
import { DivergenceError, MissingHeadError } from '../../errors.js';
import type { Head, Network } from '../../network.js';
import { recordSteps } from '../../test-support/trajectories.js';
import { createA2C } from './a2c.js';
import { createDqn } from './dqn.js';
import { createPpo } from './ppo.js';
import { createReinforce } from './reinforce.js';
import { createDiscreteSac } from './sac-discrete.js';

function networkWith(...heads: Head[]): Network {
  return createNetwork({ items: 12, historyLength: 10, embedding: 8, hidden: 16, heads, random: createRandom(5) });
}
const random = () => createRandom(7);

const SAMPLED = {
  'a2c, sampled softmax': () => createA2C({ network: networkWith('actor', 'value'), sampledSoftmax: 5 }),
  'reinforce, sampled softmax': () =>
    createReinforce({ network: networkWith('actor'), rolloutLength: 6, sampledSoftmax: 5 }),
  'ppo, sampled softmax': () =>
    createPpo({ network: networkWith('actor', 'value'), random: random(), batchSize: 16, sampledSoftmax: 5 }),
  'sac-discrete, sampled softmax': () =>
    createDiscreteSac({
      ...{ network: networkWith('actor', 'q'), random: random(), learningStarts: 0, batchSize: 8, sampledSoftmax: 5 },
    }),
};

const MAKE = {
  ...SAMPLED,
  reinforce: () => createReinforce({ network: networkWith('actor'), rolloutLength: 6 }),
  ppo: () => createPpo({ network: networkWith('actor', 'value'), random: random(), rolloutLength: 6, batchSize: 16 }),
  dqn: () => createDqn({ network: networkWith('q'), random: random(), learningStarts: 0, batchSize: 8 }),
  'dqn, dueling': () =>
    createDqn({ network: networkWith('q', 'value'), random: random(), learningStarts: 0, batchSize: 8, dueling: true }),
  'dqn, three-step returns': () =>
    createDqn({ network: networkWith('q'), random: random(), learningStarts: 0, batchSize: 8, nSteps: 3 }),
  'sac-discrete': () =>
    createDiscreteSac({ network: networkWith('actor', 'q'), random: random(), learningStarts: 0, batchSize: 8 }),
  'sac-discrete, twin, steered': () =>
    createDiscreteSac({
      ...{ network: networkWith('actor', 'q'), twin: networkWith('q'), random: random() },
      ...{ learningStarts: 0, batchSize: 8, targetEntropyScale: 0.5 },
    }),
};

describe.each(Object.entries(MAKE))('%s keeps the rules of a learner', (_name, make) => {
  for (const check of learnerChecks(make)) test(check.name, check.run);
});

describe.each(Object.entries({ a2c: () => createA2C({ network: networkWith('actor', 'value') }), ...MAKE }))(
  '%s, given a reward that is not finite',
  (_name, make) => {
    // The last session has not ended: REINFORCE has no return of its rows.
    test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
      'refuses %s, and learns nothing',
      (reward) => {
        const learner = make();
        const responses = {
          specificationVersion: 'v1' as const,
          users: 1,
          items: 12,
          rewardRange: [0, 1] as const,
          window: 0,
          respond: () => 1,
        };
        const environment = createSimulator({ name: 'short', responses, sessions: 8, maxTurns: 4 });
        const trajectories = recordSteps(environment, learner.rolloutLength, (observation) =>
          learner.policy.distribution(observation).sample(random()),
        );
        const before = JSON.stringify(learner.checkpoint?.());
        const last = trajectories.rows - 1;
        trajectories.reward[last] = reward;
        expect(() => learner.learn(trajectories)).toThrow(DivergenceError);
        expect(() => learner.learn(trajectories)).toThrow(
          `trajectories.reward[${last}]: expected a finite number; found ${reward}`,
        );
        expect(JSON.stringify(learner.checkpoint?.())).toBe(before);
      },
    );
  },
);

test('a learner whose network lacks a head says which', () => {
  expect(() => createDqn({ network: networkWith('actor'), random: random() })).toThrow(MissingHeadError);
  expect(() => createDqn({ network: networkWith('q'), random: random(), dueling: true })).toThrow(/'value'/);
  expect(() => createDiscreteSac({ network: networkWith('q'), random: random() })).toThrow(/'actor'/);
  const network = networkWith('actor', 'q');
  expect(() => createDiscreteSac({ network, twin: networkWith('value'), random: random() })).toThrow(/twin/);
});

test.each([
  ['reinforce', { rolloutLength: 0 }],
  ['reinforce', { discount: 1.5 }],
  ['reinforce', { maxImportanceWeight: Number.NaN }],
  ['ppo', { clip: -0.1 }],
  ['ppo', { epochs: 0 }],
  ['ppo', { learningRate: Number.NaN }],
  ['dqn', { epsilonStart: 2 }],
  ['dqn', { bufferSize: 0 }],
  ['dqn', { huberDelta: -1 }],
  ['dqn', { nSteps: 0 }],
  ['dqn', { nSteps: 256 }],
  ['sac', { temperature: -1 }],
  ['sac', { targetEntropyScale: 2 }],
  ['sac', { learningStarts: 0.5 }],
] as const)('%s refuses %o', (name, wrong) => {
  const network = networkWith('actor', 'value', 'q');
  const create = { reinforce: createReinforce, ppo: createPpo, dqn: createDqn, sac: createDiscreteSac }[name];
  const options = name === 'reinforce' ? { network } : { network, random: random() };
  const make = () => create({ ...options, ...wrong } as never);
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(expect.objectContaining({ option: Object.keys(wrong)[0] }));
});
