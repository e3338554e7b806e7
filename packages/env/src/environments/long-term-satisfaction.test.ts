import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { environmentChecks } from '../conformance/index.js';
import { meanOf, returnsOf } from '../test-support/returns.js';
import { traceOf } from '../test-support/trace.js';
import { createLongTermSatisfaction } from './long-term-satisfaction.js';

const CLICKBAIT = Float32Array.of(0, 0.25, 0.5, 0.75, 1);
const make = (sessions: number) =>
  createLongTermSatisfaction({ clickbait: CLICKBAIT, random: createRandom(1), maxTurns: 20, sessions });

describe('keeps the rules', () => {
  for (const check of environmentChecks(make)) test(check.name, check.run);
  const slate = { size: 2, choice: createFirstAcceptableChoice({ acceptThreshold: 3 }) };
  const slates = (sessions: number) => createLongTermSatisfaction({ random: createRandom(1), sessions, slate });
  for (const check of environmentChecks(slates)) test(`of slates: ${check.name}`, check.run);
});

test('chocolate engages more at once, and less over a session: the best myopic policy is not the best', () => {
  const [kale, chocolate] = [0, 4].map((item) => {
    const env = make(100);
    env.reset({ seed: 3 });
    const first = env.step(new Int32Array(100).fill(item)).reward;
    return {
      first: meanOf(Float64Array.from(first)),
      session: meanOf(returnsOf(make(100), () => item, { sessions: 500 })),
    };
  });
  expect(chocolate.first.mean).toBeGreaterThan(kale.first.mean);
  expect(chocolate.session.mean + chocolate.session.margin).toBeLessThan(kale.session.mean - kale.session.margin);
});

test('engagement is what the published formula says', () => {
  // Always the item of clickbait 1/2: exposure only shrinks, so that satisfaction tends to 1/2, and the logarithm of
  // engagement has mean 1/2 (5 + 4) / 2 = 2.25 and spread 1.
  const env = createLongTermSatisfaction({
    clickbait: CLICKBAIT,
    random: createRandom(1),
    exposureNoise: 0,
    sessions: 500,
  });
  env.reset({ seed: 5 });
  for (let turn = 0; turn < 40; turn++) env.step(new Int32Array(500).fill(2));
  const logs = Float64Array.from(env.step(new Int32Array(500).fill(2)).reward, Math.log);
  const { mean, margin } = meanOf(logs);
  expect(Math.abs(mean - 2.25)).toBeLessThan(margin);
});

test('users leave when their time is used up', () => {
  const env = make(1);
  env.reset({ seed: 1 });
  for (let turn = 1; turn < 20; turn++) expect(env.step(Int32Array.of(1)).terminated[0]).toBe(0);
  expect(env.step(Int32Array.of(1))).toMatchObject({ terminated: Uint8Array.of(1), truncated: Uint8Array.of(0) });
});

test('a golden trace', () => {
  expect(
    traceOf(createLongTermSatisfaction({ clickbait: CLICKBAIT, random: createRandom(1), sessions: 2 })),
  ).toMatchInlineSnapshot(`
    [
      "0:3.025221 2:9.343863 4:13.399978 1:5.166497 3:3.351292 0:3.399982 2:25.69451 4:26.209551 1:10.646358 3:18.812809",
      "1:2.935181 3:78.815254 0:1.342005 2:4.737049 4:12.051683 1:14.329505 3:30.726191 0:4.688347 2:1.758242 4:37.563587",
    ]
  `);
});

test('options out of range are refused', () => {
  const random = createRandom(1);
  expect(() => createLongTermSatisfaction({ random, clickbait: Float32Array.of(0.5, 1.5) })).toThrow(
    /clickbait\[1\]: expected a number from 0 to 1; found 1.5/,
  );
  expect(() => createLongTermSatisfaction({ sessions: 0 } as never)).toThrow(/random: expected a seeded generator/);
  expect(() => createLongTermSatisfaction({ random, sessions: 0 })).toThrow(/sessions: expected an integer/);
  expect(() => createLongTermSatisfaction(undefined as never)).toThrow(/options: expected an object/);
  expect(() => createLongTermSatisfaction({ random, clickbait: null as never })).toThrow(/clickbait: expected/);
  expect(() => createLongTermSatisfaction({ random, items: 0 })).toThrow(/items/);
  expect(() => createLongTermSatisfaction({ random, memoryDiscount: 1 })).toThrow(/memoryDiscount/);
  expect(() => createLongTermSatisfaction({ random, sensitivity: Number.NaN })).toThrow(/sensitivity/);
});

test('other options are refused', () => {
  expect(() => createLongTermSatisfaction({ random: createRandom(1), timeBudget: 5 } as never)).toThrow(
    /found "timeBudget"/,
  );
});
