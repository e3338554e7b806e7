import { type Environment, exclusionsOf, type Observation, type ResetOptions, type StepResult } from '@ialp/core';
import type { MakeEnvironment } from '../conformance/index.js';
import { InvalidActionError } from '../errors.js';
import { allowedItems } from './allowed.js';
import { makeRing } from './environment.js';

/** An environment that returns changed observations. For tests. */
export function observing(
  change: (observation: Observation) => Partial<Observation>,
  make: MakeEnvironment = makeRing,
): MakeEnvironment {
  const changed = (observation: Observation): Observation => ({ ...observation, ...change(observation) });
  return (sessions) => {
    const env = make(sessions);
    return {
      specificationVersion: 'v2',
      spec: env.spec,
      reset: (options) => changed(env.reset(options)),
      step(actions) {
        const step = env.step(actions);
        return { ...step, observation: changed(step.observation) };
      },
    };
  };
}

/** The ring with other exclusions in all sessions. For tests. */
export function listing(change: (list: number[]) => number[]): MakeEnvironment {
  return observing((observation) => {
    const { rows, items } = observation;
    const allowed = Array.from({ length: rows }, (_, slot) => new Set(allowedItems(observation, slot)));
    const excluded = allowed.map((own) => [...Array(items).keys()].filter((item) => !own.has(item)));
    return { exclusions: exclusionsOf(excluded.map(change)) };
  });
}

/** The ring, whose steps see the last observation before they run. For tests. */
function stepping(
  step: (env: Environment, actions: Int32Array, observation: Observation | undefined) => StepResult,
): MakeEnvironment {
  return (sessions) => {
    const env = makeRing(sessions);
    let observation: Observation | undefined;
    return {
      specificationVersion: 'v2',
      spec: env.spec,
      reset(options) {
        observation = env.reset(options);
        return observation;
      },
      step: (actions) => step(env, actions, observation),
    };
  };
}

/** The ring, which shows an allowed item in place of one that may not be shown. For tests. */
export const forgiving: MakeEnvironment = stepping((env, actions, observation) => {
  if (observation === undefined || actions.length !== observation.rows) return env.step(actions);
  const isItem = (item: number): boolean => Number.isInteger(item) && item >= 0 && item < observation.items;
  return env.step(
    actions.map((item, slot) => {
      const allowed = allowedItems(observation, slot);
      return isItem(item) && !allowed.includes(item) ? allowed[0] : item;
    }),
  );
});

/** The ring, which changes something even if it refuses a step. For tests. */
export function changedByRefusals(change: (observation: Observation) => void): MakeEnvironment {
  return stepping((env, actions, observation) => {
    try {
      return env.step(actions);
    } catch (error) {
      if (observation !== undefined) change(observation);
      throw error;
    }
  });
}

/** The ring, which changes something else when only the first session is reset. For tests. */
export function changedByResets(change: (observation: Observation) => void): MakeEnvironment {
  return (sessions) => {
    const env = makeRing(sessions);
    return {
      specificationVersion: 'v2',
      spec: env.spec,
      reset(options: ResetOptions = {}) {
        const observation = env.reset(options);
        if (options.resetMask?.lastIndexOf(1) === 0) change(observation);
        return observation;
      },
      step: (actions) => env.step(actions),
    };
  };
}

/** The ring with two features of each user. For tests. */
export function makeWithFeatures(sessions: number): Environment {
  return makeRing(sessions, { userFeatures: { names: ['a', 'b'], values: new Float32Array(10) } });
}

/** The same environment with another width of user features in its spec. For tests. */
export function withWidth(make: MakeEnvironment, width: number | undefined): MakeEnvironment {
  return (sessions) => {
    const env = observing(() => ({}), make)(sessions);
    const { userFeatures: _, ...spec } = env.spec;
    return { ...env, spec: { ...spec, ...(width !== undefined && { userFeatures: width }) } };
  };
}

/** Steps after which `createSeasonal` has another season. */
const SEASON = 20;

/** The ring where one item is out of season: item 3 at first, then item 6. For tests. */
export function createSeasonal(
  sessions: number,
  { isSameArray = false, isRefused = true }: { readonly isSameArray?: boolean; readonly isRefused?: boolean } = {},
): Environment {
  const env = makeRing(sessions);
  const without = (item: number): Uint8Array => new Uint8Array(9).fill(1).with(item, 0);
  let available = without(3);
  let steps = 0;
  return {
    specificationVersion: 'v2',
    spec: env.spec,
    reset(options = {}) {
      if (options.seed !== undefined) {
        steps = 0;
        available = without(3);
      }
      return { ...env.reset(options), available };
    },
    step(actions) {
      const slot = actions.findIndex((item) => available[item] === 0);
      if (isRefused && slot >= 0) throw new InvalidActionError(slot, actions[slot], 'an available item');
      const step = env.step(actions);
      if (++steps === SEASON) {
        if (isSameArray) available.set(without(6));
        else available = without(6);
      }
      return { ...step, observation: { ...step.observation, available } };
    },
  };
}
