import type { Environment } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { checkHistories } from './histories.js';
import {
  checkRefusesCounts,
  checkRefusesDoubles,
  checkRefusesEarlyStep,
  checkRefusesEnded,
  checkRefusesItems,
  checkRefusesNumbers,
} from './refusals.js';
import { eachStep } from './rollouts.js';
import {
  checkDeterminism,
  checkFreshSessions,
  checkIndependence,
  checkIndependenceOfActions,
  checkPartialReset,
  checkSeedMatters,
  checkSessions,
} from './session-checks.js';
import { checkShapes, checkSpec } from './shapes.js';
import {
  checkActionsUntouched,
  checkChoices,
  checkEnds,
  checkMasks,
  checkRewards,
  checkTurnLimit,
  checkUserFeatures,
} from './step-checks.js';

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
   * @throws {ConformanceError} if the environment breaks the rule, or, `inconclusive`, where the rule could not be tried.
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
    { name: 'what is known of users are finite numbers, always as many', run: () => checkUserFeatures(make(5)) },
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
