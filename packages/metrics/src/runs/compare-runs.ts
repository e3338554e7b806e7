import { checkObject, InvalidOptionError } from '@ialp/core';
import { type ConfidenceInterval, confidenceInterval, pairedDifference } from '../intervals/aggregate.js';
import { type BootstrapInterval, stratifiedBootstrap } from './bootstrap.js';
import { holmAdjusted } from './multiple-comparisons.js';
import { pairedTTest } from './paired-tests.js';
import { interquartileMean, probabilityOfImprovement } from './point-estimates.js';
import { checkRuns, type RunResult } from './run-result.js';
import { normalisedScores, scoresOf, valuesBySeed } from './run-scores.js';
import type { RunScores, UniformRandom } from './scores.js';

/** Options of `compareRuns`. */
export interface CompareRunsOptions {
  /** Which of the runs' measures. */
  readonly measure: string;
  /** Compare all methods with this one. Default: every pair. */
  readonly reference?: string;
  /** Between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Of the bootstrap. Default 2,000. */
  readonly resamples?: number;
  readonly random: UniformRandom;
}

/** One method in all environments. */
export interface MethodSummary {
  readonly method: string;
  /** For each environment the mean over seeds with Student's interval; null where there is no value. */
  readonly means: readonly (ConfidenceInterval | null)[];
  /**
   * Over all environments, of scores that are 0 for the mean of the worst method and 1 for that of the best, with a stratified bootstrap; null
   * where an environment has fewer than two runs, and where there is one environment or one method alone.
   */
  readonly interquartileMean: BootstrapInterval | null;
}

/** Two methods on the seeds that both have. */
export interface RunPair {
  readonly environment: string;
  readonly first: string;
  readonly second: string;
  /** Of the first less the second. */
  readonly difference: ConfidenceInterval;
  /** Of the paired t-test; corrected for all pairs of all environments (Holm 1979). */
  readonly pValue: number;
  readonly adjustedPValue: number;
  /** The chance that a run of the first is above one of the second, over all their runs. */
  readonly probabilityOfImprovement: BootstrapInterval;
}

/** What runs say of a measure. */
export interface RunComparison {
  readonly measure: string;
  readonly environments: readonly string[];
  readonly methods: readonly MethodSummary[];
  /** Pairs with fewer than two seeds in common are left out. */
  readonly pairs: readonly RunPair[];
}

/**
 * Compares methods over seeds and environments: means with intervals, interquartile means over environments, and differences on the same seeds
 * with p-values that are corrected for the number of pairs.
 * @throws {InvalidOptionError} for runs that cannot be compared, a measure or a reference that no run has.
 */
export function compareRuns(runs: readonly RunResult[], options: CompareRunsOptions): RunComparison {
  checkObject('options', options, 'an object with measure and random');
  const { measure, reference, confidence = 0.95, resamples = 2000, random } = options;
  const { methods, environments, measures } = checkRuns(runs);
  if (!measures.includes(measure)) throw new InvalidOptionError('measure', measure, `one of ${measures.join(', ')}`);
  if (reference !== undefined && !methods.includes(reference)) {
    throw new InvalidOptionError('reference', reference, `one of ${methods.join(', ')}`);
  }
  const bootstrap = { confidence, resamples, random };
  const normalised = environments.length > 1 && methods.length > 1 ? normalisedScores(runs, measure) : undefined;
  const summaries = methods.map((method): MethodSummary => {
    const scores = scoresOf(runs, measure, method);
    const own = normalised?.get(method);
    const whole = own?.every((values) => values.length > 1) ? own : undefined;
    return {
      method,
      means: scores.map((values) => (values.length === 0 ? null : confidenceInterval(values, { confidence }))),
      interquartileMean: whole === undefined ? null : stratifiedBootstrap([whole], interquartileMean, bootstrap),
    };
  });
  const couples =
    reference === undefined
      ? methods.flatMap((first, k) => methods.slice(k + 1).map((second) => [first, second] as const))
      : methods.filter((method) => method !== reference).map((method) => [method, reference] as const);
  const pairs = environments.flatMap((environment) =>
    couples.flatMap(([first, second]): Omit<RunPair, 'adjustedPValue'>[] => {
      const [a, b] = [first, second].map((method) => valuesBySeed(runs, measure, method, environment));
      const seeds = [...a.keys()].filter((seed) => b.has(seed));
      if (seeds.length < 2) return [];
      const [ours, theirs] = [a, b].map((values) => seeds.map((seed) => values.get(seed) as number));
      const all: [RunScores, RunScores] = [[[...a.values()]], [[...b.values()]]];
      return [
        {
          environment,
          first,
          second,
          difference: pairedDifference(ours, theirs, { confidence }),
          pValue: pairedTTest(ours, theirs).pValue,
          probabilityOfImprovement: stratifiedBootstrap(all, probabilityOfImprovement, bootstrap),
        },
      ];
    }),
  );
  const adjusted = holmAdjusted(pairs.map(({ pValue }) => pValue));
  return {
    measure,
    environments,
    methods: summaries,
    pairs: pairs.map((pair, k) => ({ ...pair, adjustedPValue: adjusted[k] })),
  };
}
