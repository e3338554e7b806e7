import { createRandom } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { InvalidOptionError, MissingHeadError } from '../errors.js';
import type { Head, Network } from '../network.js';
import { learnerChecks } from '../testing.js';
import { createDqn } from './dqn.js';
import { createPpo } from './ppo.js';
import { createReinforce } from './reinforce.js';
import { createDiscreteSac } from './sac-discrete.js';

function networkWith(...heads: Head[]): Network {
  return createNetwork({ items: 12, historyLength: 10, embedding: 8, hidden: 16, heads, random: createRandom(5) });
}
const random = () => createRandom(7);

const MAKE = {
  reinforce: () => createReinforce({ network: networkWith('actor'), rolloutLength: 6 }),
  ppo: () => createPpo({ network: networkWith('actor', 'value'), random: random(), rolloutLength: 6, batchSize: 16 }),
  dqn: () => createDqn({ network: networkWith('q'), random: random(), warmUp: 0, batchSize: 8 }),
  'dqn, dueling': () =>
    createDqn({ network: networkWith('q', 'value'), random: random(), warmUp: 0, batchSize: 8, dueling: true }),
  'sac-discrete': () =>
    createDiscreteSac({ network: networkWith('actor', 'q'), random: random(), warmUp: 0, batchSize: 8 }),
  'sac-discrete, twin, steered': () =>
    createDiscreteSac({
      ...{ network: networkWith('actor', 'q'), twin: networkWith('q'), random: random() },
      ...{ warmUp: 0, batchSize: 8, targetEntropy: 0.5 },
    }),
};

describe.each(Object.entries(MAKE))('%s keeps the rules of a learner', (_name, make) => {
  for (const check of learnerChecks(make, { createRandom })) test(check.name, check.run);
});

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
  ['reinforce', { maxImportance: Number.NaN }],
  ['ppo', { clip: -0.1 }],
  ['ppo', { epochs: 0 }],
  ['ppo', { learningRate: Number.NaN }],
  ['dqn', { epsilonFrom: 2 }],
  ['dqn', { capacity: 0 }],
  ['dqn', { maxError: -1 }],
  ['sac', { temperature: -1 }],
  ['sac', { targetEntropy: 2 }],
  ['sac', { warmUp: 0.5 }],
] as const)('%s refuses %o', (name, wrong) => {
  const network = networkWith('actor', 'value', 'q');
  const create = { reinforce: createReinforce, ppo: createPpo, dqn: createDqn, sac: createDiscreteSac }[name];
  const make = () => create({ network, random: random(), ...wrong });
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(expect.objectContaining({ option: Object.keys(wrong)[0] }));
});
