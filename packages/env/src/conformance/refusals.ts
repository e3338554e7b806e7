import { createRandom, type Environment, excludedIn, type Observation } from '@ialp/core';
import { checkRefusal, checkRule, inconclusive } from '@ialp/core/testing';
import type { MakeEnvironment } from './environment-checks.js';
import { allowed, choose, copy, endedSlots, everySlot, excludedItems, longRun, run, SEED } from './rollouts.js';

const ADVICE = 'check all actions before any takes effect, and throw an InvalidActionError or your own error';

/** A step before the first reset is refused. */
export function checkRefusesEarlyStep(env: Environment): void {
  const actions = new Int32Array(env.spec.sessions * env.spec.slateSize);
  checkRefusal(() => env.step(actions), 'a step before the first reset', ADVICE);
}

/** A step of a session that ended is refused. */
export function checkRefusesEnded(env: Environment): void {
  let tried = false;
  const steps = longRun(env);
  run(
    env,
    (_actions, step) => {
      if (tried || endedSlots(step).length === 0) return;
      tried = true;
      // The session may have ended because no items were left; any items do, because the call must fail anyway.
      const actions = choose(
        env,
        step.observation,
        everySlot(env).map((slot) => createRandom(slot)),
      );
      checkRefusal(() => env.step(actions), 'a step of a session that ended', ADVICE);
    },
    { steps, until: () => tried },
  );
  if (tried) return;
  throw inconclusive(
    `no session ended in ${steps} steps, so a step of an ended session was not tested. ` +
      'Check the environment with a lower turn limit, or with users who leave',
  );
}

/** Items out of range, excluded or unavailable are refused, and nothing changes. */
export function checkRefusesItems(make: MakeEnvironment): void {
  const { items } = make(2).spec;
  for (const wrong of [-1, items, items + 1000, -(2 ** 31), 2 ** 31 - 1]) {
    const env = make(2);
    checkRefused(env, env.reset({ seed: SEED }), (actions) => actions.with(-1, wrong), `item ${wrong}`);
  }
  checkRefusesUnallowed(make(2));
}

/** Plain JavaScript may pass another array, whose 1.5 must not be shown as item 1. */
export function checkRefusesNumbers(make: MakeEnvironment): void {
  for (const wrong of [0.5, Number.NaN, Number.POSITIVE_INFINITY, make(2).spec.items - 0.5]) {
    const env = make(2);
    // Wrongly typed on purpose.
    const spoil = (actions: Int32Array): Int32Array =>
      Float64Array.from(actions).with(-1, wrong) as unknown as Int32Array;
    checkRefused(env, env.reset({ seed: SEED }), spoil, `item ${wrong}, which is not an integer`);
  }
}

/** A wrong number of actions is refused. */
export function checkRefusesCounts(make: MakeEnvironment): void {
  for (const [what, change] of [
    ['one action too few', (actions: Int32Array) => actions.subarray(1)],
    ['one action too many', (actions: Int32Array) => Int32Array.of(...actions, actions[0])],
    ['no actions', () => new Int32Array(0)],
  ] as const) {
    const env = make(2);
    checkRefused(env, env.reset({ seed: SEED }), change, what);
  }
}

/** A slate with one item twice is refused. Skipped for environments that show one item per turn. */
export function checkRefusesDoubles(env: Environment): void {
  if (env.spec.slateSize === 1) return;
  checkRefused(
    env,
    env.reset({ seed: SEED }),
    (actions) => actions.with(-1, actions[actions.length - 2]),
    'an item twice in a slate',
  );
}

/** An excluded item of a running session is refused, and so is an unavailable one. */
function checkRefusesUnallowed(env: Environment): void {
  const { items, repeats, slateSize, maxTurns } = env.spec;
  tryItem(env, 'unavailable', ({ available }) => available.indexOf(0));
  const tried = tryItem(env, 'excluded', ({ exclusions }) => excludedIn(exclusions, 1)[0] ?? -1);
  // With repeats, nothing may be excluded.
  if (tried || repeats || maxTurns === 1 || items < 2 * slateSize) return;
  throw inconclusive(
    'no session continued after its first turn, so an item that was shown before was not tested. ' +
      'Check the environment with users who stay for more turns',
  );
}

/** Tries the first item that `find` finds for session 1 while both sessions continue. @returns whether there was one. */
function tryItem(env: Environment, reason: string, find: (observation: Observation) => number): boolean {
  let tried = false;
  run(
    env,
    (_actions, step) => {
      if (endedSlots(step).length > 0) return;
      const item = find(step.observation);
      if (item === -1) return;
      tried = true;
      checkRefused(env, step.observation, (actions) => actions.with(-1, item), `item ${item}, which is ${reason}`);
    },
    { until: () => tried },
  );
  return tried;
}

function checkRefused(
  env: Environment,
  observation: Observation,
  spoil: (actions: Int32Array) => Int32Array,
  what: string,
): void {
  const before = copy(observation);
  const random = createRandom(1);
  const slate = (slot: number): number[] => allowed(observation, slot, random, env.spec.slateSize);
  const sound = Int32Array.from(everySlot(env).flatMap(slate));
  const actions = spoil(sound);
  checkRefusal(() => env.step(actions), what, ADVICE);
  const remedy = 'check all actions before any takes effect';
  for (const field of ['session', 'turn', 'historyItems', 'historyFeedback'] as const) {
    const place = before[field].findIndex((value, k) => value !== observation[field][k]);
    checkRule(place === -1, `${what} was refused, but ${field}[${place}] had changed; ${remedy}`);
  }
  for (const slot of everySlot(env)) {
    const [was, is] = [excludedItems(before, slot), excludedItems(observation, slot)];
    checkRule(
      was.join() === is.join(),
      `${what} was refused, but the exclusions of session ${slot} had changed; ${remedy}`,
    );
  }
  env.step(sound);
}
