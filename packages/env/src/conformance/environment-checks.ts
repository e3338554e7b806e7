import {
  createRandom,
  type Environment,
  type EnvironmentSpec,
  type Observation,
  PADDING,
  type StepResult,
} from '@ialp/core';
import { ConformanceError, checkRule, inconclusive } from '@ialp/core/testing';
import { checkHistories } from './histories.js';
import {
  choose,
  copy,
  eachStep,
  endedSlots,
  everySlot,
  longRun,
  maskOf,
  run,
  SEED,
  sessionTraces,
  trace,
} from './play.js';
import {
  checkRefusesCounts,
  checkRefusesDoubles,
  checkRefusesEarlyStep,
  checkRefusesEnded,
  checkRefusesItems,
  checkRefusesNumbers,
} from './refusals.js';
import { checkShapes, checkSpec } from './shapes.js';

/** Makes the environment to check, with as many sessions as asked for; always the same one. */
export type MakeEnvironment = (sessions: number) => Environment;

/** What a test runner tells the tests that it runs, as far as checks use it: Vitest and `node:test` do. */
export interface TestContext {
  /** Reports the test as skipped. */
  skip?(reason: string): void;
}

/** One rule of the interface. */
export interface ConformanceCheck {
  /** The rule in words. */
  readonly name: string;
  /**
   * Tries the rule. A rule that could not be tried, as where no session ends, does not pass: it is reported as skipped where
   * the test runner passes a context that can skip, and else it throws.
   * @throws {ConformanceError} where the environment breaks the rule, or, `inconclusive`, where the rule could not be tried.
   */
  run(context?: TestContext): void;
}

/**
 * The rules of `Environment`, one check each, for any test runner:
 *
 * ```ts
 * for (const check of environmentChecks(makeMine)) test(check.name, check.run);
 * ```
 */
export function environmentChecks(make: MakeEnvironment): ConformanceCheck[] {
  return rules(make).map(({ name, run }) => ({ name, run: (context) => tried(run, context) }));
}

/** What an environment throws at a call that is within the rules is a breach of them too. */
function tried(run: () => void, context?: TestContext): void {
  try {
    run();
    return;
  } catch (error) {
    if (!(error instanceof ConformanceError)) {
      const message = error instanceof Error ? error.message : String(error);
      throw new ConformanceError(`a call within the rules was refused: ${message}`, { cause: error });
    }
    if (!error.inconclusive || typeof context?.skip !== 'function') throw error;
    // Vitest skips by an error of its own.
    context.skip(error.message);
  }
}

function rules(make: MakeEnvironment): { readonly name: string; run(): void }[] {
  return [
    { name: 'its spec is complete and possible', run: () => checkSpec(make(3)) },
    { name: 'it runs as many sessions as asked for', run: () => checkSessions(make) },
    { name: 'observations have the shapes that the spec says', run: () => eachStep(make(5), checkShapes) },
    { name: 'a new session has an empty history and turn 0', run: () => checkFreshSessions(make(5)) },
    { name: 'histories grow by what was shown, newest last', run: () => checkHistories(make(5)) },
    { name: 'masks are 0 or 1, allow something, and forbid repeats', run: () => checkMasks(make(5)) },
    { name: 'rewards are finite and within the range', run: () => eachStep(make(5), checkRewards) },
    {
      name: 'a choice is a place in the slate or none, and none earns nothing',
      run: () => eachStep(make(5), checkChoices),
    },
    { name: 'what is known of people are finite numbers, always as many', run: () => checkUserFeatures(make(5)) },
    { name: 'a step leaves the actions as they are', run: () => checkActionsUntouched(make(5)) },
    { name: 'terminated and truncated are 0 or 1 and never both', run: () => eachStep(make(5), checkEnds) },
    {
      name: 'no session outlives the turn limit, and the limit truncates',
      run: () => checkTurnLimit(make(5)),
    },
    { name: 'one seed gives one trace', run: () => checkDeterminism(make) },
    { name: 'another seed gives another trace', run: () => checkSeedMatters(make) },
    { name: 'a session does not depend on those beside it', run: () => checkIndependence(make) },
    { name: 'a session does not depend on what others are shown', run: () => checkIndependenceOfActions(make) },
    { name: 'resetting one session leaves the others alone', run: () => checkPartialReset(make(5)) },
    { name: 'it refuses a step before the first reset', run: () => checkRefusesEarlyStep(make(2)) },
    { name: 'it refuses to step a session that ended', run: () => checkRefusesEnded(make(2)) },
    { name: 'it refuses items out of range or masked, and stays as it was', run: () => checkRefusesItems(make) },
    { name: 'it refuses items that are no integers, and stays as it was', run: () => checkRefusesNumbers(make) },
    { name: 'it refuses another number of actions, and stays as it was', run: () => checkRefusesCounts(make) },
    { name: 'where it shows slates, it refuses an item twice in one', run: () => checkRefusesDoubles(make(2)) },
  ];
}

