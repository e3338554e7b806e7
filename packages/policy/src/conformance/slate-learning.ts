import { exclusionsOf, type Observation, type Trajectories } from '@ialp/core';
import { ConformanceError, checkRefusal, checkRule } from '@ialp/core/testing';
import { TrajectoryRecorder } from '../experience/trajectory-recorder.js';
import type { Learner } from '../learner.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import type { Policy } from '../policy.js';
import { checkSame } from './comparisons.js';
import { type ConformanceOptions, makeRandom, SEED } from './conformance-options.js';
import { syntheticStates } from './synthetic-sessions.js';

/** Sessions in each update, and states in which the policy is asked. */
const ROWS = 32;
/** Updates of a learner. */
const UPDATES = 4;
/** Items that the states allow, at most: the first of the catalogue. */
const ALLOWED = 6;
/** Sizes of the slates. */
const SLATE_SIZES = [2, 3];
/** The number of the update whose states the policy is asked in: none that it learns from. */
const ASKED = -1;

/**
 * Slates are refused, or learned from. Then the feedback reaches the item that was chosen: learners are shown the same slates, and in the
 * experience of each the users choose another item. Items are more probable where users chose them than where they chose others.
 */
export function checkSlateLearning(makeLearner: () => Learner, options: ConformanceOptions): void {
  const { items } = makeLearner().policy;
  const chosen = Array.from({ length: Math.min(ALLOWED, items) }, (_, item) => item);
  const slates = new SyntheticSlates(items, options);
  for (const slateSize of SLATE_SIZES.filter((size) => size < items)) {
    const what = `slates of ${slateSize}`;
    const { choice: _, ...unknown } = slates.experience(0, slateSize, 0);
    learnFrom(makeLearner(), [unknown], `${what} without choices`, slates);
    const tables = chosen.map((item) => {
      const experience = Array.from({ length: UPDATES }, (_, update) => slates.experience(item, slateSize, update));
      return learnFrom(makeLearner(), experience, what, slates);
    });
    // A learner that refuses slates is not asked what it learned.
    if (tables.every((table) => table !== undefined)) checkCredit(tables, what);
  }
}

/** Sessions of one turn with slates of a random policy. */
class SyntheticSlates {
  readonly #items: number;
  readonly #options: ConformanceOptions;
  readonly #states = new Map<number, Observation>();

