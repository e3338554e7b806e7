import { type Progress, UsageError } from '@ialp/command';
import { openEncoder } from '@ialp/command/embeddings';
import { createRandom, type Exclusions, exclusionsOf, type Observation } from '@ialp/env';
import {
  type CandidateSampler,
  createPopularitySampler,
  createRandomSampler,
  embedCatalogue,
  fitRewardModel,
  type ItemEmbeddings,
  type Preference,
  type UserState,
} from '@ialp/llm-user';
import { checkAnswers, collectPreferencesInRounds } from '@ialp/llm-user/preferences';
import type { RewardModelQuality } from '@ialp/llm-user/reward-model';
import { createNetworkPolicy, type KernelsBuild, type Weights } from '@ialp/policy';
import type { LanguageModelUser } from './language-model.js';
import { freshNetwork } from './methods.js';
import type { Options } from './options.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';
import type { Threads } from './threads.js';
import type { World, WorldSpec } from './world.js';

/** Of the policy that asks: the questions, of which there are recordings, must not depend on `--kernels`. */
const KERNELS: KernelsBuild = 'portable';

/** The answers of the language model, and the reward model fitted to them. */
export interface CollectedPreferences {
  /** Name of the model. */
  readonly model: string;
  readonly space: ItemEmbeddings;
  readonly users: readonly UserState[];
  readonly preferences: readonly Preference[];
  readonly promptVersion: string;
  /** Number of questions without a usable answer. */
  readonly failures: number;
  /** Quality of the reward model on held-out answers; null if there were too few. */
  readonly rewardModel: RewardModelQuality | null;
}

/** Options of `collectFromLanguageModel`. */
export interface CollectOptions {
  readonly world: World;
  readonly spec: WorldSpec;
  readonly languageModel: LanguageModelUser;
  /** Options from the flags. */
  readonly options: Pick<Options, 'concurrency' | 'timeout' | 'pretraining' | 'embeddings' | 'llm'>;
  readonly threads: Threads;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Asks the language model in two rounds. The first asks about popular and random items. A short training on its answers
 * gives a policy, and the second round also asks about items that this policy would show.
 * @throws {UsageError} if a recording belongs to other questions.
 * @throws {CollectionError} if there are too few answers.
 */
export async function collectFromLanguageModel(options: CollectOptions): Promise<CollectedPreferences> {
  const { world, spec, languageModel, threads, progress, signal } = options;
  const { concurrency, timeout, pretraining, embeddings, llm } = options.options;
  const { catalogue } = world;
  const random = createRandom(spec.seed).fork(STREAM.questions);

  const reading = progress.begin('Reading the catalogue', catalogue.items.length, 'texts');
  const encoder = await openEncoder(embeddings, progress.say);
  const space = await embedCatalogue(catalogue, encoder, { signal, onProgress: reading.set });
  reading.end();

  const users = world.seedStates();
  const { asked, store } = languageModel;
  const source = languageModel.sourceFor(catalogue, space);
  const asking = progress.begin('Asking the language model', asked.states, 'questions');
  const { preferences, failures, summaries } = await collectPreferencesInRounds({
    states: users.slice(0, asked.states),
    candidates: [
      { sampler: createPopularitySampler(catalogue), count: asked.candidates },
      { sampler: createRandomSampler(catalogue.items.length), count: asked.candidates },
    ],
    async improve(found) {
      const interactions = Math.min(SETTINGS.firstTraining, pretraining);
      const job = { world: spec, space, preferences: found, users, seed: spec.seed, interactions, kernels: KERNELS };
      const weights = await threads.pretrain(job, () => {});
      return [{ sampler: policyCandidates(space.items, spec.seed, weights), count: asked.candidates }];
    },
    source,
    ...(store && { store }),
    concurrency,
    retries: { timeoutMs: 1000 * timeout },
    onRetry: sayAtIntervals(progress),
    random,
    signal,
    onProgress: ({ done }) => asking.set(done),
  });
  asking.end();
  const unrecorded = failures.find(({ error }) => error.kind === 'not recorded');
  if (unrecorded !== undefined) throw new UsageError(otherRecording(llm), { cause: unrecorded.error });
  // A policy trained on a few of the answers would misrepresent the method.
  checkAnswers(summaries);

  const { heldOut } = fitRewardModel({
    preferences,
    embeddings: space,
    random: createRandom(spec.seed).fork(STREAM.rewardModel),
  });
  return {
    model: source.model,
    space,
    users,
    preferences,
    promptVersion: source.promptVersion,
    failures: failures.length,
    rewardModel: heldOut,
  };
}

/** The message for a recording of other questions; these options determine the questions. */
function otherRecording(llm: string): string {
  return (
    `--llm ${llm}: the recording belongs to other options and lacks some of the replies. The questions depend on --data, --seed, ` +
    `--questions and, below ${SETTINGS.firstTraining}, --pretraining; the recording of this repository is for the films with the ` +
    'defaults of these flags (see docs/recorded-replies.md). Use the options of the recording, or record again.'
  );
}

/** Minimum time between two lines about retries. */
const RETRY_LINE_INTERVAL_MS = 30_000;

function sayAtIntervals(progress: Progress): (error: Error, delayMs: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ message }, delayMs) => {
    if (performance.now() - last < RETRY_LINE_INTERVAL_MS) return;
    last = performance.now();
    progress.say(`${message} (retry in ${(delayMs / 1000).toFixed(1)} s)`);
  };
}

/** Samples candidates from a policy in training. */
function policyCandidates(items: number, seed: number, weights: Weights): CandidateSampler {
  const network = freshNetwork({ items, seed, kernels: KERNELS, stream: STREAM.pretraining });
  network.setWeights(weights);
  const policy = createNetworkPolicy(network);
  return (state, count, random) => {
    const seen = [...new Set(state.items)];
    const left = Math.min(count, items - seen.length);
    if (left === 0) return [];
    const observation = observationOf(state, items, exclusionsOf([seen]));
    return Array.from(policy.distribution(observation).sample(random, { count: left }).items);
  };
}

/** A user's state as the observation of a session. */
function observationOf({ items, feedback }: UserState, catalogue: number, exclusions: Exclusions): Observation {
  const { historyLength } = SETTINGS;
  const historyItems = new Int32Array(historyLength).fill(-1);
  const historyFeedback = new Float32Array(historyLength);
  const last = items.slice(-historyLength);
  historyItems.set(last, historyLength - last.length);
  historyFeedback.set(feedback.slice(-historyLength), historyLength - last.length);
  return {
    ...{ rows: 1, items: catalogue, historyLength, historyItems, historyFeedback, exclusions },
    session: Float64Array.of(0),
    turn: Int32Array.of(items.length),
    available: new Uint8Array(catalogue).fill(1),
  };
}
