import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import { createSimulator } from '../simulator/simulator.js';
import { NO_STATE, sessionOf } from '../test-support/session.js';
import { createMatrixResponses } from './matrix-responses.js';

const values = Float32Array.of(0.5, 2, -1, 0, 1, 0.25);
const chances = Float32Array.of(0.5, 0, 1, 0.1, 0.9, 0.25);

describe('an environment of a matrix keeps the rules', () => {
  for (const response of ['value', 'bernoulli'] as const) {
    const cells = response === 'value' ? values : chances;
    const responses = createMatrixResponses({ users: 2, items: 3, values: cells, response });
    const make = (sessions: number) => createSimulator({ name: 'matrix', responses, sessions });
    for (const check of environmentChecks(make)) test(`${response}: ${check.name}`, check.run);
  }
});

test('gives the cell itself, within the range of all cells', () => {
  const responses = createMatrixResponses({ users: 2, items: 3, values });
  expect(responses.respond(sessionOf([], { user: 1 }), 2, createRandom(1), NO_STATE)).toBe(0.25);
  expect(responses.respond(sessionOf([], { user: 0 }), 2, createRandom(1), NO_STATE)).toBe(-1);
  expect(responses.rewardRange).toEqual([-1, 2]);
});

test('or 1 as often as the cell says', () => {
  const responses = createMatrixResponses({ users: 2, items: 3, values: chances, response: 'bernoulli' });
  const random = createRandom(2);
  const often = (user: number, item: number): number => {
    let sum = 0;
    for (let k = 0; k < 10_000; k++) sum += responses.respond(sessionOf([], { user }), item, random, NO_STATE);
    return sum / 10_000;
  };
  expect([often(0, 1), often(0, 2)]).toEqual([0, 1]);
  expect(often(1, 1)).toBeCloseTo(0.9, 1.8);
  expect(responses.utility?.(sessionOf([], { user: 1 }), 2, NO_STATE)).toBeCloseTo(Math.log(1 / 3), 6);
});

test('invalid cells are refused by name', () => {
  const spoiled = values.slice();
  spoiled[4] = Number.NaN;
  expect(() => createMatrixResponses({ users: 2, items: 3, values: spoiled })).toThrow(
    'values[user 1, item 1]: expected a finite number; found NaN.',
  );
  expect(() => createMatrixResponses({ users: 2, items: 3, values, response: 'bernoulli' })).toThrow(
    'values[user 0, item 1]: expected a probability from 0 to 1; found 2.',
  );
  expect(() => createMatrixResponses({ users: 2, items: 2, values })).toThrow(
    'values: expected 2 x 2 cells; found 6 cells.',
  );
  expect(() => createMatrixResponses({ users: 0, items: 3, values })).toThrow(/users/);
});
