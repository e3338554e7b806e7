import { pairedDifference } from '@ialp/metrics';
import { METHOD_NAMES, type MethodName } from './methods.js';
import type { MethodResults, Results } from './results.js';

type Measure = 'earlyReward' | 'finalReward' | 'cumulativeReward';

/**
 * The findings of the table in one or two sentences. They are derived from the figures and also say if A-iALP_ap is not
 * the best method.
 */
export function findingsOf(methods: Results['methods']): string[] {
  const mean = (name: MethodName, measure: Measure): number | undefined => methods[name]?.[measure]?.mean;
  const early = mean('a-ialp-ap', 'earlyReward');
  const final = mean('a-ialp-ap', 'finalReward');
  const sentences: string[] = [];

  const scratchEarly = mean('a2c-scratch', 'earlyReward');
  if (early !== undefined && scratchEarly !== undefined && scratchEarly > 0) {
    sentences.push(
      `Early on, A-iALP_ap earns ${early.toFixed(2)} per session, ${(early / scratchEarly).toFixed(2)} times the reward of ` +
        `an actor-critic trained from scratch (${scratchEarly.toFixed(2)}).`,
    );
  }
  const rivals = METHOD_NAMES.filter((name) => name !== 'a-ialp-ap' && mean(name, 'finalReward') !== undefined);
  if (final !== undefined && rivals.length > 0) {
    const best = rivals.reduce((a, b) => (mean(b, 'finalReward')! > mean(a, 'finalReward')! ? b : a));
    const bestFinal = mean(best, 'finalReward')!;
    const caveat = caveatOf(methods['a-ialp-ap']!, methods[best]!);
    const relation = final >= bestFinal ? 'ahead of' : 'behind';
    sentences.push(
      `At the end it earns ${final.toFixed(2)}, ${relation} the best other method, ${best} (${bestFinal.toFixed(2)})` +
        `${caveat}.`,
    );
  }
  if (sentences.length === 0) {
    const ranked = METHOD_NAMES.filter((name) => mean(name, 'cumulativeReward') !== undefined).sort(
      (a, b) => mean(b, 'cumulativeReward')! - mean(a, 'cumulativeReward')!,
    );
    const total = mean(ranked[0], 'cumulativeReward');
    if (total !== undefined) sentences.push(`${ranked[0]} has the highest cumulative reward: ${total.toFixed(0)}.`);
  }
  return sentences;
}

/** Why the difference of two final rewards is not significant, or an empty string if it is. */
function caveatOf(a: MethodResults, b: MethodResults): string {
  const pairs = a.seeds.flatMap(({ finalReward: first }, k) => {
    const second = b.seeds[k].finalReward;
    return first === null || second === null ? [] : [[first, second]];
  });
  if (pairs.length < 2) return '; one seed gives no confidence interval';
  const { mean, lower, upper } = pairedDifference(
    pairs.map(([first]) => first),
    pairs.map(([, second]) => second),
  );
  if (lower === null || upper === null) {
    return `; the difference is ${mean.toFixed(2)} for every seed, which gives no confidence interval`;
  }
  if (lower > 0 || upper < 0) return '';
  const interval = `${lower.toFixed(2)} to ${upper.toFixed(2)}`;
  return `; the difference is not significant (95 % interval of the paired difference: ${interval})`;
}