  constructor(items: number, options: ConformanceOptions) {
    [this.#items, this.#options] = [items, options];
  }

  /** States of new sessions that allow the first items of the catalogue alone. */
  states(update: number): Observation {
    const known = this.#states.get(update);
    if (known !== undefined) return known;
    const others = Array.from({ length: this.#items }, (_, item) => item).slice(ALLOWED);
    const states = {
      ...syntheticStates(ROWS, this.#items, this.#options, SEED + update),
      session: Float64Array.from({ length: ROWS }, (_, row) => (update + 1) * ROWS + row),
      exclusions: exclusionsOf(Array.from({ length: ROWS }, () => others)),
    };
    this.#states.set(update, states);
    return states;
  }

  /** Decisions with slates: users choose one item wherever it is shown, and otherwise none. */
  experience(chosen: number, slateSize: number, update: number): Trajectories {
    const { feedback: [least, greatest] = [0, 1] } = this.#options;
    const states = this.states(update);
    const recorder = new TrajectoryRecorder({ items: this.#items, historyLength: states.historyLength, slateSize });
    const random = makeRandom(this.#options, SEED + update);
    const action = createRandomPolicy(this.#items).distribution(states).sample(random, { count: slateSize });
    const choice = Int32Array.from({ length: ROWS }, (_, row) =>
      action.items.subarray(row * slateSize, (row + 1) * slateSize).indexOf(chosen),
    );
    const reward = Float32Array.from(choice, (position) => (position >= 0 ? greatest : least));
    recorder.recordAction(states, action);
    recorder.recordFeedback(withSlates(states, action.items, choice, reward), {
      ...{ reward, choice },
      terminated: new Uint8Array(ROWS).fill(1),
      truncated: new Uint8Array(ROWS),
    });
    return recorder.take();
  }

  /** `[allowed items, ROWS]`: the probabilities of a policy in states that it does not learn from. */
  probe(policy: Policy): Float32Array {
    const distribution = policy.distribution(this.states(ASKED));
    const rows = Array.from({ length: Math.min(ALLOWED, this.#items) }, (_, item) =>
      Array.from(distribution.propensity(new Int32Array(ROWS).fill(item))),
    );
    return Float32Array.from(rows.flat());
  }
}

/** The states after slates: their items are the newest of the history, with the feedback to the chosen one. */
function withSlates(states: Observation, slates: Int32Array, choice: Int32Array, reward: Float32Array): Observation {
  const { rows, historyLength: length, historyItems, historyFeedback } = states;
  const [items, feedback] = [historyItems.slice(), historyFeedback.slice()];
  const slateSize = slates.length / rows;
  for (let row = 0; row < rows; row++) {
    const slate = Array.from(slates.subarray(row * slateSize, (row + 1) * slateSize));
    const given = slate.map((_, position) => (position === choice[row] ? reward[row] : 0));
    const [start, end] = [row * length, (row + 1) * length];
    items.set([...historyItems.subarray(start, end), ...slate].slice(-length), start);
    feedback.set([...historyFeedback.subarray(start, end), ...given].slice(-length), start);
  }
  return { ...states, historyItems: items, historyFeedback: feedback, turn: states.turn.map((turn) => turn + 1) };
}

/**
 * Learns from slates, or refuses them deliberately and stays unchanged.
 * @returns the probabilities after learning; `undefined` if the experience was refused.
 */
function learnFrom(
  learner: Learner,
  experience: readonly Trajectories[],
  what: string,
  slates: SyntheticSlates,
): Float32Array | undefined {
  for (const trajectories of experience) {
    const before = slates.probe(learner.policy);
    try {
      for (const [name, value] of Object.entries(learner.learn(trajectories))) {
        checkRule(Number.isFinite(value), `report.${name} after ${what}: expected a finite number; found ${value}`);
      }
    } catch (error) {
      if (error instanceof ConformanceError) throw error;
      const rethrow = (): void => {
        throw error;
      };
      checkRefusal(
        rethrow,
        `learn, given ${what}`,
        'refuse slates that it cannot learn from with an error that says so',
      );
      checkSame(slates.probe(learner.policy), before, `probabilities after ${what} were refused`);
      return undefined;
    }
    checkProbabilities(learner.policy, what, slates);
  }
  return slates.probe(learner.policy);
}

/** @throws {ConformanceError} unless a policy still has probabilities. */
function checkProbabilities(policy: Policy, what: string, slates: SyntheticSlates): void {
  let after: Float32Array;
  try {
    after = slates.probe(policy);
  } catch (error) {
    throw new ConformanceError(`the policy after ${what}: expected probabilities; found ${error}`, { cause: error });
  }
  after.forEach((value, place) => {
    checkRule(value >= 0 && value <= 1.0001, `probabilities[${place}] after ${what}: found ${value}`);
  });
}

/** @param tables probabilities of the items after users chose the first, the second, ... */
function checkCredit(tables: readonly Float32Array[], what: string): void {
  // A learner that has not begun to learn, or never does, has nothing to credit.
  if (tables.every((table) => table.every((value, place) => value === tables[0][place]))) return;
  const mean = (table: Float32Array, item: number): number =>
    table.subarray(item * ROWS, (item + 1) * ROWS).reduce((sum, value) => sum + value, 0) / ROWS;
  /** How much more probable each item is where users chose it than, on average, where they chose others. */
  const gains = tables.map((table, item) => {
    const others = tables.filter((other) => other !== table);
    return mean(table, item) - others.reduce((sum, other) => sum + mean(other, item), 0) / others.length;
  });
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  // Feedback that reaches other items makes about as many items more probable as less.
  checkRule(
    sumOf(gains) > sumOf(gains.map(Math.abs)) / 2,
    `${what}: expected items to be more probable where users chose them than where they chose others; found differences of ` +
      `${gains.map((gain) => gain.toFixed(3)).join(', ')}. The feedback is to the item actions[row * slateSize + choice[row]]`,
  );
}
