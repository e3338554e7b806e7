/** The jobs of the worker threads: one pre-training or one deployment per call. Input and output are plain data. */

import { createRandom } from '@ialp/env';
import type { ItemEmbeddings } from '@ialp/llm-user';
import {
  cumulativeReward,
  type Episodes,
  earlyReward,
  episodesOf,
  finalReward,
  meanLength,
  meanRewardOfSessions,
  rewardCurve,
} from '@ialp/metrics';
import { type KernelsBuild, runOnline } from '@ialp/policy';
import type { ItemFeatures } from '@ialp/policy/bandits';
import { gatherExperience } from './logged-experience.js';
import type { MethodDefinition, MethodInput, Parameters } from './method.js';
import { METHODS } from './methods.js';
import { freshNetwork, type TextOf } from './networks.js';
import { type Pretrained, type PretrainingSpec, pretrain as pretrainOn } from './pretraining.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';
import { textFeatures } from './text-features.js';
import { type Audience, buildWorld, type EnvironmentName, type World } from './world.js';

/** The world of a job. */
interface Job {
  readonly environment: EnvironmentName;
  /** Folder of all data sets. */
  readonly data: string;
}

/** One pre-training. */
export interface PretrainJob extends Job {
  readonly space: ItemEmbeddings;
  readonly spec: PretrainingSpec;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  readonly seed: number;
}

/** One deployment. */
export interface DeployJob extends Job {
  readonly space: ItemEmbeddings;
  readonly method: string;
  /** A module that defines the method, if it is not built in. */
  readonly module?: string;
  readonly parameters: Parameters;
  readonly encoder: PretrainingSpec['encoder'];
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  readonly textWidth: number;
  readonly audience: Audience;
  readonly seed: number;
  readonly interactions: number;
  readonly pretrained?: MethodInput['pretrained'];
}

/** Results of one deployment. */
export interface Run {
  /** Duration on its thread. */
  readonly seconds: number;
  readonly early: number | null;
  readonly final: number | null;
  /** Mean reward per session, over the whole deployment. */
  readonly mean: number | null;
  /** Sum of all rewards within the interactions. */
  readonly cumulative: number;
  readonly length: number | null;
  /** Lowest running mean reward per session, after the first sessions; null if there are no more. */
  readonly lowest: number | null;
  /** Mean reward of the first `n` sessions, for increasing `n`. */
  readonly running: readonly number[];
  /** Mean reward of the sessions that started in each window of equal size. */
  readonly curve: readonly (number | null)[];
  /** Mean share of the pre-trained policy in each window, for mixtures. */
  readonly weight?: readonly (number | null)[];
}

const worlds = new Map<string, Promise<World>>();

/** The world of a job; each thread builds a world once. */
function worldOf({ environment, data }: Job): Promise<World> {
  const world = worlds.get(environment) ?? buildWorld(environment, data);
  worlds.set(environment, world);
  return world;
}

const texts = new Map<string, ItemFeatures>();

/** Item features from texts; each thread computes them once. */
function textOf({ environment, space }: PretrainJob | DeployJob): TextOf {
  return (width) => {
    if (width === 0) return undefined;
    const key = `${environment} ${width}`;
    const text = texts.get(key) ?? textFeatures(space, width);
    texts.set(key, text);
    return text;
  };
}

/** Returns the facts and the items of an environment. */
export async function prepare(job: Job): Promise<Pick<World, 'catalogue' | 'facts'>> {
  const { catalogue, facts } = await worldOf(job);
  return { catalogue, facts };
}

/** Pre-trains the iALP policy. */
export async function pretrain(job: PretrainJob): Promise<Pretrained> {
  return pretrainOn(await worldOf(job), textOf(job), job);
}

/** Deploys one method and measures it. */
export async function deploy(job: DeployJob): Promise<Run> {
  const { catalogue, createEnvironment } = await worldOf(job);
  const started = performance.now();
  const { space, seed, interactions, parameters, encoder, kernels, textWidth, pretrained } = job;
  const definition = await definitionOf(job);
  const input: MethodInput = {
    ...{ catalogue, space, seed, interactions, parameters, encoder, kernels, textWidth, textOf: textOf(job) },
    log: () => {
      const network = freshNetwork({ items: space.items, seed, encoder, kernels, text: textOf(job)(textWidth) });
      return gatherExperience(createEnvironment('known'), network, seed);
    },
    ...(pretrained && { pretrained }),
  };
  const { learner, weight } = definition.create(input);
  const points = SETTINGS.curvePoints;
  const shares = Array.from({ length: points }, () => ({ sum: 0, count: 0 }));
  const log = runOnline({
    environment: createEnvironment(job.audience),
    learner,
    interactions,
    seed,
    random: createRandom(seed).fork(STREAM.actions),
    onUpdate(done) {
      if (weight === undefined) return;
      const window = shares[Math.min(points - 1, Math.floor(((done - 1) / interactions) * points))];
      window.sum += weight();
      window.count++;
    },
  });
  const episodes = episodesOf(log);
  return {
    seconds: (performance.now() - started) / 1000,
    early: earlyReward(episodes, { interactions, share: SETTINGS.early }),
    final: finalReward(episodes, { interactions, share: SETTINGS.final }),
    mean: meanRewardOfSessions(episodes, 0, interactions),
    cumulative: cumulativeReward(log, { interactions }),
    length: meanLength(episodes, { interactions }),
    lowest: lowestMean(episodes, SETTINGS.floor.firstSessions),
    running: runningMeans(episodes, SETTINGS.floor.firstSessions),
    curve: rewardCurve(episodes, { interactions, points }).reward,
    ...(weight && { weight: shares.map(({ sum, count }) => (count === 0 ? null : sum / count)) }),
  };
}

/** Lowest mean reward of the first `n` sessions, over all `n` from `first` on. */
function lowestMean({ reward }: Episodes, first: number): number | null {
  let [sum, lowest] = [0, Number.POSITIVE_INFINITY];
  for (const [place, each] of reward.entries()) {
    sum += each;
    if (place + 1 >= first) lowest = Math.min(lowest, sum / (place + 1));
  }
  return Number.isFinite(lowest) ? lowest : null;
}

/** Mean reward of the first `n` sessions, with `n` from `first` on in steps of 10 %. */
function runningMeans({ reward }: Episodes, first: number): number[] {
  const means: number[] = [];
  let [sum, next] = [0, first];
  for (const [place, each] of reward.entries()) {
    sum += each;
    if (place + 1 < next) continue;
    means.push(sum / next);
    next = Math.ceil(next * 1.1);
  }
  return means;
}

/** A built-in method, or the one that your module exports as `method`. */
async function definitionOf({ method, module }: DeployJob): Promise<MethodDefinition> {
  if (module === undefined) return METHODS[method];
  return (await import(module)).method as MethodDefinition;
}
