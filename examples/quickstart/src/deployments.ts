import type { Progress } from '@ialp/command';
import type { Weights } from '@ialp/policy';
import { aggregate } from './aggregate.js';
import type { Distilled } from './distillation.js';
import { isPretrained, type MethodName } from './methods.js';
import type { Options } from './options.js';
import type { Results } from './results.js';
import { SETTINGS } from './settings.js';
import type { Threads } from './threads.js';
import type { SeedResult } from './worker.js';
import type { WorldSpec } from './world.js';

/** Options of `deployAll`. */
export interface DeployAllOptions {
  readonly spec: WorldSpec;
  readonly options: Options;
  /** There where a method needs the pre-trained policy. */
  readonly distilled: Distilled | undefined;
  readonly threads: Threads;
  readonly progress: Progress;
}

/** The seeds of a run: as many as asked for, from the first one on. */
export function seedsOf({ seed, seeds }: Pick<Options, 'seed' | 'seeds'>): number[] {
  return Array.from({ length: seeds }, (_, k) => seed + k);
}

/** Interactions are whole steps of all sessions. */
export function wholeSteps(interactions: number): number {
  return Math.ceil(interactions / SETTINGS.sessions) * SETTINGS.sessions;
}

/** Pre-trains once for each seed, then deploys every method on every seed, as many at once as there are threads. */
export async function deployAll(input: DeployAllOptions): Promise<Results['methods']> {
  const { options, distilled } = input;
  const seeds = seedsOf(options);
  const weights = distilled === undefined ? [] : await pretrainAll(seeds, distilled, input);
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

async function pretrainAll(seeds: number[], distilled: Distilled, input: DeployAllOptions): Promise<Weights[]> {
  const { space, preferences, people } = distilled;
  const interactions = wholeSteps(input.options.pretraining);
  const bar = input.progress.begin(`Pre-training x ${seeds.length}`, interactions * seeds.length, 'interactions');
  const weights = await Promise.all(
    seeds.map((seed) =>
      input.threads.pretrain({ world: input.spec, space, preferences, people, seed, interactions }, bar.add),
    ),
  );
  bar.end();
  return weights;
}