/**
 * Runs every check of `environmentChecks`.
 * @throws {ConformanceError} at the first rule that is broken, or that could not be tried (`inconclusive`).
 */
export function checkEnvironment(make: MakeEnvironment): void {
  for (const check of environmentChecks(make)) check.run();
}

function checkSessions(make: MakeEnvironment): void {
  for (const sessions of [1, 2, 7]) {
    const env = make(sessions);
    checkRule(
      env.spec.sessions === sessions,
      `spec.sessions: expected ${sessions}, as asked; found ${env.spec.sessions}`,
    );
    run(env, () => {});
  }
}

function checkFreshSessions(env: Environment): void {
  checkFresh(env.spec, env.reset({ seed: SEED }), everySlot(env));
  eachStep(env, (_env, step) => {
    const ended = endedSlots(step);
    if (ended.length > 0) checkFresh(env.spec, env.reset({ resetMask: maskOf(env, ended) }), ended);
  });
  // Sessions that go on as well: some environments end none for long.
  checkFresh(env.spec, env.reset(), everySlot(env));
}

function checkFresh(spec: EnvironmentSpec, observation: Observation, slots: number[]): void {
  const { historyLength } = spec;
  for (const slot of slots) {
    checkRule(observation.turn[slot] === 0, `turn[${slot}] after a reset: expected 0; found ${observation.turn[slot]}`);
    for (let place = slot * historyLength; place < (slot + 1) * historyLength; place++) {
      const [item, feedback] = [observation.historyItems[place], observation.historyFeedback[place]];
      checkRule(item === PADDING, `historyItems[${place}] after a reset: expected ${PADDING}; found ${item}`);
      checkRule(feedback === 0, `historyFeedback[${place}] after a reset: expected 0; found ${feedback}`);
    }
  }
}

function checkMasks(env: Environment): void {
  const { sessions, items, repeats, slateSize } = env.spec;
  const shown = Array.from({ length: sessions }, () => new Set<number>());
  run(env, (actions, step, before) => {
    for (let slot = 0; slot < sessions; slot++) {
      if (before.turn[slot] === 0) shown[slot].clear();
      for (const item of actions.subarray(slot * slateSize, (slot + 1) * slateSize)) shown[slot].add(item);
      const mask = step.observation.mask.subarray(slot * items, (slot + 1) * items);
      checkRule(
        mask.every((value) => value === 0 || value === 1),
        `mask of session ${slot}: expected 0 and 1 alone`,
      );
      if (!repeats) {
        for (const item of shown[slot]) {
          checkRule(
            mask[item] === 0,
            `mask of session ${slot}: item ${item} was shown and may not be shown again; found it allowed`,
          );
        }
      }
      const ended = step.terminated[slot] === 1 || step.truncated[slot] === 1;
      const left = mask.reduce((sum, value) => sum + value, 0);
      checkRule(
        ended || left >= slateSize,
        `mask of session ${slot}: the session goes on, but ${left} items are allowed; expected ${slateSize}`,
      );
    }
  });
}

function checkRewards(env: Environment, { reward }: StepResult): void {
  const [least, greatest] = env.spec.rewardRange;
  // Rewards are in single precision, in which 0.3 is above 0.3.
  const [from, to] = [Math.fround(least), Math.fround(greatest)];
  reward.forEach((value, slot) => {
    checkRule(
      Number.isFinite(value) && value >= from && value <= to,
      `reward[${slot}]: expected a number from ${least} to ${greatest}; found ${value}`,
    );
  });
}

function checkChoices({ spec }: Environment, { choice, reward }: StepResult): void {
  checkRule(
    choice !== undefined || spec.slateSize === 1,
    `choice: expected the position chosen from each slate of ${spec.slateSize}; found none`,
  );
  choice?.forEach((position, slot) => {
    checkRule(
      position >= -1 && position < spec.slateSize,
      `choice[${slot}]: expected -1 to ${spec.slateSize - 1}; found ${position}`,
    );
    checkRule(
      position >= 0 || reward[slot] === 0,
      `reward[${slot}]: expected 0, as nothing was chosen; found ${reward[slot]}`,
    );
  });
}

