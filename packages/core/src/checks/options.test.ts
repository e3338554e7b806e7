import { describe, expect, test } from 'vitest';
import { described, InvalidOptionError } from '../errors/invalid-option-error.js';
import {
  checkBoolean,
  checkInteger,
  checkMethods,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptionNames,
  checkPositive,
  checkShare,
  checkSpecification,
} from './options.js';

const NO_NUMBERS = [undefined, null, Number.NaN, '1', [1], {}, true];

describe.each([
  ['an integer', (value: unknown) => checkInteger('n', value), [-3, 0, 7], [0.5, 2 ** 53, Number.POSITIVE_INFINITY]],
  ['an integer of at least 1', (value: unknown) => checkInteger('n', value, 1), [1, 9], [0, 1.5]],
  ['an integer from 1 to 3', (value: unknown) => checkInteger('n', value, 1, 3), [1, 3], [0, 4]],
  ['a number', (value: unknown) => checkNumber('n', value), [-0.5, 0, 1e300], [Number.POSITIVE_INFINITY]],
  ['a number of at most 2', (value: unknown) => checkNumber('n', value, undefined, 2), [2, -9], [2.1]],
  ['a number above 0', (value: unknown) => checkPositive('n', value), [1e-300, 5], [0, -1, Number.POSITIVE_INFINITY]],
  ['a number from 0 to 1', (value: unknown) => checkShare('n', value), [0, 0.5, 1], [-0.1, 1.1]],
] as const)('%s', (expected, check, right, wrong) => {
  test.each(right)('%d is right', (value) => check(value));
  test.each([...wrong, ...NO_NUMBERS])('%s is refused', (value) => {
    expect(() => check(value)).toThrow(InvalidOptionError);
    expect(() => check(value)).toThrow(`n: expected ${expected}; found `);
  });
});

test('words, booleans, objects and methods', () => {
  expect(checkOneOf('by', 'step', ['step', 'session'])).toBe('step');
  expect(() => checkOneOf('by', 'steps', ['step', 'session'])).toThrow(
    `by: expected 'step' or 'session'; found "steps"`,
  );
  checkBoolean('strict', false);
  expect(() => checkBoolean('strict', 0)).toThrow('strict: expected true or false; found 0');
  checkObject('options', {}, 'an object');
  for (const value of [null, [], 'x', () => 0]) expect(() => checkObject('options', value, 'an object')).toThrow();
  checkMethods('random', { uniform: () => 0 }, ['uniform'], 'a generator');
  checkMethods(
    'random',
    Object.assign(() => 0, { uniform: () => 0 }),
    ['uniform'],
    'a generator',
  );
  for (const value of [null, undefined, 1, {}, { uniform: 0 }]) {
    expect(() => checkMethods('random', value, ['uniform'], 'a generator')).toThrow(
      'random: expected a generator; found',
    );
  }
});

test('options with another name are refused', () => {
  checkOptionNames(undefined, ['k']);
  checkOptionNames({ k: 1 }, ['k', 'gain']);
  expect(() => checkOptionNames({ k: 1, topK: 2 }, ['k', 'gain'])).toThrow(
    'options: expected only the options k, gain; found "topK".',
  );
  expect(() => checkOptionNames({ topK: 2 }, ['k'], { remedy: '; the cut is k' })).toThrow(
    'options: expected only the option k; the cut is k; found "topK".',
  );
  for (const options of [5, null, [1]]) {
    expect(() => checkOptionNames(options, ['k'])).toThrow('options: expected an object with k; found ');
  }
});

test('words for what was found are not quoted', () => {
  expect(new InvalidOptionError('rows', described('1 row'), 'two').message).toBe('rows: expected two; found 1 row.');
});

test('an implementation must have the specificationVersion that its caller supports', () => {
  const policy = { specificationVersion: 'v1' as const, distribution: () => undefined };
  checkSpecification('policy', policy, ['distribution'], 'a policy');
  checkSpecification('policy', { ...policy, specificationVersion: 'v2' }, ['distribution'], 'a policy', 'v2');
  const refused = (value: unknown, version?: string) => () =>
    checkSpecification('policy', value, ['distribution'], 'a policy', version);
  expect(refused(undefined)).toThrow('policy: expected a policy; found undefined.');
  expect(refused({ specificationVersion: 'v1' })).toThrow('policy: expected a policy; found an object.');
  expect(refused({ distribution: policy.distribution })).toThrow(
    "policy.specificationVersion: expected 'v1'; add it to your implementation; found undefined.",
  );
  expect(refused({ ...policy, specificationVersion: 'v2' })).toThrow(
    /^policy\.specificationVersion: expected 'v1'; use packages of the same version, .*; found "v2"\.$/,
  );
  expect(refused({ ...policy, specificationVersion: 'v3' }, 'v2')).toThrow(
    /^policy\.specificationVersion: expected 'v2'; use packages of the same version, .*; found "v3"\.$/,
  );
});

test.each([
  [
    'environment',
    ['reset', 'step'],
    /rename sessions of observations to rows, add session with the key .* replace mask by/,
  ],
  [
    'policy',
    ['distribution'],
    /read rows instead of sessions, .* give distributions top\(count\), and slates in sample/,
  ],
  [
    'learner',
    ['learn'],
    /learn from trajectories instead of rollouts: .* actions and propensity of \[rows, slateSize\]/,
  ],
  ['network', ['trainStep'], /in states, read rows instead of sessions, .* give evaluations slates/],
  ['gate', ['weigh'], /observe trajectories instead of a rollout \(sessions by key, chosenBy/],
])('version 1 of the interface of a %s is refused with what to change in one', (kind, methods, changes) => {
  const first = {
    specificationVersion: 'v1',
    ...Object.fromEntries(methods.map((method) => [method, () => undefined])),
  };
  const check = () => checkSpecification(kind, first, methods, `a ${kind}`, 'v2');
  expect(check).toThrow(changes);
  expect(check).toThrow(`${kind}.specificationVersion: expected 'v2', version 2 of the interface: `);
  expect(check).toThrow(/; found "v1"\.$/);
});

test.each([
  ['one letter missing', { call: 3 }, 'call', ' (did you mean calls?)'],
  ['other case', { Tokens: 3 }, 'Tokens', ' (did you mean tokens?)'],
  ['letters swapped', { tokesn: 3 }, 'tokesn', ' (did you mean tokens?)'],
  ['another word', { limit: 3 }, 'limit', ''],
])('an unknown option with %s gets the nearest name, if one is near', (_, options, found, suggestion) => {
  expect(() => checkOptionNames(options, ['calls', 'tokens', 'cost'], { option: 'budget' })).toThrow(
    `budget: expected only the options calls, tokens, cost${suggestion}; found "${found}".`,
  );
});
