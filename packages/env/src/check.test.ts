import { describe, expect, test } from 'vitest';
import { checkEnvironment, environmentChecks } from './check.js';
import { firstAcceptable } from './choice-models.js';
import { ConformanceError } from './conformance/conformance-error.js';
import type { Environment, ResetOptions, StepResult } from './environment.js';
import type { Observation } from './observation.js';
import { makeRing } from './test-environment.js';

/** The ring environment with something planted in what it returns or does. */
function faulty(
  fault: {
    reset?: (observation: Observation, options: ResetOptions) => void;
    step?: (result: StepResult, env: Environment) => void;
    wrap?: (env: Environment, sessions: number) => Environment;
  },
  makeSound: (sessions: number) => Environment = makeRing,
) {
  return (sessions: number): Environment => {
    const env = makeSound(sessions);
    const planted: Environment = {
      spec: env.spec,
      reset(options = {}) {
        const observation = env.reset(options);
        fault.reset?.(observation, options);
        return observation;
      },
      step(actions) {
        const result = env.step(actions);
        fault.step?.(result, env);
        return result;
      },
    };
    return fault.wrap?.(planted, sessions) ?? planted;
  };
}

/** Overwrites a read-only field. */
function plant<T extends object>(object: T, fields: Partial<Record<keyof T, unknown>>): void {
  Object.assign(object, fields);
}

/** The ring with slates of three, and something known of its people. */
function makeSlates(sessions: number): Environment {
  const userFeatures = { names: ['age', 'member'], values: Float32Array.from({ length: 10 }, (_, k) => k / 10) };
  return makeRing(sessions, { slate: { size: 3, choice: firstAcceptable() }, userFeatures });
}

let drift = 0;

