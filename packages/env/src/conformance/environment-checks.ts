import { described, type Environment, InvalidOptionError } from '@ialp/core';
import { type ConformanceCheck, ConformanceError, ofVersion2, versionCheck } from '@ialp/core/testing';
import { checkAvailability, checkExclusions } from './allowances.js';
import {
  checkContinues,
  checkCopies,
  checkMembers,
  checkRefusesEarlyCheckpoint,
  checkRefusesOthers,
} from './checkpoints.js';
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
import { checkSessionKeys } from './session-keys.js';
import { checkShapes, checkSpec } from './shapes.js';
import {
  checkActionsUntouched,
  checkChoices,
  checkEnds,
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
  const version = versionCheck('environment', () => make(2));
  return [version, ...rules(ofVersion2(make))].map(({ name, run }) => ({
    name,
    run: (context) => runRule(run, context),
  }));
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
    { name: 'observations have the shapes of the spec', run: () => checkShapes(make(5)) },
    { name: 'a new session has an empty history and turn 0', run: () => checkFreshSessions(make(5)) },
    { name: 'histories grow by the items shown, newest last', run: () => checkHistories(make(5)) },
    {
      name: 'session keys are integers, stable until a reset, and never used again',
      run: () => checkSessionKeys(make(5)),
    },
    { name: 'availability is 0 or 1, and changes with a new array', run: () => checkAvailability(make(5)) },
    {
      name: 'exclusions are distinct items, forbid repeats, and leave enough items',
      run: () => checkExclusions(make(5)),
    },
    { name: 'rewards are finite and within the range', run: () => eachStep(make(5), checkRewards) },
    {
      name: 'a choice is a position in the slate or none, and none has reward 0',
      run: () => eachStep(make(5), checkChoices),
    },
    {
      name: 'user features are finite numbers, as many as the spec says',
      run: () => eachStep(make(5), checkUserFeatures),
    },
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
    {
      name: 'it refuses items out of range, excluded or unavailable, and does not change',
      run: () => checkRefusesItems(make),
    },
    { name: 'it refuses items that are not integers, and does not change', run: () => checkRefusesNumbers(make) },
    { name: 'it refuses a wrong number of actions, and does not change', run: () => checkRefusesCounts(make) },
    { name: 'it refuses an item twice in a slate', run: () => checkRefusesDoubles(make(2)) },
    { name: 'checkpoint and restore come together', run: () => checkMembers(make(2)) },
    { name: 'it refuses a checkpoint before the first reset', run: () => checkRefusesEarlyCheckpoint(make(2)) },
    { name: 'a checkpoint is plain data, and a copy', run: () => checkCopies(make) },
    { name: 'from a checkpoint it continues bit for bit', run: () => checkContinues(make) },
    { name: 'it refuses a checkpoint of something else, and does not change', run: () => checkRefusesOthers(make) },
  ];
}

/**
 * Runs every check of `environmentChecks`.
 * @throws {ConformanceError} for the first rule that is broken, or could not be tested (`inconclusive`).
 */
export function checkEnvironment(make: MakeEnvironment): void {
  for (const check of environmentChecks(make)) check.run();
}