function checkUserFeatures(env: Environment): void {
  const width = env.reset({ seed: SEED }).userFeatures?.length;
  eachStep(env, (_env, { observation: { userFeatures } }) => {
    checkRule(
      userFeatures?.length === width,
      `userFeatures: expected ${width ?? 'no'} numbers, as at first; found ${userFeatures?.length ?? 'none'}`,
    );
    userFeatures?.forEach((value, place) => {
      checkRule(Number.isFinite(value), `userFeatures[${place}]: expected a finite number; found ${value}`);
    });
  });
}

function checkActionsUntouched(env: Environment): void {
  const observation = env.reset({ seed: SEED });
  const actions = choose(
    env,
    observation,
    everySlot(env).map((slot) => createRandom(slot)),
  );
  const before = actions.slice();
  env.step(actions);
  checkRule(
    actions.every((item, place) => item === before[place]),
    'step changed the actions that it was given',
  );
}

function checkEnds(_env: Environment, { terminated, truncated }: StepResult): void {
  for (let slot = 0; slot < terminated.length; slot++) {
    const [left, cut] = [terminated[slot], truncated[slot]];
    checkRule(left <= 1 && cut <= 1, `terminated[${slot}], truncated[${slot}]: expected 0 or 1; found ${left}, ${cut}`);
    checkRule(
      left + cut < 2,
      `session ${slot} is terminated and truncated at once; a person who leaves is not cut off`,
    );
  }
}

function checkTurnLimit(env: Environment): void {
  const { maxTurns } = env.spec;
  const steps = longRun(env);
  let ends = 0;
  eachStep(
    env,
    (_env, step) => {
      const { observation, terminated, truncated } = step;
      ends += endedSlots(step).length;
      for (let slot = 0; slot < terminated.length; slot++) {
        const turn = observation.turn[slot];
        checkRule(turn <= maxTurns, `turn[${slot}]: expected at most the turn limit, ${maxTurns}; found ${turn}`);
        checkRule(
          turn < maxTurns || terminated[slot] === 1 || truncated[slot] === 1,
          `session ${slot} is at the turn limit, ${maxTurns}, but goes on; expected it to be truncated`,
        );
      }
    },
    { steps, until: () => maxTurns === Number.POSITIVE_INFINITY },
  );
  if (ends > 0 || maxTurns === Number.POSITIVE_INFINITY) return;
  throw inconclusive(
    `no session came to the turn limit, ${maxTurns}, in ${steps} steps. Check with a lower turn limit`,
  );
}

function checkDeterminism(make: MakeEnvironment): void {
  const env = make(4);
  const first = trace(env, SEED);
  checkRule(first === trace(env, SEED), 'the same environment, reset with the same seed, gave another trace');
  checkRule(first === trace(make(4), SEED), 'a second environment, reset with the same seed, gave another trace');
}

function checkSeedMatters(make: MakeEnvironment): void {
  const traces = new Set([1, 2, 3, 4, 5].map((seed) => trace(make(4), seed)));
  checkRule(traces.size > 1, 'five seeds gave one trace; expected the sessions to depend on the seed');
}

function checkIndependence(make: MakeEnvironment): void {
  const alone = sessionTraces(make(1))[0];
  const among = sessionTraces(make(6))[0];
  checkRule(
    alone === among,
    'session 0 went otherwise with five sessions beside it; expected each to have random numbers of its own',
  );
}

function checkIndependenceOfActions(make: MakeEnvironment): void {
  const [calm, wild] = [SEED, SEED + 1].map((neighbours) => sessionTraces(make(4), SEED, neighbours)[0]);
  checkRule(calm === wild, 'session 0 went otherwise when other items were shown to the sessions beside it');
}

function checkPartialReset(env: Environment): void {
  const { sessions, historyLength, items } = env.spec;
  const random = createRandom(SEED);
  const observation = env.reset({ seed: SEED });
  const step = env.step(
    choose(
      env,
      observation,
      everySlot(env).map(() => random),
    ),
  );
  const before = copy(step.observation);
  const after = env.reset({ resetMask: maskOf(env, [0]) });
  for (let slot = 1; slot < sessions; slot++) {
    checkRule(after.turn[slot] === before.turn[slot], `resetting session 0 changed turn[${slot}]`);
    for (const [name, width] of [
      ['historyItems', historyLength],
      ['historyFeedback', historyLength],
      ['mask', items],
    ] as const) {
      for (let place = slot * width; place < (slot + 1) * width; place++) {
        checkRule(
          after[name][place] === before[name][place],
          `resetting session 0 changed ${name}[${place}] of session ${slot}`,
        );
      }
    }
  }
}
