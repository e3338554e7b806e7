import type { Claim, Comparison, Measure, MethodRow, Table } from './results.js';
import { SETTINGS } from './settings.js';
import type { EnvironmentName } from './world.js';

const OURS = 'a-ialp-ap';
/** Language models that mislead. */
const WRONG = ['inverted', 'random'];

/** Checks the claims about the method against the results. Claims whose methods were not run are omitted. */
export function claimsOf(
  tables: readonly Table[],
  comparisons: readonly Comparison[],
  environments: readonly EnvironmentName[],
): Claim[] {
  return environments.flatMap((environment) => {
    const main = tables.find((table) => table.part === 'main' && table.environment === environment);
    if (main === undefined) return [];
    const row = (method: string): MethodRow | undefined => main.methods.find((each) => each.method === method);
    const of = (method: string, measure: Measure): number | undefined => row(method)?.measures[measure]?.estimate;
    const claims: Claim[] = [];
    const add = (claim: string, holds: boolean, figures: string): void => {
      claims.push({ claim: `${environment}: ${claim}`, environment, holds, figures });
    };

    const early = of(OURS, 'early');
    for (const [other, factor] of [
      ['ialp-frozen', 0.95],
      ['a2c-scratch', 1.3],
    ] as const) {
      const theirs = of(other, 'early');
      if (early === undefined || theirs === undefined) continue;
      const figures = `${number(early)} / ${number(theirs)} = ${number(early / theirs)}`;
      add(`early reward at least ${factor} times that of ${other}`, early >= factor * theirs, figures);
    }

    const rivals = ['a2c-scratch', 'ialp-frozen', 'a-ialp-ft'].filter((method) => of(method, 'final') !== undefined);
    const best = rivals.toSorted((a, b) => (of(b, 'final') ?? 0) - (of(a, 'final') ?? 0))[0];
    const against = comparisons.find((each) => each.environment === environment && each.method === best);
    const difference = against?.difference.final;
    if (difference) {
      const figures = `${number(difference.estimate)} against ${best}${range(difference)}`;
      // One seed has no interval.
      const most = difference.upper ?? difference.estimate;
      add('final reward not below the best of scratch, frozen and fine-tuned', most >= 0, figures);
    }

    for (const [measure, words] of [
      ['mean', 'mean reward per session'],
      ['cumulative', 'cumulative reward'],
    ] as const) {
      const ours = of(OURS, measure);
      const others = main.methods.filter(({ method }) => method !== OURS);
      const above = others.toSorted(
        (a, b) => (b.measures[measure]?.estimate ?? 0) - (a.measures[measure]?.estimate ?? 0),
      )[0];
      const theirs = above?.measures[measure]?.estimate;
      if (ours === undefined || theirs === undefined) continue;
      add(
        `${words} above every other method`,
        ours > theirs,
        `${number(ours)}, next ${above.method} ${number(theirs)}`,
      );
      const paired = comparisons.find((each) => each.environment === environment && each.method === 'a2c-scratch');
      const toScratch = paired?.difference[measure];
      if (!toScratch) continue;
      const figures = `${number(toScratch.estimate)}${range(toScratch)}`;
      add(`${words} above scratch, paired by seed`, (toScratch.lower ?? Number.NEGATIVE_INFINITY) > 0, figures);
    }

    const floor = floorClaim(tables, environment);
    if (floor !== undefined) add(...floor);

    for (const variant of WRONG) {
      const wrong = tables.find(
        (table) => table.part === 'language-model' && table.variant === variant && table.environment === environment,
      );
      const final = (method: string): number | undefined =>
        wrong?.methods.find((each) => each.method === method)?.measures.final?.estimate;
      const [ours, tuned, scratch] = [final(OURS), final('a-ialp-ft'), of('a2c-scratch', 'final')];
      if (ours === undefined || scratch === undefined) continue;
      const fineTuned = tuned === undefined ? '' : `; fine-tuning reaches ${number(tuned / scratch)}`;
      const figures = `${number(ours)} / ${number(scratch)} = ${number(ours / scratch)}${fineTuned}`;
      add(
        `with a language model that is ${variant}, final reward at least 0.95 of scratch's`,
        ours >= 0.95 * scratch,
        figures,
      );
    }
    return claims;
  });
}

/** How often the reward floor held, over all language models in the ablation. */
function floorClaim(tables: readonly Table[], environment: EnvironmentName): [string, boolean, string] | undefined {
  const tried = tables.filter((table) => table.part === 'floor' && table.environment === environment);
  const least = 1 - SETTINGS.floor.alpha;
  const heldBy = (method: string): boolean[] =>
    tried.flatMap(({ methods }) => {
      const [frozen, mixture] = ['ialp-frozen', method].map((name) => methods.find((row) => row.method === name));
      return (mixture?.running ?? []).flatMap((means, run) => {
        const reference = frozen?.running?.[run];
        // Runs with the same seed have the same users, so noise in the first sessions affects both.
        return reference ? [means.every((mean, n) => n >= reference.length || mean >= least * reference[n])] : [];
      });
    });
  const [held, without] = [heldBy(`${OURS}, floor`), heldBy(OURS)];
  if (held.length === 0) return undefined;
  const count = (runs: boolean[]): string => `${runs.filter(Boolean).length} of ${runs.length}`;
  return [
    `with the reward floor, running mean reward never below ${least} of the pre-trained policy's in 95 % of the runs`,
    held.filter(Boolean).length >= 0.95 * held.length,
    `${count(held)} runs; without it ${count(without)}`,
  ];
}

function number(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(2);
}

function range({ lower, upper }: { readonly lower: number | null; readonly upper: number | null }): string {
  return lower === null || upper === null ? '' : ` [${number(lower)}, ${number(upper)}]`;
}
