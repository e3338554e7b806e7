import type { Progress } from '@ialp/command';
import type { Weights } from '@ialp/policy';
import { aggregate } from './aggregate.js';
import { isPretrained, type MethodName } from './methods.js';
import type { Options } from './options.js';
import type { CollectedPreferences } from './preferences.js';
import type { Results } from './results.js';
import { SETTINGS } from './settings.js';
import type { Threads } from './threads.js';
import type { SeedResult } from './worker.js';
import type { WorldSpec } from './world.js';

/** Options of `deployAll`. */
export interface DeployAllOptions {
  readonly spec: WorldSpec;
  readonly options: Options;
  /** Absent if no method needs the pre-trained policy. */
  readonly collected: CollectedPreferences | undefined;
  readonly threads: Threads;
  readonly progress: Progress;
}

/** The consecutive seeds of a run. */
export function seedsOf({ seed, seeds }: Pick<Options, 'seed' | 'seeds'>): number[] {
  return Array.from({ length: seeds }, (_, k) => seed + k);
}

/** Rounds up to whole steps of all sessions. */
export function wholeSteps(interactions: number): number {
  return Math.ceil(interactions / SETTINGS.sessions) * SETTINGS.sessions;
}

/** Pre-trains once per seed, then deploys every method on every seed, in parallel on all threads. */
export async function deployAll(input: DeployAllOptions): Promise<Results['methods']> {
  const { options, collected } = input;
  const seeds = seedsOf(options);
  const weights = collected === undefined ? [] : await pretrainAll(seeds, collected, input);
  const interactions = wholeSteps(options.interactions);
  const bar = input.progress.begin(
    `Deploying ${options.methods.length} methods x ${seeds.length}`,
    interactions * seeds.length * options.methods.length,
    'interactions',
  );
  const results = await Promise.all(
    options.methods.map(async (method): Promise<[MethodName, readonly SeedResult[]]> => {
      const runs = seeds.map((seed, k) => {
        const job = { world: input.spec, method, seed, interactions };
        return input.threads.deploy(isPretrained(method) ? { ...job, weights: weights[k] } : job, bar.add);
      });
      return [method, await Promise.all(runs)];
    }),
  );
  bar.end();
  return Object.fromEntries(results.map(([method, runs]) => [method, aggregate(method, runs)]));
}

async function pretrainAll(
  seeds: number[],
  collected: CollectedPreferences,
  input: DeployAllOptions,
): Promise<Weights[]> {
  const { space, preferences, users } = collected;
  const interactions = wholeSteps(input.options.pretraining);
  const bar = input.progress.begin(`Pre-training x ${seeds.length}`, interactions * seeds.length, 'interactions');
  const weights = await Promise.all(
    seeds.map((seed) =>
      input.threads.pretrain({ world: input.spec, space, preferences, users, seed, interactions }, bar.add),
    ),
  );
  bar.end();
  return weights;
}
