import { createRandom, type Environment, type Observation, type StepResult } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import { choose, copy, endedSlots, everySlot, excludedItems, maskOf, SEED } from './rollouts.js';

/** Where a run of an environment is. */
export interface Situation {
  readonly observation: Observation;
  /** Slots whose sessions ended at the last step and have not been reset. */
  readonly ended: readonly number[];
}

/** What happened at one step, copied. */
type Moment = Readonly<Record<string, ArrayLike<number>>>;

/** The situation after a reset of all sessions. */
export function begin(env: Environment, seed = SEED): Situation {
  return { observation: env.reset({ seed }), ended: [] };
}

/**
 * Runs a random policy over the allowed items, with new generators. The sessions that ended at the last step are not reset yet.
 * @param until ends the run early; called with the sessions that ended at each step.
 */
export function advance(
  env: Environment,
  from: Situation,
  { steps, until = () => false }: { readonly steps: number; readonly until?: (ended: readonly number[]) => boolean },
  look: (before: Observation, step: StepResult) => void = () => {},
): Situation {
  const choosers = everySlot(env).map((slot) => createRandom(SEED).fork(slot));
  let { observation, ended } = from;
  for (let count = 0; count < steps; count++) {
    if (ended.length > 0) observation = env.reset({ resetMask: maskOf(env, ended) });
    const before = copy(observation);
    const step = env.step(choose(env, observation, choosers));
    look(before, step);
    ended = endedSlots(step);
    observation = step.observation;
    if (until(ended)) break;
  }
  return { observation: copy(observation), ended };
}

/** What happens in some steps of the random policy. */
export function courseOf(env: Environment, from: Situation, steps: number): Moment[] {
  const moments: Moment[] = [];
  advance(env, from, { steps }, (before, { observation, reward, terminated, truncated, choice }) => {
    moments.push(momentOf(before), {
      reward: reward.slice(),
      terminated: terminated.slice(),
      truncated: truncated.slice(),
      ...(choice && { choice: choice.slice() }),
      ...momentOf(observation),
    });
  });
  return moments;
}

/** The content of an observation, copied. */
export function momentOf(observation: Observation): Moment {
  const { session, turn, historyItems, historyFeedback, available, exclusions, userFeatures } = observation;
  const lists = Array.from(exclusions.count, (_, slot) => excludedItems(observation, slot));
  return {
    session: session.slice(),
    turn: turn.slice(),
    historyItems: historyItems.slice(),
    historyFeedback: historyFeedback.slice(),
    available: available.slice(),
    'exclusions.count': exclusions.count.slice(),
    'exclusions, in order': lists.flat(),
    ...(userFeatures && { userFeatures: userFeatures.slice() }),
  };
}

/** Checks that two moments are the same. @param when for the message, such as `after restore`. */
export function checkSameMoment(found: Moment, expected: Moment, when: string): void {
  for (const [name, values] of Object.entries(expected)) {
    const other = found[name] ?? [];
    const place = Array.from(values).findIndex((value, k) => !Object.is(value, other[k]));
    checkRule(place === -1, `${name}[${place}] ${when}: expected ${values[place]}; found ${other[place]}`);
    checkRule(
      values.length === other.length,
      `${name} ${when}: expected ${values.length} numbers; found ${other.length}`,
    );
  }
}

/** Checks that two courses are the same. */
export function checkSameCourse(found: readonly Moment[], expected: readonly Moment[], when: string): void {
  for (const [k, moment] of expected.entries()) {
    checkSameMoment(found[k], moment, `${k % 2 === 0 ? 'before' : 'after'} step ${k >> 1} ${when}`);
  }
}
