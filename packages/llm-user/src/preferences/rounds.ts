import { checkInteger } from '@ialp/core';
import { checkFunction, checkList, checkOptions, checkRandom } from '../check-inputs.js';
import type { UserState } from '../preference-source.js';
import { type Budget, checkBudget } from './budget.js';
import {
  COLLECT_OPTIONS,
  type CollectOptions,
  collectPreferences,
  type FailedQuestion,
  type Preference,
  type PreferenceCollection,
} from './collect-preferences.js';
import type { CollectionProgress, CollectionSummary } from './progress-tracker.js';
import { type CandidateGroup, checkCandidates } from './questions.js';

/** Options of `collectPreferencesInRounds`. */
export interface CollectInRoundsOptions extends Omit<CollectOptions, 'states' | 'onProgress'> {
  /** Users to ask about; each round takes an equal part, in order. */
  readonly states: readonly UserState[];
  /** Number of rounds. At least 1. Default 2. */
  readonly rounds?: number;
  /**
   * Called after each round but the last with all preferences so far. Returns further candidates for the next round, in addition to
   * `candidates`: usually what the improved policy would show.
   */
  readonly improve: (
    preferences: readonly Preference[],
    round: number,
  ) => readonly CandidateGroup[] | Promise<readonly CandidateGroup[]>;
  /** Called after each question; `done` and `total` count over all rounds. */
  readonly onProgress?: (progress: CollectionProgress) => void;
}

/** The preferences of all rounds. */
export interface CollectionInRounds extends Omit<PreferenceCollection, 'summary'> {
  /** One per round. */
  readonly summaries: readonly CollectionSummary[];
}

/**
 * Collects preferences, improves the policy, and collects again from what the improved policy shows: in iALP (Wang et al. 2025) candidates
 * come from the policy as well as from popularity and chance. One budget covers all rounds. Stops early when it is used up, or if no
 * question was answered.
 * @throws {InvalidOptionError}; and what `collectPreferences` and `improve` throw.
 */
export async function collectPreferencesInRounds(options: CollectInRoundsOptions): Promise<CollectionInRounds> {
  checkOptions(options, '{ states, candidates, source, random, improve }', [...COLLECT_OPTIONS, 'rounds', 'improve']);
  const { states, rounds = 2, improve, candidates, budget = {}, random, onProgress, ...rest } = options;
  // Checked before the first round costs anything.
  checkList('states', states, 'a list of states');
  checkCandidates(candidates);
  checkFunction('improve', improve, 'a function that gives the candidates of the next round');
  // No more rounds than states.
  checkInteger('rounds', rounds, 1, states.length);
  checkBudget(budget, rest.price);
  checkRandom(random);
  const preferences: Preference[] = [];
  const failures: FailedQuestion[] = [];
  const summaries: CollectionSummary[] = [];
  let added: readonly CandidateGroup[] = [];
  for (let round = 0; round < rounds; round++) {
    const [start, end] = [round, round + 1].map((part) => Math.floor((states.length * part) / rounds));
    const found = await collectPreferences({
      ...rest,
      states: states.slice(start, end),
      candidates: [...candidates, ...added],
      budget: remaining(budget, summaries),
      random: random.fork(round + 1),
      ...(onProgress && {
        onProgress: (progress) => onProgress({ ...progress, done: start + progress.done, total: states.length }),
      }),
    });
    preferences.push(...found.preferences);
    failures.push(...found.failures);
    summaries.push(found.summary);
    if (found.summary.stopped !== undefined || preferences.length === 0 || round === rounds - 1) break;
    added = await improve(preferences, round);
    checkList(`improve(preferences, ${round})`, added, 'a list of candidates, [] for none');
    if (added.length > 0) checkCandidates(added, `improve(preferences, ${round})`);
  }
  return { preferences, failures, summaries };
}

/** The budget that earlier rounds have left. */
function remaining(budget: Budget, spent: readonly CollectionSummary[]): Budget {
  const sum = (of: (summary: CollectionSummary) => number): number =>
    spent.reduce((total, each) => total + of(each), 0);
  const { calls, tokens, cost } = budget;
  const left = (limit: number, used: number): number => Math.max(0, limit - used);
  return {
    ...(calls !== undefined && {
      calls: left(
        calls,
        sum((each) => each.calls),
      ),
    }),
    ...(tokens !== undefined && {
      tokens: left(
        tokens,
        sum(({ usage }) => usage.input + usage.output),
      ),
    }),
    ...(cost !== undefined && {
      cost: left(
        cost,
        sum((each) => each.cost),
      ),
    }),
  };
}
