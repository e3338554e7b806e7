import { aggregateCurves, confidenceInterval } from '@ialp/metrics';
import { METHODS, type MethodName } from './methods.js';
import type { Interval, MethodResults } from './results.js';
import type { SeedResult } from './worker.js';

/** Aggregates the seeds of one method. */
export function aggregate(method: MethodName, seeds: readonly SeedResult[]): MethodResults {
  return {
    description: METHODS[method],
    seeds: [...seeds].map((seed) => ({
      ...seed,
      curve: { interactions: [...seed.curve.interactions], reward: [...seed.curve.reward] },
    })),
    earlyReward: interval(seeds.map((seed) => seed.earlyReward)),
    finalReward: interval(seeds.map((seed) => seed.finalReward)),
    cumulativeReward: interval(seeds.map((seed) => seed.cumulativeReward)),
    meanLength: interval(seeds.map((seed) => seed.meanLength)),
    curve: aggregateCurves(seeds.map((seed) => seed.curve)),
  };
}

function interval(values: readonly (number | null)[]): Interval {
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return null;
  const { mean, lower, upper } = confidenceInterval(present);
  return { mean, lower, upper };
}
