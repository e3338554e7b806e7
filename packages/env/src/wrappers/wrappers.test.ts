import { createRandom, type Environment, InvalidOptionError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { environmentChecks } from '../conformance/index.js';
import { EnvironmentStateError, InvalidRewardError } from '../errors.js';
import { createPatienceRule } from '../rules/patience.js';
import type { SimulatorOptions } from '../simulator/simulator.js';
import { firstAllowed } from '../test-support/allowed.js';
import { makeRing, ringResponses } from '../test-support/environment.js';
import { withEpisodeStatistics } from './episode-statistics.js';
import { withSessionProgress } from './session-progress.js';
import { withTransformedReward } from './transformed-reward.js';
import { withTurnLimit } from './turn-limit.js';

const slate = { size: 2, choice: createFirstAcceptableChoice() };
const halved = (env: Environment) =>
  withTransformedReward(env, { reward: (value) => value / 2, rewardRange: [0, 0.5] });
const WRAPPERS: [name: string, wrap: (env: Environment) => Environment][] = [
  ['withTurnLimit', (env) => withTurnLimit(env, 3)],
  ['withTransformedReward', halved],
  ['withSessionProgress', withSessionProgress],
  ['withEpisodeStatistics', (env) => withEpisodeStatistics(env)],
  ['all of them', (env) => withSessionProgress(halved(withTurnLimit(withEpisodeStatistics(env), 4)))],
];

describe.each(WRAPPERS)('%s keeps the rules', (_, wrap) => {
  const cases: [string, Partial<SimulatorOptions>][] = [
    ['one item at a time', {}],
    ['slates', { slate }],
    ['slates longer than the history', { slate: { size: 6, choice: createFirstAcceptableChoice() } }],
    ['users of whom something is known', { userFeatures: { names: ['a'], values: Float32Array.of(1, 2, 3, 4, 5) } }],
  ];
  for (const [name, options] of cases) {
    for (const check of environmentChecks((sessions) => wrap(makeRing(sessions, options)))) {
      test(`${name}: ${check.name}`, check.run);
    }
  }
});

/** One session after another in each slot, always of the first allowed item. */
function play(env: Environment, steps: number, look: (step: ReturnType<Environment['step']>) => void): void {
  let observation = env.reset({ seed: 9 });
  for (let count = 0; count < steps; count++) {
    const step = env.step(firstAllowed(observation));
    look(step);
    observation = env.reset({ resetMask: step.terminated.map((left, slot) => left | step.truncated[slot]) });
  }
}

describe('withTurnLimit', () => {
  test('cuts at the limit, and leaves those who left before it', () => {
    const lengths = { terminated: new Set<number>(), truncated: new Set<number>() };
    play(withTurnLimit(makeRing(8), 6), 200, ({ observation, terminated, truncated }) => {
      for (let slot = 0; slot < 8; slot++) {
        if (terminated[slot]) lengths.terminated.add(observation.turn[slot]);
        if (truncated[slot]) lengths.truncated.add(observation.turn[slot]);
      }
    });
    expect([...lengths.truncated]).toEqual([6]);
    expect(Math.max(...lengths.terminated)).toBeLessThanOrEqual(6);
    expect(lengths.terminated.size).toBeGreaterThan(1);
  });

  test('a session that was cut here is not stepped, and another one may be begun in its place', () => {
    const env = withTurnLimit(makeRing(1, { terminationRules: [] }), 1);
    env.reset({ seed: 1 });
    env.step(Int32Array.of(0));
    expect(() => env.step(Int32Array.of(1))).toThrow(EnvironmentStateError);
    env.reset({ resetMask: Uint8Array.of(1) });
    expect(env.step(Int32Array.of(1)).truncated[0]).toBe(1);
  });

  test('of no turns is refused', () => {
    expect(() => withTurnLimit(makeRing(1), 0)).toThrow(/maxTurns: expected an integer of at least 1; found 0/);
  });
});

test.each<[string, (env: Environment) => Environment]>(WRAPPERS)('%s refuses what is no environment', (_, wrap) => {
  for (const wrong of [null, undefined, {}, { spec: null }]) {
    expect(() => wrap(wrong as never)).toThrow(/^environment: expected an environment/);
    expect(() => wrap(wrong as never)).toThrow(InvalidOptionError);
  }
});

test.each<[string, (env: Environment) => Environment]>(WRAPPERS)('%s refuses version 1 of the interface', (_, wrap) => {
  const first = { ...makeRing(1), specificationVersion: 'v1' as 'v2' };
  const { reset, step } = makeRing(1);
  expect(() => wrap({ ...first, reset, step })).toThrow(
    /^environment\.specificationVersion: expected 'v2', version 2 of the interface: rename sessions of observations to rows, .*; found "v1"\.$/,
  );
});

test('withEpisodeStatistics refuses a plain number and other options', () => {
  expect(() => withEpisodeStatistics(makeRing(1), 10 as never)).toThrow(/^options: expected an object/);
  expect(() => withEpisodeStatistics(makeRing(1), { buffer: 10 } as never)).toThrow(/bufferSize; found "buffer"/);
});

describe('withTransformedReward', () => {
  test('refuses to do without a function', () => {
    expect(() => withTransformedReward(makeRing(1), undefined as never)).toThrow(/^options: expected an object/);
    expect(() => withTransformedReward(makeRing(1), { rewardRange: [0, 1] } as never)).toThrow(
      /^reward: expected a function/,
    );
  });

  test('gives what the function says, and the same as feedback', () => {
    const plain: number[] = [];
    play(makeRing(2), 50, ({ reward }) => void plain.push(...reward));
    const shaped: number[] = [];
    play(halved(makeRing(2)), 50, ({ reward }) => void shaped.push(...reward));
    expect(shaped).toEqual(plain.map((value) => value / 2));
  });

  test('refuses a reward outside the range it promised, by its session and item', () => {
    let value = 7;
    const env = withTransformedReward(makeRing(2), {
      reward: (_reward, session) => (session === 1 ? value : 0),
      rewardRange: [0, 1],
    });
    env.reset({ seed: 1 });
    expect(() => env.step(Int32Array.of(0, 5))).toThrow(
      /reward of session 1 for item 5: expected a number from 0 to 1, the rewardRange; found 7/,
    );
    // The wrapped environment has moved on: only a reset of all sessions helps.
    expect(() => env.step(Int32Array.of(1, 6))).toThrow(EnvironmentStateError);
    expect(() => env.reset({ resetMask: Uint8Array.of(0, 1) })).toThrow(EnvironmentStateError);
    for (value of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
      env.reset({ seed: 1 });
      expect(() => env.step(Int32Array.of(0, 5))).toThrow(InvalidRewardError);
    }
    value = 1;
    env.reset({ seed: 1 });
    expect(env.step(Int32Array.of(0, 5)).reward).toEqual(Float32Array.of(0, 1));
    expect(() => withTransformedReward(makeRing(1), { reward: () => 0, rewardRange: [1, 0] })).toThrow(/rewardRange/);
  });

  test('termination rules see the original reward', () => {
    const env = withTransformedReward(
      makeRing(1, {
        terminationRules: [createPatienceRule({ misses: 1 })],
        responses: ringResponses(1, 1),
        repeats: true,
      }),
      { reward: () => 0, rewardRange: [0, 1] },
    );
    env.reset({ seed: 1 });
    const { reward, terminated } = env.step(Int32Array.of(0));
    expect([reward[0], terminated[0]]).toEqual([0, 0]);
  });

  test('a reward at the end of a range that has no exact binary form is within it', () => {
    const env = withTransformedReward(makeRing(1), { reward: () => 0.3, rewardRange: [0, 0.3] });
    env.reset({ seed: 1 });
    expect(env.step(Int32Array.of(0)).reward).toEqual(Float32Array.of(0.3));
  });
});

describe('withSessionProgress', () => {
  test('is the share of the turns that are over, beside what else is known', () => {
    const userFeatures = { names: ['age'], values: Float32Array.of(5, 5, 5, 5, 5) };
    const env = withSessionProgress(makeRing(1, { userFeatures, terminationRules: [] }));
    expect(env.spec.userFeatures).toBe(2);
    expect([...env.reset({ seed: 1 }).userFeatures!]).toEqual([5, 0]);
    env.step(Int32Array.of(0));
    expect([...env.step(Int32Array.of(1)).observation.userFeatures!]).toEqual([5, Math.fround(2 / 7)]);
    expect([...env.reset({ resetMask: Uint8Array.of(1) }).userFeatures!]).toEqual([5, 0]);
  });

  test('without a limit grows towards 1', () => {
    const env = withSessionProgress(makeRing(1, { terminationRules: [], maxTurns: Number.POSITIVE_INFINITY }));
    expect(env.spec.userFeatures).toBe(1);
    env.reset({ seed: 1 });
    const seen = [0, 1, 2, 3, 4].map((item) => env.step(Int32Array.of(item)).observation.userFeatures![0]);
    expect(seen).toEqual([1, 2, 3, 4, 5].map((turn) => Math.fround(turn / (turn + 10))));
  });
});

describe('withEpisodeStatistics', () => {
  test('counts what a look at every step counts', () => {
    const env = withEpisodeStatistics(makeRing(3), { bufferSize: 5 });
    const running = [0, 0, 0];
    const ended: [reward: number, length: number][] = [];
    play(env, 60, ({ reward, terminated, truncated, observation }) => {
      for (let slot = 0; slot < 3; slot++) {
        running[slot] += reward[slot];
        if (!terminated[slot] && !truncated[slot]) continue;
        ended.push([running[slot], observation.turn[slot]]);
        running[slot] = 0;
      }
    });
    expect(env.statistics()).toEqual({
      ended: ended.length,
      reward: Float64Array.from(ended.slice(-5), ([reward]) => reward),
      length: Int32Array.from(ended.slice(-5), ([, length]) => length),
    });
    env.reset({ seed: 1 });
    expect(env.statistics()).toEqual({ ended: 0, reward: new Float64Array(0), length: new Int32Array(0) });
  });

  test('leaves what it wraps as it is', () => {
    const traces = [makeRing(2), withEpisodeStatistics(makeRing(2)), withTurnLimit(makeRing(2), 99)].map((env) => {
      const random = createRandom(4);
      const rewards: number[] = [];
      play(env, 30, ({ reward }) => void rewards.push(...reward, random.uint32()));
      return rewards.join();
    });
    expect(new Set(traces).size).toBe(1);
  });
});
