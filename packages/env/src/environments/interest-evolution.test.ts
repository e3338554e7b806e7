import { createRandom, type Environment, type Observation } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createMultinomialLogitChoice } from '../choices/choice-models.js';
import { environmentChecks } from '../conformance/index.js';
import { meanOf, returnsOf } from '../test-support/returns.js';
import { traceOf } from '../test-support/trace.js';
import { createInterestEvolution, type InterestEvolutionOptions } from './interest-evolution.js';

const TOPICS = 8;
/** As many videos of each topic as chance gives; which topic each has is found out by the test below. */
const make = (sessions: number, options: Partial<InterestEvolutionOptions> = {}) =>
  createInterestEvolution({
    items: 60,
    topics: TOPICS,
    users: 50,
    timeBudgetMinutes: 60,
    random: createRandom(2),
    sessions,
    ...options,
  });

describe('keeps the rules', () => {
  for (const check of environmentChecks((sessions) => make(sessions))) test(check.name, check.run);
  const slate = { size: 3, choice: createMultinomialLogitChoice({ noChoice: 0 }) };
  for (const check of environmentChecks((sessions) => make(sessions, { slate })))
    test(`of slates: ${check.name}`, check.run);
});

/** The topic of each item, drawn as the environment draws it. */
function topicsOf(items: number): number[] {
  const random = createRandom(2);
  return Array.from({ length: items }, () => random.integer(TOPICS));
}

/** Shows a video of the topic that has the most of interest and, so much weighted, of quality. */
function policy(weight: number): (observation: Observation, slot: number) => number {
  const topics = topicsOf(60);
  return ({ userFeatures }, slot) => {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    topics.forEach((topic, item) => {
      // Topics are in the order of their quality.
      const value = userFeatures![slot * TOPICS + topic] + weight * topic;
      if (value > most) [best, most] = [item, value];
    });
    return best;
  };
}

test('what users want most now is not what keeps them: the best myopic policy is not the best', () => {
  // Interests stand still, so that the one with which users came is the one they have: the myopic policy is exact.
  const still = (): Environment => make(50, { drift: 0 });
  const firstTurn = (weight: number): number => {
    const env = make(2000, { drift: 0, users: 2000 });
    const observation = env.reset({ seed: 4 });
    const choose = policy(weight);
    const { reward } = env.step(Int32Array.from({ length: 2000 }, (_, slot) => choose(observation, slot)));
    return reward.reduce((sum, value) => sum + value, 0);
  };
  expect(firstTurn(0)).toBeGreaterThan(firstTurn(0.5));
  const [myopic, farsighted] = [0, 0.5].map((weight) => meanOf(returnsOf(still(), policy(weight), { sessions: 400 })));
  expect(myopic.mean + myopic.margin).toBeLessThan(farsighted.mean - farsighted.margin);
});

test('interests move: shown one topic again and again, users end up loving it or not at all', () => {
  const topic = topicsOf(60)[0];
  const watched = (drift: number): number[] => {
    const env = make(400, { drift, timeBudgetMinutes: 1e6 });
    const start = env.reset({ seed: 6 }).userFeatures!.slice();
    const counts = new Float64Array(400);
    for (let turn = 0; turn < 200; turn++) {
      env.step(new Int32Array(400)).reward.forEach((minutes, slot) => {
        if (turn >= 150) counts[slot] += minutes > 0 ? 1 / 50 : 0;
      });
    }
    // Of users who began a little interested.
    return Array.from(counts).filter((_, slot) => Math.abs(start[slot * TOPICS + topic] - 0.4) < 0.25);
  };
  const spread = (values: number[]): number => {
    const { mean } = meanOf(Float64Array.from(values));
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };
  expect(spread(watched(0.3))).toBeGreaterThan(1.3 * spread(watched(0)));
});

test('the time budget is what the published formula says', () => {
  // Nobody watches: 60 minutes at half a minute a turn.
  const env = make(1, { noChoice: 50 });
  env.reset({ seed: 1 });
  let turns = 1;
  while (env.step(Int32Array.of(0)).terminated[0] === 0) turns++;
  expect(turns).toBe(120);
});

test('a golden trace', () => {
  expect(traceOf(make(2))).toMatchInlineSnapshot(`
    [
      "0:0 37:4 14:4 51:4 28:4 5:4 42:4 19:0 56:0 33:0",
      "1:4 38:4 15:0 52:4 29:0 6:0 43:4 20:4 57:0 34:0",
    ]
  `);
});

test('options out of range are refused', () => {
  expect(() => createInterestEvolution({ sessions: 0 } as never)).toThrow(/random: expected a seeded generator/);
  expect(() => make(1, { topics: 1 })).toThrow(/topics: expected an integer of at least 2; found 1/);
  expect(() => make(1, { drift: 2 })).toThrow(/drift/);
  expect(() => make(1, { timeBudgetMinutes: 0 })).toThrow(
    /timeBudgetMinutes: expected a finite number above 0; found 0/,
  );
});

test('other options are refused', () => {
  expect(() => createInterestEvolution({ random: createRandom(1), timeBudget: 5 } as never)).toThrow(
    /found "timeBudget"/,
  );
});

test('a generator that lacks methods is refused', () => {
  expect(() => createInterestEvolution({ random: { uniform: () => 0.5 } as never })).toThrow(
    /^random: expected a seeded generator, such as createRandom\(1\); found an object/,
  );
});
