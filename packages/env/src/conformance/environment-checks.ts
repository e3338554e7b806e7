import { described, type Environment, InvalidOptionError } from '@ialp/core';
import { type ConformanceCheck, ConformanceError } from '@ialp/core/testing';
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

/** Creates the environment to check with a number of sessions; otherwise always the same. */
export type MakeEnvironment = (sessions: number) => Environment;

/** The part of a test runner's context that checks use; Vitest and `node:test` have it. */
export interface TestContext {
  /** Reports the test as skipped. */
  skip?(reason: string): void;
}

/** A rule of `Environment`. */
export interface EnvironmentCheck extends ConformanceCheck {
  /**
   * Tests the rule. A rule that could not be tested, for example because no session ended, does not pass: it is reported as skipped if
   * the test runner passes a context that can skip; otherwise it throws.
   * @throws {ConformanceError} if the environment breaks the rule; `inconclusive` if the rule could not be tested.
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
export function environmentChecks(make: MakeEnvironment): EnvironmentCheck[] {
  checkMake(make);
  return rules(make).map(({ name, run }) => ({ name, run: (context) => runRule(run, context) }));
}

/** @throws {InvalidOptionError} unless a function was passed. */
function checkMake(make: unknown): void {
  if (typeof make === 'function') return;
  const isEnvironment = typeof make === 'object' && make !== null && 'spec' in make && 'step' in make;
  const expected = 'a function of the number of sessions, such as (sessions) => createMine(sessions)';
  throw new InvalidOptionError('make', isEnvironment ? described('an environment') : make, expected);
}

/** Runs a rule. An error at a valid call breaks the rule too. */
function runRule(run: () => void, context?: TestContext): void {
  try {
    run();
    return;
  } catch (error) {
    if (!(error instanceof ConformanceError)) {
      const message = error instanceof Error ? error.message : String(error);
      throw new ConformanceError(`a valid call was refused: ${message}`, { cause: error });
    }
    if (!error.inconclusive || typeof context?.skip !== 'function') throw error;
    // Vitest's `skip` throws.
    context.skip(error.message);
  }
}

function rules(make: MakeEnvironment): { readonly name: string; run(): void }[] {
  return [
    { name: 'the spec is complete and valid', run: () => checkSpec(make(3)) },
    { name: 'it has the requested number of sessions', run: () => checkSessions(make) },
    { name: 'observations have the shapes of the spec', run: () => eachStep(make(5), checkShapes) },
    { name: 'a new session has an empty history and turn 0', run: () => checkFreshSessions(make(5)) },
    { name: 'histories grow by the items shown, newest last', run: () => checkHistories(make(5)) },
    { name: 'masks are 0 or 1, allow enough items, and forbid repeats', run: () => checkMasks(make(5)) },
    { name: 'rewards are finite and within the range', run: () => eachStep(make(5), checkRewards) },
    {
      name: 'a choice is a position in the slate or none, and none has reward 0',
      run: () => eachStep(make(5), checkChoices),
    },
    { name: 'user features are finite numbers of constant width', run: () => checkUserFeatures(make(5)) },
    { name: 'a step does not change the actions', run: () => checkActionsUntouched(make(5)) },
    { name: 'terminated and truncated are 0 or 1 and never both', run: () => eachStep(make(5), checkEnds) },
    {
      name: 'no session exceeds the turn limit, which truncates',
      run: () => checkTurnLimit(make(5)),
    },
    { name: 'the same seed gives the same trace', run: () => checkDeterminism(make) },
    { name: 'another seed gives another trace', run: () => checkSeedMatters(make) },
    { name: 'a session does not depend on other sessions', run: () => checkIndependence(make) },
    {
      name: 'a session does not depend on the items shown in other sessions',
      run: () => checkIndependenceOfActions(make),
    },
    { name: 'resetting one session does not change the others', run: () => checkPartialReset(make(5)) },
    { name: 'it refuses a step before the first reset', run: () => checkRefusesEarlyStep(make(2)) },
    { name: 'it refuses a step of a session that ended', run: () => checkRefusesEnded(make(2)) },
    { name: 'it refuses items out of range or masked, and does not change', run: () => checkRefusesItems(make) },
    { name: 'it refuses items that are not integers, and does not change', run: () => checkRefusesNumbers(make) },
    { name: 'it refuses a wrong number of actions, and does not change', run: () => checkRefusesCounts(make) },
    { name: 'it refuses an item twice in a slate', run: () => checkRefusesDoubles(make(2)) },
  ];
}

/**
 * Runs every check of `environmentChecks`.
 * @throws {ConformanceError} for the first rule that is broken, or could not be tested (`inconclusive`).
 */
export function checkEnvironment(make: MakeEnvironment): void {
  for (const check of environmentChecks(make)) check.run();
}
