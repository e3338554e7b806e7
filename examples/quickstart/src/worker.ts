/** The jobs of the worker threads: one training or one deployment per call. Input and output are plain data. */

import type { MessagePort } from 'node:worker_threads';
import { createPatienceRule, createRandom, createSimulator } from '@ialp/env';
import {
  createPreferenceResponses,
  fitRewardModel,
  type ItemEmbeddings,
  type Preference,
  type UserState,
} from '@ialp/llm-user';
import { cumulativeReward, earlyReward, episodesOf, finalReward, meanLength, rewardCurve } from '@ialp/metrics';
import { createA2C, type KernelsBuild, runOnline, type Weights } from '@ialp/policy';
import { createMethod, freshNetwork, type MethodName } from './methods.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';
import { buildWorld, type World, type WorldSpec } from './world.js';

/** What every job needs. */
interface Job {
  readonly world: WorldSpec;
  readonly seed: number;
  readonly interactions: number;
  /** Build of the networks' kernels. */
  readonly kernels: KernelsBuild;
  /** Receives the number of interactions since the last message. */
  readonly progress: MessagePort;
}

/** Input of a pre-training on the answers of a language model. */
export interface PretrainJob extends Job {
  readonly space: ItemEmbeddings;
  readonly preferences: readonly Preference[];
  readonly users: readonly UserState[];
}

/** Input of a deployment of one method. */
export interface DeployJob extends Job {
  readonly method: MethodName;
  /** Weights of the pre-trained policy, for methods that use it. */
  readonly weights?: Weights;
}

/** Results of one deployment; the measures of `@ialp/metrics`. */
export interface SeedResult {
  readonly seed: number;
  readonly earlyReward: number | null;
  readonly finalReward: number | null;
  readonly cumulativeReward: number;
  readonly meanLength: number | null;
  readonly curve: { readonly interactions: readonly number[]; readonly reward: readonly (number | null)[] };
}

let current: { readonly key: string; readonly world: Promise<World> } | undefined;

/** The world of a job; each thread builds it once. */
function worldOf(spec: WorldSpec): Promise<World> {
  const key = JSON.stringify(spec);
  if (current?.key !== key) current = { key, world: buildWorld(spec) };
  return current.world;
}

/** Reports the number of interactions since the last report. */
function reporter(progress: MessagePort): (interactions: number) => void {
  let last = 0;
  return (interactions) => {
    progress.postMessage(interactions - last);
    last = interactions;
  };
}

/** Pre-trains the iALP policy and returns its weights. */
export async function pretrain({
  space,
  preferences,
  users,
  seed,
  interactions,
  kernels,
  progress,
}: PretrainJob): Promise<Weights> {
  const random = createRandom(seed);
  const rewardModel = fitRewardModel({ preferences, embeddings: space, random: random.fork(STREAM.rewardModel) });
  const network = freshNetwork({ items: space.items, seed, kernels, stream: STREAM.pretraining });
  const { sessions, historyLength, maxTurns, learner, pretrainingEntropy } = SETTINGS;
  const report = reporter(progress);
  runOnline({
    environment: createSimulator({
      name: 'language-model users',
      responses: createPreferenceResponses({ rewardModel, users: users }),
      terminationRules: [createPatienceRule({ misses: SETTINGS.patience })],
      ...{ sessions, historyLength, maxTurns },
    }),
    learner: createA2C({ network, ...learner, entropyWeight: pretrainingEntropy }),
    interactions,
    seed,
    random: random.fork(STREAM.pretraining),
    finishSessions: false,
    onUpdate: report,
  });
  report(interactions);
  progress.close();
  return network.weights();
}

/** Deploys one method and measures it. */
export async function deploy({
  world: spec,
  method,
  seed,
  interactions,
  kernels,
  weights,
  progress,
}: DeployJob): Promise<SeedResult> {
  const { catalogue, createEnvironment } = await worldOf(spec);
  const report = reporter(progress);
  const log = runOnline({
    environment: createEnvironment(),
    learner: createMethod(method, {
      catalogue,
      seed,
      interactions,
      kernels,
      ...(weights === undefined ? {} : { weights }),
    }),
    interactions,
    seed,
    random: createRandom(seed).fork(STREAM.actions),
    onUpdate: report,
  });
  report(interactions);
  progress.close();
  const episodes = episodesOf(log);
  return {
    seed,
    earlyReward: earlyReward(episodes, { interactions, share: SETTINGS.early }),
    finalReward: finalReward(episodes, { interactions, share: SETTINGS.final }),
    cumulativeReward: cumulativeReward(log, { interactions }),
    meanLength: meanLength(episodes, { interactions }),
    curve: rewardCurve(episodes, { interactions, points: SETTINGS.curvePoints }),
  };
}
