import { type Progress, UsageError } from '@ialp/command';
import { type Catalogue, createRandom } from '@ialp/env';
import {
  createListwiseSource,
  createSimilaritySource,
  InvalidOptionError,
  type ItemEmbeddings,
  type PreferenceSource,
  type ReplyStore,
} from '@ialp/llm-user';
import { checkModelSpec, createModelFromSpec } from '@ialp/llm-user/model-spec';
import { probeModel } from '@ialp/llm-user/preferences';
import { openReplyStore } from '@ialp/llm-user/store';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/** Name of the embedded model, which needs no server. */
export const ENCODER = 'encoder';

/** The language model that plays the users. */
export interface LanguageModelUser {
  /** Number of questions, and of candidates of each kind per question. */
  readonly asked: { readonly states: number; readonly candidates: number };
  /** Store of the replies of a generative model; no question is asked twice. */
  readonly store?: ReplyStore;
  /** Creates the preference source for a catalogue. */
  sourceFor(catalogue: Catalogue, space: ItemEmbeddings): PreferenceSource;
  close(): Promise<void>;
}

/** Options of the language model. */
export interface LanguageModelOptions {
  readonly llm: string;
  readonly questions?: number;
  /** Seconds. */
  readonly timeout: number;
  readonly seed: number;
}

/**
 * Opens the model of `--llm` and checks that it can be reached, before anything is computed. A model with stored
 * replies is not probed: all answers may be stored.
 * @throws {UsageError} if the name is invalid.
 * @throws {LanguageModelError} if the model cannot be reached.
 */
export async function openLanguageModel(
  options: LanguageModelOptions,
  storePath: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<LanguageModelUser> {
  const { llm, timeout, seed } = options;
  if (llm === ENCODER) {
    return {
      asked: SETTINGS.encoder,
      sourceFor: (_, space) => createSimilaritySource(space),
      close: async () => {},
    };
  }
  const model = await asUsage(llm, () => createModelFromSpec(llm, { timeoutMs: 1000 * timeout }));
  await model.fingerprint?.({ signal });
  const asked = { ...SETTINGS.generative, states: questionsOf(options) };
  const sourceFor = (catalogue: Catalogue): PreferenceSource => createListwiseSource({ model, catalogue });
  // A recording contains its replies.
  if (llm.startsWith('recorded:')) return { asked, sourceFor, close: async () => {} };
  const store = await openReplyStore(storePath);
  try {
    // For Ollama, the fingerprint has already shown that it can be reached.
    if (llm.startsWith('openai:') && !store.counts().some((count) => count.model === model.name)) {
      const random = createRandom(seed).fork(STREAM.questions, 1);
      const onRetry = (error: Error): void => progress.say(`${error.message} (will retry)`);
      const usage = await probeModel(model, { random, timeoutMs: 1000 * timeout, signal, onRetry });
      const tokens = usage === undefined ? '' : ` (${usage.input + usage.output} tokens for the probe)`;
      progress.say(`The language model responds${tokens}`);
    }
  } catch (error) {
    await store.close();
    throw error;
  }
  return { asked, store, sourceFor, close: () => store.close() };
}

/** Number of questions to a generative model. */
export function questionsOf({ questions }: Pick<LanguageModelOptions, 'questions'>): number {
  return questions ?? SETTINGS.generative.states;
}

/**
 * Checks `--llm` without calling a model.
 * @throws {UsageError} if the name is invalid, or a file does not exist.
 */
export async function checkLanguageModel(llm: string): Promise<void> {
  if (llm !== ENCODER) await asUsage(llm, () => checkModelSpec(llm));
}

async function asUsage<T>(llm: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!InvalidOptionError.isInstance(error)) throw error;
    throw new UsageError(`--llm ${llm}: ${error.message} The embedded model is called ${ENCODER}.`);
  }
}
