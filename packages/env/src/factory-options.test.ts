import { InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { readFilms } from './datasets/readers/films.js';
import * as env from './index.js';

/** Factories that need no argument. */
const OPTIONAL = ['createFirstAcceptableChoice', 'createMultinomialLogitChoice'];
/** All other factories, whatever else is published. */
const FACTORIES = Object.entries(env as Readonly<Record<string, unknown>>).filter(
  (entry): entry is [string, (...args: unknown[]) => unknown] =>
    /^(create|with)[A-Z]/.test(entry[0]) && !OPTIONAL.includes(entry[0]),
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
    ['a promise', [Promise.resolve({})]],
  ])('called with %s names what is missing', (_, args) => {
    expect(thrownBy(() => create(...args))).toBeInstanceOf(InvalidOptionError);
  });
});

test('the message says what to pass', async () => {
  expect(() => env.createFilmsEnvironment({} as never)).toThrow(
    /^catalogue: expected a catalogue of films, such as readFilms gives/,
  );
  expect(() => env.createFilmsEnvironment({ catalogue: readFilms() } as never)).toThrow(/found a promise: await it\.$/);
  const catalogue = await readFilms();
  expect(() => env.createFilmsEnvironment({ catalogue } as never)).toThrow(
    /^random: expected a seeded generator, such as/,
  );
  const responses = {
    specificationVersion: 'v1',
    users: 1,
    items: 2,
    rewardRange: [0, 1],
    window: 0,
    utility: () => 0,
    respond: () => 0,
  } as const;
  expect(() => env.withBoredom(responses, undefined as never)).toThrow(/^options: .* such as \{ categories \}/);
  expect(() => env.withBoredom(responses, {} as never)).toThrow(/^categories: expected a list for each item/);
});
