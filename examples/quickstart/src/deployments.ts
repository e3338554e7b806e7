import type { Progress, ProgressBar } from '@ialp/command';
import type { KernelsBuild, Weights } from '@ialp/policy';
import { aggregate } from './aggregate.js';
import { isPretrained, type MethodName } from './methods.js';
import type { Options } from './options.js';
import type { CollectedPreferences } from './preferences.js';
import type { Results } from './results.js';
import { SETTINGS } from './settings.js';
import type { Threads } from './threads.js';
import type { SeedResult } from './worker.js';
import type { WorldSpec } from './world.js';

/** Options of `startDeployments`. */
export interface DeploymentOptions {
  readonly spec: WorldSpec;
  readonly options: Options;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  readonly threads: Threads;
  readonly progress: Progress;
}

/** Deployments of which some have begun. */
export interface Deployments {
  /**
   * Pre-trains once per seed, deploys what needs it, and waits for everything.
   * @param collected absent if no method needs the pre-trained policy.
   */
  finish(collected: CollectedPreferences | undefined): Promise<Results['methods']>;
}

/** The consecutive seeds of a run. */
export function seedsOf({ seed, seeds }: Pick<Options, 'seed' | 'seeds'>): number[] {
  return Array.from({ length: seeds }, (_, k) => seed + k);
}

/** Rounds up to whole steps of all sessions. */
export function wholeSteps(interactions: number): number {
  return Math.ceil(interactions / SETTINGS.sessions) * SETTINGS.sessions;
}

/**
 * Deploys every method on every seed, on all threads. Methods that need no pre-training begin at once: the language model is asked meanwhile, and
 * leaves the threads idle.
 */
export function startDeployments({ spec, options, kernels, threads, progress }: DeploymentOptions): Deployments {
  const seeds = seedsOf(options);
  const interactions = wholeSteps(options.interactions);
  let bar: ProgressBar | undefined;
  let before = 0;
  const count = (more: number): void => {
    if (bar === undefined) before += more;
    else bar.add(more);
  };
  const deploy = (method: MethodName, seed: number, weights?: Weights): Promise<SeedResult> =>
    threads.deploy({ world: spec, method, seed, interactions, kernels, ...(weights && { weights }) }, count);
  // The longest ones first, so that no thread is idle at the end.
  const untrained = options.methods.filter((method) => !isPretrained(method)).reverse();
  const runs = new Map(untrained.map((method) => [method, seeds.map((seed) => deploy(method, seed))]));
  // Until `finish` waits for it, a failure has nobody to report to.
  for (const run of [...runs.values()].flat()) run.catch(() => {});

  return {
    async finish(collected) {
      const pretraining = collected === undefined ? 0 : wholeSteps(options.pretraining);
      const deployed = interactions * options.methods.length;
      bar = progress.begin(
        `Deploying ${options.methods.length} methods x ${seeds.length}${collected ? ', pre-training included' : ''}`,
        (pretraining + deployed) * seeds.length,
        'interactions',
      );
      bar.add(before);
      if (collected !== undefined) {
        const { space, preferences, users } = collected;
        const weights = seeds.map((seed) =>
          threads.pretrain({ world: spec, space, preferences, users, seed, interactions: pretraining, kernels }, count),
        );
        for (const method of options.methods.filter(isPretrained).reverse())
          runs.set(
            method,
            seeds.map(async (seed, k) => deploy(method, seed, await weights[k])),
          );
      }
      const results = await Promise.all(
        options.methods.map(async (method) => [method, await Promise.all(runs.get(method) ?? [])] as const),
      );
      bar.end();
      return Object.fromEntries(results.map(([method, run]) => [method, aggregate(method, run)]));
    },
  };
}
