import type { Environment, Observation, StepResult } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withInteractionLog } from '../logs/interaction-log.js';
import { makeRing } from '../test-support/environment.js';
import { withEpisodeStatistics } from './episode-statistics.js';
import { withSessionProgress } from './session-progress.js';
import { withTransformedReward } from './transformed-reward.js';
import { withTurnLimit } from './turn-limit.js';
import { wrapEnvironment } from './wrap-environment.js';

const LABEL = Symbol('label');

class Base implements Environment {
  readonly specificationVersion = 'v2';
  readonly #inner = makeRing(2);
  #steps = 0;
  readonly spec = { ...this.#inner.spec, unit: 'likes' };
  readonly catalogue = { items: ['a', 'b'] };
  readonly [LABEL] = 'ring';
  note = 'none';

  get steps(): number {
    return this.#steps;
  }

  reset(...args: Parameters<Environment['reset']>): Observation {
    return this.#inner.reset(...args);
  }

  step(...args: Parameters<Environment['step']>): StepResult {
    this.#steps++;
    return this.#inner.step(...args);
  }
}

/** A user's own environment: inherited methods, accessors, private fields and a symbol. */
class Own extends Base {
  describe(prefix: string): string {
    return `${prefix} ${this.steps} steps, ${this.note}`;
  }
}

type Wrap = <E extends Environment>(env: E) => E;
const WRAPPERS: readonly Wrap[] = [
  (env) => withTurnLimit(env, 3),
  (env) => withTransformedReward(env, { reward: (value) => value / 2, rewardRange: [0, 0.5] }),
  withSessionProgress,
  (env) => withEpisodeStatistics(env),
  (env) => withInteractionLog(env),
];

function expectMembers(env: Own): void {
  env.reset({ seed: 1 });
  env.step(Int32Array.of(0, 1));
  expect(env.catalogue).toEqual({ items: ['a', 'b'] });
  expect(env[LABEL]).toBe('ring');
  expect(env.steps).toBe(1);
  expect(env.describe('After')).toBe('After 1 steps, none');
  expect(env.describe).toBe(env.describe);
  env.note = 'set from outside';
  expect(env.describe('After')).toBe('After 1 steps, set from outside');
  expect('catalogue' in env && 'describe' in env && 'steps' in env).toBe(true);
  expect(env.spec).toMatchObject({ unit: 'likes', name: 'ring' });
}

test('every wrapper carries every member of what it wraps, in every order', () => {
  const orders = fc.shuffledSubarray([...WRAPPERS.keys()], { minLength: 1 });
  fc.assert(
    fc.property(orders, (order) => {
      expectMembers(order.reduce<Own>((env, wrapper) => WRAPPERS[wrapper](env), new Own()));
    }),
    { numRuns: 326 },
  );
  for (const wrap of WRAPPERS) expectMembers(wrap(new Own()));
});

describe('what wrappers add', () => {
  test('is there under the other wrappers', () => {
    const counted = withTurnLimit(withSessionProgress(withEpisodeStatistics(makeRing(2))), 5);
    counted.reset({ seed: 1 });
    expect(counted.statistics().ended).toBe(0);
  });

  test('propensities reach a recorder through the others', () => {
    const env = withSessionProgress(withTurnLimit(withInteractionLog(makeRing(2)), 5)) as ReturnType<
      typeof withInteractionLog
    >;
    env.reset({ seed: 1 });
    env.step(Int32Array.of(3, 4), Float32Array.of(0.5, 0.25));
    expect(env.log()).toMatchObject({ item: Int32Array.of(3, 4), propensity: Float32Array.of(0.5, 0.25) });
  });

  test('two recorders both record', () => {
    const inner = withInteractionLog(makeRing(1));
    const outer = withInteractionLog(withTurnLimit(inner, 5));
    outer.reset({ seed: 1 });
    outer.step(Int32Array.of(3), Float32Array.of(0.5));
    expect(inner.log()).toEqual(outer.log());
  });
});

describe('wrapEnvironment', () => {
  test('members replace those of the environment, and are new beside them', () => {
    const env = wrapEnvironment(makeRing(2), { spec: { ...makeRing(2).spec, name: 'other' }, answer: 42 });
    expect([env.spec.name, env.answer, env.reset({ seed: 1 }).rows]).toEqual(['other', 42, 2]);
  });

  test('a copy by spreading has the members as well', () => {
    const own = Object.assign(makeRing(2), { catalogue: 'c', say: () => 'hello' });
    const copied = { ...wrapEnvironment(own, { extra: 1 }) };
    expect([copied.catalogue, copied.say(), copied.extra]).toEqual(['c', 'hello', 1]);
  });
});
