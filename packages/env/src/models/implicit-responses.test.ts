import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import { createSimulator } from '../simulator/simulator.js';
import { meanOf } from '../test-support/returns.js';
import { NO_STATE, sessionOf } from '../test-support/session.js';
import { factorizeImplicit } from './factorization/factorize-implicit.js';
import { createImplicitResponses } from './implicit-responses.js';

/** Two kinds of users: the first half takes even items, the second odd ones, two in three of them. */
function twoKinds() {
  const random = createRandom(1);
  const rows = Array.from({ length: 60 * 20 }, (_, k) => ({ user: Math.floor(k / 20), item: k % 20 })).filter(
    ({ user, item }) => item % 2 === (user < 30 ? 0 : 1) && random.uniform() < 0.66,
  );
  return {
    users: 61,
    user: Int32Array.from(rows, (row) => row.user),
    item: Int32Array.from(rows, (row) => row.item),
    value: new Float32Array(rows.length).fill(1),
  };
}

const model = factorizeImplicit(twoKinds(), 20, { regularization: 1, heldOutShare: 0.3, random: createRandom(2) });

describe('an environment of factorised counts keeps the rules', () => {
  const make = (sessions: number) =>
    createSimulator({ name: 'counts', responses: createImplicitResponses(model), sessions });
  for (const check of environmentChecks(make)) test(check.name, check.run);
});

/** How often a user takes an item. */
function share(user: number, item: number): number {
  const random = createRandom(3);
  const responses = createImplicitResponses(model);
  const taken = Float64Array.from({ length: 5000 }, () =>
    responses.respond(sessionOf([], { user }), item, random, NO_STATE),
  );
  return meanOf(taken).mean;
}

test('users take what is theirs, and hardly anything else', () => {
  expect(share(0, 0)).toBeGreaterThan(0.5);
  expect(share(0, 1)).toBeLessThan(0.2);
  expect(share(59, 1)).toBeGreaterThan(0.5);
});

test('the utility is the log-odds of the probability', () => {
  const logit = createImplicitResponses(model).utility?.(sessionOf([], { user: 3 }), 4, NO_STATE) ?? Number.NaN;
  expect(share(3, 4)).toBeCloseTo(1 / (1 + Math.exp(-logit)), 1.7);
});

test('somebody of whom nothing is known takes with the probability of a score of 0', () => {
  const logit = createImplicitResponses(model).utility?.(sessionOf([], { user: 60 }), 4, NO_STATE);
  expect(logit).toBe(model.plattScaling.intercept);
});

test('looked up or worked out: the same bits', () => {
  const [dense, factors] = (['dense', 'factors'] as const).map((storage) => {
    const env = createSimulator({
      name: 'c',
      responses: createImplicitResponses(model, { storage }),
      sessions: 50,
      repeats: true,
    });
    env.reset({ seed: 5 });
    return Array.from({ length: 20 }, (_, item) => [...env.step(new Int32Array(50).fill(item)).reward]);
  });
  expect(factors).toEqual(dense);
  expect(() => createImplicitResponses(model, { storage: 'none' as never })).toThrow(
    /storage: expected 'dense', 'factors' or 'auto'/,
  );
});
