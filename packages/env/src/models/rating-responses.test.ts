import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import { createSimulator } from '../simulator/simulator.js';
import { NO_STATE, sessionOf } from '../test-support/session.js';
import { factorize } from './factorization/factorize.js';
import { createRatingResponses } from './rating-responses.js';

/** Two kinds of users: the first half likes even items, the second odd ones; 1 and 5 with a little noise. */
function twoKinds() {
  const random = createRandom(1);
  const rows = Array.from({ length: 40 * 12 }, (_, k) => ({ user: Math.floor(k / 12), item: k % 12 }));
  const value = rows.map(({ user, item }) => {
    const liked = item % 2 === (user < 20 ? 0 : 1);
    return random.uniform() < 0.1 ? 3 : liked ? 5 : 1;
  });
  return {
    users: 40,
    user: Int32Array.from(rows, (row) => row.user),
    item: Int32Array.from(rows, (row) => row.item),
    value: Float32Array.from(value),
    scale: [1, 5] as const,
  };
}

const model = factorize(twoKinds(), 12, { random: createRandom(2) });
const responses = createRatingResponses(model, { likeThreshold: 4 });

describe('an environment of factorised ratings keeps the rules', () => {
  const make = (sessions: number) => createSimulator({ name: 'ratings', responses, sessions });
  for (const check of environmentChecks(make)) test(check.name, check.run);
});

test('users like what their ratings say, with the probability that the stated error leaves', () => {
  const random = createRandom(3);
  for (const [user, item] of [
    [0, 0],
    [0, 1],
    [30, 0],
    [30, 1],
  ]) {
    const session = sessionOf([], { user });
    let liked = 0;
    for (let k = 0; k < 20_000; k++) liked += responses.respond(session, item, random, NO_STATE);
    const z = (model.predict(user, item) - 3.5) / model.heldOut.rmse;
    expect(Math.abs(liked / 20_000 - normalCdf(z))).toBeLessThan(0.02);
    expect(liked / 20_000 > 0.5).toBe(item % 2 === (user < 20 ? 0 : 1));
  }
});

/** The normal distribution function by the trapezoid rule, independent of the logistic approximation. */
function normalCdf(z: number): number {
  const steps = 20_000;
  const width = (z + 10) / steps;
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const x = -10 + k * width;
    sum += (k === 0 || k === steps ? 0.5 : 1) * Math.exp((-x * x) / 2);
  }
  return (sum * width) / Math.sqrt(2 * Math.PI);
}

test('looked up or worked out, likes and ratings have the same bits', () => {
  for (const reward of ['like', 'rating'] as const) {
    const [dense, factors] = (['dense', 'factors'] as const).map((storage) => {
      const made = createRatingResponses(model, { likeThreshold: 4, reward, storage });
      const env = createSimulator({ name: 'r', responses: made, sessions: 50, repeats: true });
      env.reset({ seed: 5 });
      return Array.from({ length: 12 }, (_, item) => [...env.step(new Int32Array(50).fill(item)).reward]);
    });
    expect(factors).toEqual(dense);
  }
});

test('of ratings that are all the same have an answer', () => {
  for (const value of [1, 3.5, 5]) {
    const same = factorize({ ...twoKinds(), value: twoKinds().value.map(() => value) }, 12, {
      random: createRandom(1),
    });
    const always = createRatingResponses(same, { likeThreshold: 4 });
    expect([0, 1]).toContain(always.respond(sessionOf([]), 0, createRandom(1), NO_STATE));
    expect(Number.isFinite(always.utility?.(sessionOf([]), 0, NO_STATE))).toBe(true);
    expect(same.heldOut.likes.calibration.error).toBeGreaterThanOrEqual(0);
  }
});

test('a reward of ratings is the prediction, and its utility the log-odds of liking', () => {
  const rated = createRatingResponses(model, { likeThreshold: 4, reward: 'rating' });
  expect(rated.rewardRange).toEqual([1, 5]);
  const session = sessionOf([], { user: 3 });
  expect(rated.respond(session, 5, createRandom(1), NO_STATE)).toBe(Math.fround(model.predict(3, 5)));
  expect(rated.utility?.(session, 5, NO_STATE)).toBeCloseTo(responses.utility?.(session, 5, NO_STATE) ?? 0, 4);
});

test('the catalogue of a large shop needs no table: 100,000 users and 20,000 items', () => {
  const [users, items, factors] = [100_000, 20_000, 16];
  const random = createRandom(6);
  const draw = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal() / 4);
  const large = {
    ...model,
    ...{ users, items, factors, userBias: draw(users), itemBias: draw(items) },
    ...{ userFactors: draw(users * factors), itemFactors: draw(items * factors) },
  };
  const env = createSimulator({
    name: 'large',
    responses: createRatingResponses(large, { likeThreshold: 4 }),
    sessions: 4,
  });
  env.reset({ seed: 1 });
  const { reward } = env.step(Int32Array.of(0, 7, 19_999, 123));
  expect(reward.every((value) => value === 0 || value === 1)).toBe(true);
});
