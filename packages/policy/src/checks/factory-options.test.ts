import { InvalidOptionError } from '@ialp/core';
import { createRandom } from '@ialp/env';
import { describe, expect, test } from 'vitest';
import * as policy from '../index.js';
import * as bandits from '../learners/bandits/index.js';
import * as offline from '../learners/offline/index.js';
import { createTensorFlowNetwork } from '../tfjs/tensorflow-network.js';

/** All factories, whatever else is published. */
const FACTORIES = Object.entries<unknown>({ ...policy, ...bandits, ...offline, createTensorFlowNetwork }).filter(
  (entry): entry is [string, (...args: unknown[]) => unknown] => /^(create|with)[A-Z]/.test(entry[0]),
);

/** What a call throws. */
function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe.each(FACTORIES)('%s', (_, create) => {
  test.each([
    ['no argument', []],
    ['null', [null]],
    ['an empty object', [{}]],
    ['a promise of options', [Promise.resolve({})]],
  ])('called with %s names what is missing', (_, args) => {
    expect(thrownBy(() => create(...args))).toBeInstanceOf(InvalidOptionError);
  });
});

test('the message says what to pass', () => {
  const { createA2C, createNetworkPolicy } = policy;
  expect(() => createA2C(undefined as never)).toThrow(
    'options: expected an object, such as { network }; found undefined.',
  );
  expect(() => createA2C({} as never)).toThrow(/^network: expected a Network, such as createNetwork makes; found/);
  expect(() => createA2C(Promise.resolve({}) as never)).toThrow('found a promise: await it.');
  expect(() => createNetworkPolicy(Promise.resolve({}) as never)).toThrow('found a promise: await it.');
  expect(() => bandits.createLinUcb({} as never)).toThrow(/^features: expected/);
  expect(() => policy.createDqn({ random: createRandom(1) } as never)).toThrow(/^network: expected/);
});
