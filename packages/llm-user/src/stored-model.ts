import type { LanguageModel, LanguageModelReply } from './language-model.js';
import type { ReplyRecord, ReplyStore } from './reply-store.js';
import { requestKey } from './request-key.js';

/** Options of `withStore`. */
export interface StoredModelOptions {
  readonly store: ReplyStore;
  /** Whether the words of each request are kept beside the reply: larger, and readable. Default false. */
  readonly keepWords?: boolean;
  /** Called for each request that the store had a reply to. */
  readonly onStored?: (record: ReplyRecord) => void;
}

/**
 * A model that is asked nothing twice: a reply that the store has is taken from there, any other is in the store for good
 * before it is given. The store is looked up by what the model's `fingerprint` says and by `requestKey`.
 */
export function withStore(
  model: LanguageModel,
  { store, keepWords = false, onStored }: StoredModelOptions,
): LanguageModel {
  let known: Promise<string> | undefined;
  const fingerprint = (options?: { readonly signal?: AbortSignal }): Promise<string> => {
    if (model.fingerprint === undefined) return Promise.resolve(model.name);
    // A failure is not kept: the server may be there the next time.
    known ??= model.fingerprint(options).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    name: model.name,
    fingerprint,
    async generate(request) {
      const { signal, promptVersion, system, prompt } = request;
      const of = await fingerprint(signal === undefined ? {} : { signal });
      const key = await requestKey(request);
      const stored = await store.get(of, key);
      if (stored !== undefined) {
        onStored?.(stored);
        return replyOf(stored);
      }
      const reply = await model.generate(request);
      const kept = await store.put({
        request: key,
        fingerprint: of,
        model: model.name,
        promptVersion,
        ...reply,
        ...(keepWords && { words: { system, prompt } }),
      });
      return replyOf(kept);
    },
  };
}

function replyOf({ text, probabilities, usage }: ReplyRecord): LanguageModelReply {
  return { text, ...(probabilities !== undefined && { probabilities }), ...(usage !== undefined && { usage }) };
}
