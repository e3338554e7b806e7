import type { Environment, StepResult } from '../environment.js';
import type { Observation } from '../observation.js';
import { createRandom, type Random } from '../random.js';

/** Steps a check takes: enough for many sessions to end and begin anew. */
const STEPS = 120;
/** The seed of the checks. */
export const SEED = 20250113;

/** Lets sessions choose at random among the allowed items, each by a generator of its own, and begin anew when they end. */
export function run(
  env: Environment,
  look: (actions: Int32Array, step: StepResult, before: Observation) => void,
): void {
  const choosers = everySlot(env).map((slot) => createRandom(SEED).fork(slot));
  let observation = env.reset({ seed: SEED });
  for (let count = 0; count < STEPS; count++) {
    const before = copy(observation);
    const actions = choose(observation, choosers);
    const step = env.step(actions);
    look(actions, step, before);
    const ended = endedSlots(step);
    observation = ended.length > 0 ? env.reset({ mask: maskOf(env, ended) }) : step.observation;
  }
}

/** Looks at every step of `run`. */
export function eachStep(env: Environment, look: (env: Environment, step: StepResult) => void): void {
  run(env, (_actions, step) => look(env, step));
}

/** All of `sessionTraces` in one string. */
export function trace(env: Environment, seed: number): string {
  return sessionTraces(env, seed).join('\n');
}

/** What happened to each session, as text: items, feedback, ends. */
export function sessionTraces(env: Environment, seed = SEED): string[] {
  const choosers = everySlot(env).map((slot) => createRandom(SEED).fork(slot));
  const traces = everySlot(env).map(() => '');
  let observation = env.reset({ seed });
  for (let count = 0; count < STEPS; count++) {
    const actions = choose(observation, choosers);
    const step = env.step(actions);
    for (const slot of everySlot(env)) {
      traces[slot] +=
        `${actions[slot]}:${step.reward[slot]}${step.terminated[slot] ? '!' : ''}${step.truncated[slot] ? '|' : ''} `;
    }
    const ended = endedSlots(step);
    observation = ended.length > 0 ? env.reset({ mask: maskOf(env, ended) }) : step.observation;
  }
  return traces;
}

/** An allowed item for every session. */
export function choose(observation: Observation, choosers: readonly Random[]): Int32Array {
  return Int32Array.from(choosers, (random, slot) => firstAllowed(observation, slot, random));
}

/** The first allowed item from a random place on; 0 where none is allowed. */
export function firstAllowed({ mask, items }: Observation, slot: number, random: Random): number {
  const from = random.integer(items);
  for (let k = 0; k < items; k++) {
    const item = (from + k) % items;
    if (mask[slot * items + item] === 1) return item;
  }
  return 0;
}

/** The observation as it is now: the environment will overwrite its arrays. */
export function copy(observation: Observation): Observation {
  return {
    ...observation,
    historyItems: observation.historyItems.slice(),
    historyFeedback: observation.historyFeedback.slice(),
    mask: observation.mask.slice(),
    turn: observation.turn.slice(),
  };
}

/** Indices of all sessions. */
export function everySlot(env: Environment): number[] {
  return Array.from({ length: env.spec.sessions }, (_, slot) => slot);
}

/** Indices of the sessions that ended in a step. */
export function endedSlots({ terminated, truncated }: StepResult): number[] {
  return Array.from(terminated.keys()).filter((slot) => terminated[slot] === 1 || truncated[slot] === 1);
}

/** The reset mask that names some sessions. */
export function maskOf(env: Environment, slots: readonly number[]): Uint8Array {
  const mask = new Uint8Array(env.spec.sessions);
  for (const slot of slots) mask[slot] = 1;
  return mask;
}
