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

/** The name of the embedded one, which needs no server. */
export const ENCODER = 'encoder';

/** The language model that plays the users, ready to be asked. */
export interface LanguageModelUser {
  /** Questions it is asked, and how many candidates of each kind stand in one. */
  readonly asked: { readonly states: number; readonly candidates: number };
  /** Where the replies of a generative model are kept; nothing is asked twice. */
  readonly store?: ReplyStore;
  /** What is needed beside the model to put a question to it. */
  sourceFor(catalogue: Catalogue, space: ItemEmbeddings): PreferenceSource;
  close(): Promise<void>;
}

/** What the command line says of the language model. */
export interface LanguageModelOptions {
  readonly llm: string;
  readonly questions?: number;
  /** Seconds. */
  readonly timeout: number;
  readonly seed: number;
}

/**
 * Opens what `--llm` names, and looks whether it can be asked, before anything is computed. A model of which the store has replies
 * was asked before, and is not asked for the sake of it: all answers may be there.
 * @throws {UsageError} where there is no such kind of model; {LanguageModelError} where it cannot be reached.
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
  // A record keeps its replies itself.
  if (llm.startsWith('recorded:')) return { asked, sourceFor, close: async () => {} };
  const store = await openReplyStore(storePath);
  try {
    // Of Ollama the fingerprint has told already.
    if (llm.startsWith('openai:') && !store.counts().some((count) => count.model === model.name)) {
      const random = createRandom(seed).fork(STREAM.questions, 1);
      const onRetry = (error: Error): void => progress.say(`${error.message} (asked again soon)`);
      const usage = await probeModel(model, { random, timeoutMs: 1000 * timeout, signal, onRetry });
      const tokens = usage === undefined ? '' : ` (${usage.input + usage.output} tokens to ask whether it is ready)`;
      progress.say(`The language model answers${tokens}`);
    }
  } catch (error) {
    await store.close();
    throw error;
  }
  return { asked, store, sourceFor, close: () => store.close() };
}

/** How many questions a generative model is asked. */
export function questionsOf({ questions }: Pick<LanguageModelOptions, 'questions'>): number {
  return questions ?? SETTINGS.generative.states;
}

/**
 * Checks of `--llm` what can be checked at no cost.
 * @throws {UsageError} for a name of no known form, or a file that is not there.
 */
export async function checkLanguageModel(llm: string): Promise<void> {
  if (llm !== ENCODER) await asUsage(llm, () => checkModelSpec(llm));
}

async function asUsage<T>(llm: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!InvalidOptionError.isInstance(error)) throw error;
    throw new UsageError(`--llm ${llm}: ${error.message} The embedded one is called ${ENCODER}.`);
  }
}
