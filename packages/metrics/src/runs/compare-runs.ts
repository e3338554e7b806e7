import { checkObject, InvalidOptionError } from '@ialp/core';
import { type ConfidenceInterval, confidenceInterval, pairedDifference } from '../intervals/aggregate.js';
import { type BootstrapInterval, type BootstrapOptions, stratifiedBootstrap } from './bootstrap.js';
import { holmAdjusted } from './multiple-comparisons.js';
import { pairedTTest } from './paired-tests.js';
import { interquartileMean, probabilityOfImprovement } from './point-estimates.js';
import { checkRuns, type RunNames, type RunResult } from './run-result.js';
import { normalizedScores, scoresOf, valuesBySeed } from './run-scores.js';
import type { RunScores, UniformRandom } from './scores.js';

/** Options of `compareRuns`. */
export interface CompareRunsOptions {
  /** Name of the measure to compare. */
  readonly measure: string;
  /** Method to compare all others with. Default: compare every pair. */
  readonly reference?: string;
  /** Confidence of the intervals, between 0 and 1. Default 0.95. */
  readonly confidence?: number;
  /** Number of bootstrap resamples. Default 2,000. */
  readonly resamples?: number;
  /** Random generator of the bootstrap. */
  readonly random: UniformRandom;
}

/** Summary of one method over all environments. */
export interface MethodSummary {
  readonly method: string;
  /** For each environment the mean over seeds with its t interval; null if there is no value. */
  readonly means: readonly (ConfidenceInterval | null)[];
  /**
   * Interquartile mean over all environments with a stratified bootstrap interval. Scores are normalised: 0 is the mean
   * of the worst method of an environment, 1 that of the best. Null if an environment has fewer than two runs, or there
   * is only one environment or method.
   */
  readonly interquartileMean: BootstrapInterval | null;
}

/** Comparison of two methods on their common seeds. */
export interface RunPair {
  readonly environment: string;
  readonly first: string;
  readonly second: string;
  /** First minus second, paired by seed. */
  readonly difference: ConfidenceInterval;
  /** p-value of the paired t-test. */
  readonly pValue: number;
  /** Corrected for all pairs of all environments (Holm 1979). */
  readonly adjustedPValue: number;
  /** Probability that a run of the first method scores higher than one of the second, over all their runs. */
  readonly probabilityOfImprovement: BootstrapInterval;
}

/** Comparison of the methods by one measure. */
export interface RunComparison {
  readonly measure: string;
  readonly environments: readonly string[];
  readonly methods: readonly MethodSummary[];
  /** Pairs of methods; those with fewer than two common seeds are omitted. */
  readonly pairs: readonly RunPair[];
}

/**
 * Compares methods over seeds and environments: means with intervals, interquartile means over environments, and paired
 * differences with p-values corrected for the number of pairs.
 * @throws {InvalidOptionError} if a run is invalid, or no run has the measure or the reference.
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
  const summaries = methodSummaries(runs, measure, { methods, environments }, bootstrap);
  const couples =
    reference === undefined
      ? methods.flatMap((first, k) => methods.slice(k + 1).map((second) => [first, second] as const))
      : methods.filter((method) => method !== reference).map((method) => [method, reference] as const);
  const pairs = environments.flatMap((environment) =>
    couples.flatMap(([first, second]) => comparePair(runs, measure, environment, [first, second], bootstrap) ?? []),
  );
  const adjusted = holmAdjusted(pairs.map(({ pValue }) => pValue));
  return {
    measure,
    environments,
    methods: summaries,
    pairs: pairs.map((pair, k) => ({ ...pair, adjustedPValue: adjusted[k] })),
  };
}

type Bootstrap = Required<BootstrapOptions>;

function methodSummaries(
  runs: readonly RunResult[],
  measure: string,
  { methods, environments }: Pick<RunNames, 'methods' | 'environments'>,
  bootstrap: Bootstrap,
): MethodSummary[] {
  const { confidence } = bootstrap;
  const normalized = environments.length > 1 && methods.length > 1 ? normalizedScores(runs, measure) : undefined;
  return methods.map((method): MethodSummary => {
    const scores = scoresOf(runs, measure, method);
    const own = normalized?.get(method);
    const complete = own?.every((values) => values.length > 1) ? own : undefined;
    return {
      method,
      means: scores.map((values) => (values.length === 0 ? null : confidenceInterval(values, { confidence }))),
      interquartileMean: complete === undefined ? null : stratifiedBootstrap([complete], interquartileMean, bootstrap),
    };
  });
}

/** Compares two methods in an environment; undefined with fewer than two common seeds. */
function comparePair(
  runs: readonly RunResult[],
  measure: string,
  environment: string,
  [first, second]: readonly [string, string],
  bootstrap: Bootstrap,
): Omit<RunPair, 'adjustedPValue'> | undefined {
  const [a, b] = [first, second].map((method) => valuesBySeed(runs, measure, method, environment));
  const seeds = [...a.keys()].filter((seed) => b.has(seed));
  if (seeds.length < 2) return undefined;
  const [paired, others] = [a, b].map((values) => seeds.map((seed) => values.get(seed) as number));
  const all: [RunScores, RunScores] = [[[...a.values()]], [[...b.values()]]];
  return {
    environment,
    first,
    second,
    difference: pairedDifference(paired, others, { confidence: bootstrap.confidence }),
    pValue: pairedTTest(paired, others).pValue,
    probabilityOfImprovement: stratifiedBootstrap(all, probabilityOfImprovement, bootstrap),
  };
}
