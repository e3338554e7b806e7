import { METHOD_NAMES, type MethodName } from './methods.js';
import type { Interval, Results } from './results.js';

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
    const doubt = doubtBetween(methods['a-ialp-ap']!.finalReward, methods[best]!.finalReward);
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

/** Why a difference may be chance, or nothing where the intervals have no point in common. */
function doubtBetween(a: Interval, b: Interval): string {
  if (a?.lower == null || a.upper == null || b?.lower == null || b.upper == null) {
    return '; one seed says nothing of chance';
  }
  if (a.lower > b.upper || b.lower > a.upper) return '';
  return '; the 95 % intervals overlap, so this run does not tell the two apart';
}
