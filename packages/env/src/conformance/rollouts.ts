import {
  createRandom,
  type Environment,
  excludedIn,
  type Observation,
  type Random,
  type StepResult,
  writeMask,
} from '@ialp/core';
import { checkFields } from './observation-fields.js';

/** Steps of a check: enough for many sessions to end and begin anew. */
const STEPS = 120;
/** Maximum number of steps of a check that waits for sessions to end. */
const MAX_STEPS = 5000;
/** The seed of the checks. */
export const SEED = 20250113;

/** The length of `run`. */
export interface RunLength {
  /** Default 120. */
  readonly steps?: number;
  /** Ends the run early; called before each step. */
  readonly until?: () => boolean;
}

/** Steps until a session reaches the turn limit or has been shown all items, at most `MAX_STEPS`. */
export function longRun({ spec: { maxTurns, items, slateSize, repeats } }: Environment): number {
  const turns = repeats ? maxTurns : Math.min(maxTurns, Math.ceil(items / slateSize));
  return Number.isFinite(turns) ? Math.max(STEPS, Math.min(MAX_STEPS, turns + 1)) : MAX_STEPS;
}

/** Runs a random policy over the allowed items, with a generator for each session; sessions that end begin anew. */
export function run(
  env: Environment,
  look: (actions: Int32Array, step: StepResult, before: Observation) => void,
  { steps = STEPS, until = () => false }: RunLength = {},
): void {
  const choosers = choosersOf(env);
  let observation = env.reset({ seed: SEED });
  for (let count = 0; count < steps && !until(); count++) {
    const before = copy(observation);
    const actions = choose(env, observation, choosers);
    const step = env.step(actions);
    look(actions, step, before);
    const ended = endedSlots(step);
    observation = ended.length > 0 ? env.reset({ resetMask: maskOf(env, ended) }) : step.observation;
  }
}

/** Calls `look` at every step of `run`. */
export function eachStep(
  env: Environment,
  look: (env: Environment, step: StepResult) => void,
  length?: RunLength,
): void {
  run(env, (_actions, step) => look(env, step), length);
}

/** All of `sessionTraces` in one string. */
export function trace(env: Environment, seed: number): string {
  return sessionTraces(env, seed).join('\n');
}

/**
 * What happened to each session, as text: items, feedback, ends.
 * @param neighbours names what the sessions beside session 0 choose; their environment has the same seed in any case.
 */
export function sessionTraces(env: Environment, seed = SEED, neighbours = SEED): string[] {
  const choosers = choosersOf(env, neighbours);
  const traces = everySlot(env).map(() => '');
  const { slateSize } = env.spec;
  let observation = env.reset({ seed });
  for (let count = 0; count < STEPS; count++) {
    const actions = choose(env, observation, choosers);
    const step = env.step(actions);
    for (const slot of everySlot(env)) {
      const shown = actions.subarray(slot * slateSize, (slot + 1) * slateSize).join('+');
      const end = `${step.terminated[slot] ? '!' : ''}${step.truncated[slot] ? '|' : ''}`;
      traces[slot] += `${shown}:${step.reward[slot]}${end} `;
    }
    const ended = endedSlots(step);
    observation = ended.length > 0 ? env.reset({ resetMask: maskOf(env, ended) }) : step.observation;
  }
  return traces;
}

/** A generator for each session's choices; session 0's is always the same. */
function choosersOf(env: Environment, neighbours = SEED): Random[] {
  return everySlot(env).map((slot) => createRandom(slot === 0 ? SEED : neighbours).fork(slot));
}

/** Distinct allowed items for every session: one, or a slate. */
export function choose(env: Environment, observation: Observation, choosers: readonly Random[]): Int32Array {
  return Int32Array.from(choosers.flatMap((random, slot) => allowed(observation, slot, random, env.spec.slateSize)));
}

/** The first allowed items from a random position on, followed by others if too few are allowed. */
export function allowed(observation: Observation, slot: number, random: Random, count = 1): number[] {
  checkFields(observation);
  const { items } = observation;
  const mask = new Uint8Array(items);
  writeMask(observation, slot, mask);
  const from = random.integer(items);
  const chosen: number[] = [];
  for (const wanted of [1, 0]) {
    for (let k = 0; k < items && chosen.length < count; k++) {
      const item = (from + k) % items;
      if (mask[item] === wanted) chosen.push(item);
    }
  }
  return chosen;
}

/** A copy of the observation, whose arrays the environment will overwrite. Availability is shared, because it is never modified. */
export function copy(observation: Observation): Observation {
  checkFields(observation);
  const { offset, count, items } = observation.exclusions;
  return {
    ...observation,
    session: observation.session.slice(),
    turn: observation.turn.slice(),
    historyItems: observation.historyItems.slice(),
    historyFeedback: observation.historyFeedback.slice(),
    exclusions: { offset: offset.slice(), count: count.slice(), items: items.slice() },
    ...(observation.userFeatures && { userFeatures: observation.userFeatures.slice() }),
  };
}

/** The items that a session may not be shown, in ascending order. */
export function excludedItems({ exclusions }: Observation, slot: number): number[] {
  return [...excludedIn(exclusions, slot)].sort((a, b) => a - b);
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
