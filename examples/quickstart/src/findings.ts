import { pairedDifference } from '@ialp/metrics';
import { METHOD_NAMES, type MethodName } from './methods.js';
import type { MethodResults, Results } from './results.js';

type Measure = 'earlyReward' | 'finalReward' | 'cumulativeReward';

/**
 * What the table shows, in one or two sentences. They are built from the figures: where A-iALP_ap is not the better
 * one, they say so.
 */
export function findingsOf(methods: Results['methods']): string[] {
  const mean = (name: MethodName, measure: Measure): number | undefined => methods[name]?.[measure]?.mean;
  const early = mean('a-ialp-ap', 'earlyReward');
  const final = mean('a-ialp-ap', 'finalReward');
  const sentences: string[] = [];

  const scratchEarly = mean('a2c-scratch', 'earlyReward');
  if (early !== undefined && scratchEarly !== undefined && scratchEarly > 0) {
    sentences.push(
      `In its first days A-iALP_ap earns ${early.toFixed(2)} a session, ${(early / scratchEarly).toFixed(2)} times what ` +
        `an actor-critic from scratch earns (${scratchEarly.toFixed(2)}).`,
    );
  }
  const rivals = METHOD_NAMES.filter((name) => name !== 'a-ialp-ap' && mean(name, 'finalReward') !== undefined);
  if (final !== undefined && rivals.length > 0) {
    const best = rivals.reduce((a, b) => (mean(b, 'finalReward')! > mean(a, 'finalReward')! ? b : a));
    const bestFinal = mean(best, 'finalReward')!;
    const doubt = doubtBetween(methods['a-ialp-ap']!, methods[best]!);
    const relation = final >= bestFinal ? 'ahead of' : 'behind';
    sentences.push(
      `At the end it earns ${final.toFixed(2)}, ${relation} the best of the others, ${best} (${bestFinal.toFixed(2)})` +
        `${doubt}.`,
    );
  }
  if (sentences.length === 0) {
    const ranked = METHOD_NAMES.filter((name) => mean(name, 'cumulativeReward') !== undefined).sort(
      (a, b) => mean(b, 'cumulativeReward')! - mean(a, 'cumulativeReward')!,
    );
    const total = mean(ranked[0], 'cumulativeReward');
    if (total !== undefined) sentences.push(`${ranked[0]} earns most over the whole run: ${total.toFixed(0)}.`);
  }
  return sentences;
}

/** Why the difference of two final rewards may be chance, or nothing where it is more than that. */
function doubtBetween(a: MethodResults, b: MethodResults): string {
  const pairs = a.seeds.flatMap(({ finalReward: first }, k) => {
    const second = b.seeds[k].finalReward;
    return first === null || second === null ? [] : [[first, second]];
  });
  if (pairs.length < 2) return '; one seed says nothing of chance';
  const { mean, lower, upper } = pairedDifference(
    pairs.map(([first]) => first),
    pairs.map(([, second]) => second),
  );
  if (lower === null || upper === null) {
    return `; the difference is ${mean.toFixed(2)} in every seed, which says nothing of chance`;
  }
  if (lower > 0 || upper < 0) return '';
  const interval = `${lower.toFixed(2)} to ${upper.toFixed(2)}`;
  return `; that difference may be chance (its 95 % interval, seed by seed, is ${interval})`;
}
