import type { Environment, Observation, ResetOptions, StepResult } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { makeRing } from '../test-support/environment.js';
import { checkEnvironment, environmentChecks } from './environment-checks.js';

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
      specificationVersion: 'v2',
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

/** The ring with slates of three, and something known of its users. */
function makeSlates(sessions: number): Environment {
  const userFeatures = { names: ['age', 'member'], values: Float32Array.from({ length: 10 }, (_, k) => k / 10) };
  return makeRing(sessions, { slate: { size: 3, choice: createFirstAcceptableChoice() }, userFeatures });
}

let drift = 0;

const FAULTS: [fault: string, make: (sessions: number) => Environment][] = [
  [
    'a version of the interface that does not exist',
    faulty({ wrap: (env) => ({ ...env, specificationVersion: 'v0' as never }) }),
  ],
  ['a reward that is not a number', faulty({ step: ({ reward }) => void reward.fill(Number.NaN) })],
  ['a reward out of range', faulty({ step: ({ reward }) => void reward.fill(2) })],
  ['terminated and truncated at once', faulty({ step: ({ terminated, truncated }) => truncated.set(terminated) })],
  [
    'a flag that is neither 0 nor 1',
    faulty({ step: ({ terminated }) => terminated.set(terminated.map((flag) => 3 * flag)) }),
  ],
  ['a turn limit that does not end the session', faulty({ step: ({ truncated }) => void truncated.fill(0) })],
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
        reset: ({ seed, resetMask } = {}) =>
          env.reset(seed === undefined ? { ...(resetMask && { resetMask }) } : { seed: seed + sessions }),
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
          specificationVersion: 'v2',
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
    'features of users that come and go',
    faulty({ step: ({ observation }) => plant(observation, { userFeatures: undefined }) }, makeSlates),
  ],
  [
    'features of a user that are no numbers',
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

/** An environment that looks at its actions before the sound one does. */
function looking(look: (actions: Int32Array, env: Environment, observation: Observation) => void) {
  return faulty({
    wrap(env) {
      let observation: Observation;
      return {
        ...wrapped(env),
        reset: (options) => {
          observation = env.reset(options);
          return observation;
        },
        step(actions) {
          look(actions, env, observation);
          return env.step(actions);
        },
      };
    },
  });
}

/** Whoever writes `names[item].length` for an item that does not exist. */
const crashing = looking((actions, { spec }, observation) => {
  const names = Array.from({ length: spec.items }, (_, item) => ({ name: `item ${item}` }));
  if (observation !== undefined) for (const item of actions) names[item].name.trim();
});

const REFUSALS: [fault: string, make: (sessions: number) => Environment, message: RegExp][] = [
  ['a crash of bad actions', crashing, /item -1: expected a deliberate error; found a crash, TypeError/],
  [
    'a crash by a range error of the engine',
    looking((actions) => void new Array(actions.reduce((least, item) => Math.min(least, item), 0) + 1).fill(0)),
    /found a crash, RangeError: Invalid array length/,
  ],
  [
    'something thrown that is no error',
    looking((actions, { spec }) => {
      if (actions.some((item) => item < 0 || item >= spec.items)) throw 'no such item';
    }),
    /expected an Error; the call threw no such item/,
  ],
  [
    'an item that is no integer and is shown',
    faulty({ wrap: (env) => ({ ...wrapped(env), step: (actions) => env.step(Int32Array.from(actions)) }) }),
    /item 0.5, which is not an integer: expected an error; found none/,
  ],
  [
    'actions too many that go unnoticed',
    faulty({
      wrap: (env, sessions) => ({ ...wrapped(env), step: (actions) => env.step(actions.subarray(0, sessions)) }),
    }),
    /one action too many: expected an error; found none/,
  ],
  [
    'a turn limit beyond a short run that does not hold',
    (sessions) => {
      const env = makeRing(sessions, { terminationRules: [], maxTurns: Number.POSITIVE_INFINITY, repeats: true });
      return { ...wrapped(env), spec: { ...env.spec, maxTurns: 300 } };
    },
    /turn limit, 300/,
  ],
];

/** Nobody ever leaves, and nothing is ever cut. */
const endless = (sessions: number): Environment =>
  makeRing(sessions, { terminationRules: [], maxTurns: Number.POSITIVE_INFINITY, repeats: true });
const refusesEnded = environmentChecks(endless).find(
  ({ name }) => name === 'it refuses a step of a session that ended',
)!;

describe('a rule that cannot be tried', () => {
  const skipped = (run: (typeof refusesEnded)['run']): string[] => {
    const reasons: string[] = [];
    run({ skip: (reason) => void reasons.push(reason) });
    return reasons;
  };

  test('does not pass where no session ends', () => {
    expect(() => refusesEnded.run()).toThrow(/inconclusive: no session ended in 5000 steps/);
    expect(() => checkEnvironment(endless)).toThrow(expect.objectContaining({ inconclusive: true }));
  });

  test('is reported as skipped where the test runner can', () => {
    expect(skipped(refusesEnded.run)).toEqual([expect.stringMatching(/no session ended/)]);
  });

  test('is tried where sessions end late', () => {
    const late = (sessions: number) => makeRing(sessions, { terminationRules: [], maxTurns: 400, repeats: true });
    for (const check of environmentChecks(late)) expect(skipped(check.run)).toEqual([]);
  });

  test('is not skipped where it is broken', () => {
    const items = environmentChecks(crashing).find(({ name }) => name.startsWith('it refuses items out of range'))!;
    expect(() => items.run({ skip: () => {} })).toThrow(/found a crash/);
  });
});

function wrapped(env: Environment): Environment {
  return {
    specificationVersion: 'v2',
    spec: env.spec,
    reset: (options) => env.reset(options),
    step: (actions) => env.step(actions),
  };
}

describe('checkEnvironment', () => {
  test('passes an environment that keeps the rules', () => {
    expect(() => checkEnvironment(makeRing)).not.toThrow();
    expect(() => checkEnvironment(makeSlates)).not.toThrow();
  });

  test.each(FAULTS)('catches %s', (_, make) => {
    expect(() => checkEnvironment(make)).toThrow(ConformanceError);
  });

  test.each(REFUSALS)('catches %s', (_, make, message) => {
    expect(() => checkEnvironment(make)).toThrow(ConformanceError);
    expect(() => checkEnvironment(make)).toThrow(message);
  });

  test('takes a refusal by an error of one’s own for one', () => {
    class NoSuchItem extends TypeError {}
    const refusing = looking((actions, { spec }) => {
      if (actions.some((item) => !Number.isInteger(item))) throw new NoSuchItem('no integer');
      if (actions.some((item) => item < 0 || item >= spec.items)) throw new RangeError('no such item');
    });
    expect(() => checkEnvironment(refusing)).not.toThrow();
  });

  test('says what to pass in place of an environment', () => {
    for (const check of [checkEnvironment, environmentChecks]) {
      expect(() => check(makeRing(2) as never)).toThrow(
        'make: expected a function of the number of sessions, such as (sessions) => createMine(sessions); found an environment.',
      );
    }
  });

  test('names every rule once', () => {
    const names = environmentChecks(makeRing).map((check) => check.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