const FAULTS: [fault: string, make: (sessions: number) => Environment][] = [
  ['a reward that is not a number', faulty({ step: ({ reward }) => void reward.fill(Number.NaN) })],
  ['a reward out of range', faulty({ step: ({ reward }) => void reward.fill(2) })],
  ['terminated and truncated at once', faulty({ step: ({ terminated, truncated }) => truncated.set(terminated) })],
  [
    'a flag that is neither 0 nor 1',
    faulty({ step: ({ terminated }) => terminated.set(terminated.map((flag) => 3 * flag)) }),
  ],
  ['a turn limit that does not end the session', faulty({ step: ({ truncated }) => void truncated.fill(0) })],
  [
    'an item that stays allowed after it was shown',
    faulty({ step: ({ observation }) => void observation.mask.fill(1) }),
  ],
  ['a mask that allows nothing', faulty({ step: ({ observation }) => void observation.mask.fill(0) })],
  ['a mask of other numbers', faulty({ step: ({ observation }) => void observation.mask.fill(7, 1, 2) })],
  [
    'feedback that is not kept in the history',
    faulty({ step: ({ observation }) => void observation.historyFeedback.fill(0.25) }),
  ],
  [
    'a history that is not moved on',
    faulty({ step: ({ observation }) => void observation.historyItems.fill(5, 0, 1) }),
  ],
  ['turns that are not counted', faulty({ step: ({ observation }) => void observation.turn.fill(1) })],
  [
    'a history left over from the session before',
    faulty({ reset: ({ historyItems }) => void historyItems.fill(2, 3, 4) }),
  ],
  [
    'randomness from outside the seed',
    faulty({
      step({ reward }) {
        drift = (drift * 16807 + 11) % 2147483647;
        reward[0] = drift % 2;
      },
    }),
  ],
  [
    'a seed that changes nothing',
    faulty({
      wrap: (env) => ({ ...env, reset: (options = {}) => env.reset('seed' in options ? { seed: 1 } : options) }),
    }),
  ],
  [
    'sessions that share a random stream',
    faulty({
      wrap: (env, sessions) => ({
        ...env,
        reset: ({ seed, mask } = {}) =>
          env.reset(seed === undefined ? { ...(mask && { mask }) } : { seed: seed + sessions }),
      }),
    }),
  ],
  [
    'a partial reset that begins all sessions',
    faulty({ wrap: (env) => ({ ...env, reset: ({ seed } = {}) => env.reset(seed === undefined ? {} : { seed }) }) }),
  ],
  [
    'a step of an ended session that goes through',
    faulty({
      wrap(env) {
        let last: StepResult | undefined;
        const forgive = (actions: Int32Array): StepResult => {
          try {
            last = env.step(actions);
            return last;
          } catch (error) {
            if (last === undefined) throw error;
            return last;
          }
        };
        return { ...env, step: forgive };
      },
    }),
  ],
  [
    'a step before the first reset that goes through',
    faulty({
      wrap(env) {
        let begun = false;
        return {
          spec: env.spec,
          reset: (options) => {
            begun = true;
            return env.reset(options);
          },
          step(actions) {
            if (!begun) this.reset({ seed: 0 });
            return env.step(actions);
          },
        };
      },
    }),
  ],
  ['arrays of another type', faulty({ step: (result) => plant(result, { reward: Float64Array.from(result.reward) }) })],
  ['arrays of another length', faulty({ step: (result) => plant(result, { truncated: new Uint8Array(1) }) })],
  [
    'a spec without a history',
    (sessions) => {
      const env = makeRing(sessions);
      return { ...wrapped(env), spec: { ...env.spec, historyLength: 0 } };
    },
  ],
  ['more sessions than asked for', (sessions) => makeRing(sessions + 1)],
  [
    'actions that a step writes over',
    faulty({
      wrap: (env) => ({
        ...wrapped(env),
        step(actions) {
          const result = env.step(actions);
          actions.fill(0);
          return result;
        },
      }),
    }),
  ],
  [
    'a session that the actions of another move',
    faulty({
      wrap: (env) => ({
        ...wrapped(env),
        step(actions) {
          const result = env.step(actions);
          const { spec } = env;
          if (actions.length > 1) result.reward[0] = actions[1] % 2;
          result.observation.historyFeedback[spec.historyLength - 1] = result.reward[0];
          return result;
        },
      }),
    }),
  ],
  ['a choice that is no place in the slate', faulty({ step: ({ choice }) => void choice?.fill(3) }, makeSlates)],
  ['a reward though nothing was chosen', faulty({ step: ({ choice }) => void choice?.fill(-1) }, makeSlates)],
  ['slates without a choice', faulty({ step: (result) => plant(result, { choice: undefined }) }, makeSlates)],
  [
    'features of people that come and go',
    faulty({ step: ({ observation }) => plant(observation, { userFeatures: undefined }) }, makeSlates),
  ],
  [
    'features of a person that are no numbers',
    faulty(
      {
        reset: ({ userFeatures }) => void userFeatures?.fill(Number.NaN),
        step: ({ observation }) => void observation.userFeatures?.fill(Number.NaN),
      },
      makeSlates,
    ),
  ],
  [
    'an item twice in a slate',
    faulty(
      {
        wrap: (env) => ({
          ...wrapped(env),
          step: (actions) =>
            env.step(actions.map((item, k) => (k > 0 && item === actions[k - 1] ? (item + 1) % 9 : item))),
        }),
      },
      makeSlates,
    ),
  ],
];

function wrapped(env: Environment): Environment {
  return { spec: env.spec, reset: (options) => env.reset(options), step: (actions) => env.step(actions) };
}

describe('checkEnvironment', () => {
  test('passes an environment that keeps the rules', () => {
    expect(() => checkEnvironment(makeRing)).not.toThrow();
    expect(() => checkEnvironment(makeSlates)).not.toThrow();
  });

  test.each(FAULTS)('catches %s', (_, make) => {
    expect(() => checkEnvironment(make)).toThrow(ConformanceError);
  });

  test('names every rule once', () => {
    const names = environmentChecks(makeRing).map((check) => check.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
