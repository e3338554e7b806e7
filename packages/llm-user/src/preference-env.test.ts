import { createRandom } from '@ialp/env';
import { environmentChecks } from '@ialp/env/testing';
import { describe, expect, test } from 'vitest';
import { EnvironmentStateError, InvalidActionError, InvalidOptionError } from './errors.js';
import { createPreferenceEnv, type PreferenceEnvOptions } from './preference-env.js';
import type { PersonState } from './preference-source.js';
import type { RewardModel } from './reward-model.js';
import { rewardModelChecks } from './testing.js';

const ITEMS = 8;

/** People like items of the same parity as those they liked, with probability 0.9, else 0.2; new people 0.5. */
const parityModel: RewardModel = {
  items: ITEMS,
  person({ items, feedback }: PersonState) {
    let balance = 0;
    const observe = (item: number, liked: number): void => {
      balance += liked * (item % 2 === 0 ? 1 : -1);
    };
    for (const [k, item] of items.entries()) observe(item, feedback[k]);
    return {
      observe,
      likelihood: (item) => ({
        mean: balance === 0 ? 0.5 : balance > 0 === (item % 2 === 0) ? 0.9 : 0.2,
        logitDeviation: 0.1,
      }),
    };
  },
};
const people: PersonState[] = [
  { items: [0, 2, 4], feedback: [1, 1, 1] },
  { items: [1, 3, 5], feedback: [1, 1, 1] },
];
const make = (options: Partial<PreferenceEnvOptions> = {}) =>
  createPreferenceEnv({
    rewardModel: parityModel,
    people,
    createRandom,
    maxTurns: 6,
    patience: 3,
    historyLength: 4,
    ...options,
  });

describe('it keeps the rules of an environment', () => {
  for (const check of environmentChecks((sessions) => make({ sessions }))) test(check.name, check.run);
});

describe('its reward model, made for the test, keeps the rules', () => {
  for (const check of rewardModelChecks(() => parityModel)) test(check.name, check.run);
});

describe('people of a hidden history', () => {
  test('answer with the probability that the reward model gives them', () => {
    const sessions = 20_000;
    for (const [person, expected] of [
      [people[0], 0.9],
      [people[1], 0.2],
      [{ items: [], feedback: [] }, 0.5],
    ] as const) {
      const env = make({ people: [person], sessions });
      env.reset({ seed: 1 });
      const { reward } = env.step(new Int32Array(sessions).fill(6));
      const liked = reward.reduce((sum, value) => sum + value, 0) / sessions;
      expect(Math.abs(liked - expected)).toBeLessThan(0.012);
    }
  });

  test('change with what they are shown: an answer joins what the next depends on', () => {
    const sessions = 20_000;
    const env = make({ people: [{ items: [], feedback: [] }], sessions });
    env.reset({ seed: 2 });
    const first = env.step(new Int32Array(sessions).fill(6)).reward.slice();
    const second = env.step(new Int32Array(sessions).fill(4)).reward;
    const liking = second.filter((_, k) => first[k] === 1);
    expect(Math.abs(liking.reduce((sum, value) => sum + value, 0) / liking.length - 0.9)).toBeLessThan(0.015);
  });

  test('show nothing of that history at first', () => {
    const { historyItems, mask } = make({ sessions: 3 }).reset({ seed: 1 });
    expect([...historyItems].every((item) => item === -1)).toBe(true);
    expect([...mask].every((allowed) => allowed === 1)).toBe(true);
  });

  test('leave after some misses in a row', () => {
    const never: RewardModel = {
      items: ITEMS,
      person: () => ({ observe: () => {}, likelihood: () => ({ mean: 0, logitDeviation: 0 }) }),
    };
    const env = make({ rewardModel: never, sessions: 1 });
    env.reset({ seed: 1 });
    expect([0, 1, 2].map((item) => env.step(Int32Array.of(item)).terminated[0])).toEqual([0, 0, 1]);
  });
});

describe('errors', () => {
  test.each<[Partial<PreferenceEnvOptions>, RegExp]>([
    [{ people: [] }, /people: expected at least one seed session/],
    [{ sessions: 0 }, /sessions: expected an integer of at least 1/],
    [{ patience: 0.5 }, /patience/],
  ])('%o is refused', (options, message) => {
    expect(() => make(options)).toThrow(message);
    expect(() => make(options)).toThrow(InvalidOptionError);
  });

  test('a step too early, an item that does not exist, one that was shown', () => {
    const env = make({ sessions: 1 });
    expect(() => env.step(Int32Array.of(0))).toThrow(EnvironmentStateError);
    env.reset({ seed: 1 });
    expect(() => env.step(Int32Array.of(8))).toThrow(InvalidActionError);
    env.step(Int32Array.of(0));
    expect(() => env.step(Int32Array.of(0))).toThrow(
      /actions\[0\]: expected an item from 0 to 7 that the mask allows; found 0/,
    );
    expect(() => env.reset({ seed: -1 })).toThrow(/seed/);
    expect(() => env.reset({ mask: new Uint8Array(3) })).toThrow(/mask/);
  });
});
