import { checkInteger } from '@ialp/core';
import { requireFunction, requireList, requireOptions, requireRandom } from '../check-inputs.js';
import type { PersonState } from '../preference-source.js';
import { type Budget, requireBudget } from './budget.js';
import {
  type Distillation,
  type DistillOptions,
  distill,
  type FailedQuestion,
  type Preference,
} from './collect-preferences.js';
import { type CandidateShare, requireShares } from './questions.js';
import type { DistillProgress, DistillSummary } from './run-account.js';

/** Options of `distillInRounds`. */
export interface RoundsOptions extends Omit<DistillOptions, 'states' | 'onProgress'> {
  /** Who is asked about; each round takes an equal part, in order. */
  readonly states: readonly PersonState[];
  /** How many rounds. At least 1. Default 2. */
  readonly rounds?: number;
  /**
   * Learns from all answers so far, after each round but the last, and gives the candidates that are put to the model beside
   * `candidates` in the next: what the improved policy would show.
   */
  readonly improve: (
    preferences: readonly Preference[],
    round: number,
  ) => readonly CandidateShare[] | Promise<readonly CandidateShare[]>;
  /** Called after each question; `done` and `total` count over all rounds. */
  readonly onProgress?: (progress: DistillProgress) => void;
}

/** What the rounds brought together. */
export interface RoundsDistillation extends Omit<Distillation, 'summary'> {
  /** One a round. */
  readonly summaries: readonly DistillSummary[];
}

/**
 * Distils, learns, and distils again where the improved policy goes (iALP, Wang et al. 2025, after whom candidates come from
 * the policy as well as from popularity and chance). One budget holds for all rounds; where it is used up, or nothing was
 * answered, it stops.
 * @throws {InvalidOptionError}; and what `distill` and `improve` throw.
 */
export async function distillInRounds(options: RoundsOptions): Promise<RoundsDistillation> {
  requireOptions(options, '{ states, candidates, source, random, improve }');
  const { states, rounds = 2, improve, candidates, budget = {}, random, onProgress, ...rest } = options;
  // Checked before the first round is paid for.
  requireList('states', states, 'a list of states');
  requireShares(candidates);
  requireFunction('improve', improve, 'a function that gives the candidates of the next round');
  // No more rounds than states.
  checkInteger('rounds', rounds, 1, states.length);
  requireBudget(budget, rest.price);
  requireRandom(random);
  const preferences: Preference[] = [];
  const failures: FailedQuestion[] = [];
  const summaries: DistillSummary[] = [];
  let added: readonly CandidateShare[] = [];
  for (let round = 0; round < rounds; round++) {
    const [start, end] = [round, round + 1].map((part) => Math.floor((states.length * part) / rounds));
    const found = await distill({
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
    requireList(`improve(preferences, ${round})`, added, 'a list of candidates, [] for none');
    if (added.length > 0) requireShares(added, `improve(preferences, ${round})`);
  }
  return { preferences, failures, summaries };
}

/** What earlier rounds have left of a budget. */
function remaining(budget: Budget, spent: readonly DistillSummary[]): Budget {
  const sum = (of: (summary: DistillSummary) => number): number => spent.reduce((total, each) => total + of(each), 0);
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
