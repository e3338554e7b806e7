import type { Catalogue } from '@ialp/env';
import { UsageError } from '@ialp/example-command';
import {
  createListwiseSource,
  createNearnessSource,
  InvalidOptionError,
  type ItemSpace,
  type LanguageModel,
  type PreferenceSource,
  type ReplyStore,
} from '@ialp/llm-user';
import { createModelFromSpec } from '@ialp/llm-user/model-spec';
import { openReplyStore } from '@ialp/llm-user/store';
import { SETTINGS } from './settings.js';

/** The name of the embedded one, which needs no server. */
export const ENCODER = 'encoder';

/** The language model that plays the users, ready to be asked. */
export interface LanguageModelUser {
  /** Questions it is asked, and how many candidates of each kind stand in one. */
  readonly asked: { readonly states: number; readonly candidates: number };
  /** Where the replies of a generative model are kept; nothing is asked twice. */
  readonly store?: ReplyStore;
  /** What is needed beside the model to put a question to it. */
  sourceFor(catalogue: Catalogue, space: ItemSpace): PreferenceSource;
  close(): Promise<void>;
}

/**
 * Opens what `--llm` names, and looks whether it is there, before anything is computed.
 * @throws {UsageError} where there is no such kind of model; {InvalidOptionError} where it cannot be reached.
 */
export async function openLanguageModel(llm: string, storePath: string): Promise<LanguageModelUser> {
  if (llm === ENCODER) {
    return {
      asked: SETTINGS.encoder,
      sourceFor: (_, space) => createNearnessSource(space),
      close: async () => {},
    };
  }
  const model = await modelFor(llm);
  await model.fingerprint?.();
  const sourceFor = (catalogue: Catalogue): PreferenceSource => createListwiseSource({ model, catalogue });
  // A record keeps its replies itself.
  if (llm.startsWith('recorded:')) return { asked: SETTINGS.generative, sourceFor, close: async () => {} };
  const store = await openReplyStore(storePath);
  return { asked: SETTINGS.generative, store, sourceFor, close: () => store.close() };
}

async function modelFor(llm: string): Promise<LanguageModel> {
  try {
    return await createModelFromSpec(llm);
  } catch (error) {
    if (!InvalidOptionError.isInstance(error)) throw error;
    throw new UsageError(`--llm ${llm}: ${error.message} The embedded one is called ${ENCODER}.`);
  }
}
