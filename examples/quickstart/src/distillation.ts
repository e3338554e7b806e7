import { type Progress, UsageError } from '@ialp/command';
import { openEncoder } from '@ialp/command/embeddings';
import { createRandom, type Random } from '@ialp/env';
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
import { createNetworkPolicy, type Policy, type Weights } from '@ialp/policy';
import type { LanguageModelUser } from './language-model.js';
import { freshNetwork } from './methods.js';
import type { Options } from './options.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';
import type { Threads } from './threads.js';
import type { World, WorldSpec } from './world.js';

/** What the language model said, and what was learned from it. */
export interface Distilled {
  /** Who answered. */
  readonly model: string;
  readonly space: ItemEmbeddings;
  readonly people: readonly UserState[];
  readonly preferences: readonly Preference[];
  readonly promptVersion: string;
  /** Questions to which there was no usable answer. */
  readonly failures: number;
  /** Of the reward model on answers held out; null where there were too few. */
  readonly rewardModel: RewardModelQuality | null;
}

/** Options of `distillPreferences`. */
export interface DistillPreferencesOptions {
  readonly world: World;
  readonly spec: WorldSpec;
  readonly languageModel: LanguageModelUser;
  /** What the flags say. */
  readonly options: Pick<Options, 'concurrency' | 'timeout' | 'pretraining' | 'embeddings' | 'llm'>;
  readonly threads: Threads;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Asks the language model in two rounds. The first asks about well-known and random items; a short training on
 * its answers gives a policy, and the second round asks also about what that policy would show.
 * @throws {UsageError} for a recording of other questions; {CollectionError} for too few answers.
 */
export async function distillPreferences(options: DistillPreferencesOptions): Promise<Distilled> {
  const { world, spec, languageModel, threads, progress, signal } = options;
  const { concurrency, timeout, pretraining, embeddings, llm } = options.options;
  const { catalogue } = world;
  const random = createRandom(spec.seed).fork(STREAM.questions);

  const reading = progress.begin('Reading the catalogue', catalogue.items.length, 'texts');
  const encoder = await openEncoder(embeddings, progress.say);
  const space = await embedCatalogue(catalogue, encoder, { signal, onProgress: reading.set });
  reading.end();

  const people = world.seedStates();
  const { asked, store } = languageModel;
  const source = languageModel.sourceFor(catalogue, space);
  const asking = progress.begin('Asking the language model', asked.states, 'questions');
  const { preferences, failures, summaries } = await collectPreferencesInRounds({
    states: people.slice(0, asked.states),
    candidates: [
      { sampler: createPopularitySampler(catalogue), count: asked.candidates },
      { sampler: createRandomSampler(catalogue.items.length), count: asked.candidates },
    ],
    async improve(found) {
      const interactions = Math.min(SETTINGS.firstTraining, pretraining);
      const job = { world: spec, space, preferences: found, people, seed: spec.seed, interactions };
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
  // A policy that learned from a few answers of many would look like the method at work.
  checkAnswers(summaries);

  const { heldOut } = fitRewardModel({
    preferences,
    embeddings: space,
    random: createRandom(spec.seed).fork(STREAM.rewardModel),
  });
  return {
    model: source.model,
    space,
    people,
    preferences,
    promptVersion: source.promptVersion,
    failures: failures.length,
    rewardModel: heldOut,
  };
}

/** A recording has the answers to what was asked when it was made; these options decide what is asked. */
function otherRecording(llm: string): string {
  return (
    `--llm ${llm}: the recording belongs to other options: it has no reply to some of the questions. They depend on --data, --seed, ` +
    `--questions and, below ${SETTINGS.firstTraining}, --pretraining; the recording of this repository holds for the films with the ` +
    'defaults of these flags (docs/recorded-replies.md says so). Use the options it was made with, or record anew.'
  );
}

/** Between two lines about calls that are tried again. */
const RETRY_LINE_INTERVAL_MS = 30_000;

function sayAtIntervals(progress: Progress): (error: Error, delayMs: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ message }, delayMs) => {
    if (performance.now() - last < RETRY_LINE_INTERVAL_MS) return;
    last = performance.now();
    progress.say(`${message} (asked again in ${(delayMs / 1000).toFixed(1)} s)`);
  };
}

/** Proposes what a policy in training would show in a state. */
function policyCandidates(items: number, seed: number, weights: Weights): CandidateSampler {
  const network = freshNetwork(items, seed, STREAM.pretraining);
  network.setWeights(weights);
  const policy = createNetworkPolicy(network);
  return (state, count, random) => {
    const left = Math.min(count, items - new Set(state.items).size);
    return drawWithoutRepeats(policy, state, left, random);
  };
}

function drawWithoutRepeats(policy: Policy, { items, feedback }: UserState, count: number, random: Random): number[] {
  const { historyLength } = SETTINGS;
  const historyItems = new Int32Array(historyLength).fill(-1);
  const historyFeedback = new Float32Array(historyLength);
  const last = items.slice(-historyLength);
  historyItems.set(last, historyLength - last.length);
  historyFeedback.set(feedback.slice(-historyLength), historyLength - last.length);
  const mask = new Uint8Array(policy.items).fill(1);
  for (const item of items) mask[item] = 0;
  const drawn: number[] = [];
  while (drawn.length < count) {
    const observation = {
      sessions: 1,
      items: policy.items,
      historyLength,
      historyItems,
      historyFeedback,
      mask,
      turn: Int32Array.of(items.length),
    };
    const item = policy.distribution(observation).sample(random).items[0];
    drawn.push(item);
    mask[item] = 0;
  }
  return drawn;
}
