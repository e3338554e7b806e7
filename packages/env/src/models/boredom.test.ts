import type { ResponseModel } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import { createSimulator } from '../simulator/simulator.js';
import { meanOf } from '../test-support/returns.js';
import { type BoredomOptions, withBoredom } from './boredom.js';

/** Users who like item 0, and item 1 hardly at all. */
const TASTE: ResponseModel = {
  specificationVersion: 'v1',
  users: 1,
  items: 2,
  rewardRange: [0, 1],
  window: 0,
  utility: (_session, item) => UTILITY[item],
  respond: () => 0,
};
const UTILITY = [1.5, -1];
const [WEIGHT, RETENTION] = [2, 0.8];
const TURNS = 12;

const make = (sessions: number, options: Partial<BoredomOptions> = {}) =>
  createSimulator({
    name: 'bored',
    responses: withBoredom(TASTE, { categories: [[0], [1]], weight: WEIGHT, retention: RETENTION, ...options }),
    sessions,
    repeats: true,
    maxTurns: TURNS,
  });

describe('keeps the rules', () => {
  for (const check of environmentChecks((sessions) => make(sessions))) test(check.name, check.run);
});

/** The rewards of whole sessions in which these items are shown. */
function play(
  items: readonly number[],
  sessions = 20_000,
): { readonly turns: number[]; readonly returns: Float64Array } {
  const env = make(sessions);
  env.reset({ seed: 2 });
  const returns = new Float64Array(sessions);
  const turns = items.map((item) => {
    const { reward } = env.step(new Int32Array(sessions).fill(item));
    reward.forEach((value, slot) => {
      returns[slot] += value;
    });
    return reward.reduce((sum, value) => sum + value, 0) / sessions;
  });
  return { turns, returns };
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Probability of taking what a plan shows, turn by turn, as the formula has it. */
function expected(plan: readonly number[]): number[] {
  const boredom = [0, 0];
  return plan.map((item) => {
    const taken = sigmoid(UTILITY[item] - WEIGHT * boredom[item]);
    boredom[0] *= RETENTION;
    boredom[1] *= RETENTION;
    boredom[item]++;
    return taken;
  });
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

test('a category grows boring with what is shown of it, and fades', () => {
  const plan = [0, 0, 1, 0, 1, 1];
  play(plan).turns.forEach((share, turn) => {
    // Four standard errors.
    expect(Math.abs(share - expected(plan)[turn]), `turn ${turn}`).toBeLessThan(4 * Math.sqrt(0.25 / 20_000));
  });
});

test('the best myopic policy is not optimal: the highest immediate reward is not the best choice', () => {
  const myopic: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const [first, second] = [0, 1].map((item) => expected([...myopic, item])[turn]);
    myopic.push(first >= second ? 0 : 1);
  }
  const plans = Array.from({ length: 2 ** TURNS }, (_, code) => {
    return Array.from({ length: TURNS }, (_bit, turn) => (code >> turn) & 1);
  });
  const best = plans.reduce((a, b) => (total(expected(a)) >= total(expected(b)) ? a : b));
  expect(total(expected(best))).toBeGreaterThan(1.3 * total(expected(myopic)));
  const [short, long] = [myopic, best].map((plan) => meanOf(play(plan).returns));
  expect(short.mean + short.margin).toBeLessThan(long.mean - long.margin);
});

test('a model without a utility, or other categories, are refused', () => {
  const { utility: _, ...plain } = TASTE;
  expect(() => withBoredom(plain, { categories: [[0], [1]] })).toThrow(
    /model: expected a response model with a utility/,
  );
  expect(() => withBoredom(TASTE, { categories: ['10', '12'] as never })).toThrow(
    /categories\[0\]: expected a list of category numbers; found "10"/,
  );
  expect(() => withBoredom(TASTE, { categories: [[0]] })).toThrow(
    /categories: expected one list for each of the 2 items; found 1 list/,
  );
  expect(() => make(1, { retention: 1 })).toThrow(/retention/);
  expect(() => make(1, { weight: 0 })).toThrow(/weight/);
});
