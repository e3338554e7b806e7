import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from './language-model.js';
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
  /** Asks the model, and keeps what it says. */
  async function ask(request: LanguageModelRequest, of: string, key: string): Promise<ReplyRecord> {
    const { promptVersion, system, prompt } = request;
    const { text, probabilities, usage } = await model.generate(request);
    return store.put({
      request: key,
      fingerprint: of,
      model: model.name,
      promptVersion,
      text,
      ...(probabilities !== undefined && { probabilities }),
      ...(usage !== undefined && { usage }),
      ...(keepWords && { words: { system, prompt } }),
    });
  }

  /** Requests under way: who asks the same meanwhile waits for the same reply. */
  const asked = new Map<string, Promise<ReplyRecord>>();
  return {
    name: model.name,
    fingerprint,
    async generate(request) {
      const { signal } = request;
      const of = await fingerprint(signal === undefined ? {} : { signal });
      const key = await requestKey(request);
      const stored = (await asked.get(key)?.catch(() => undefined)) ?? (await store.get(of, key));
      if (stored !== undefined) {
        onStored?.(stored);
        return replyOf(stored);
      }
      const reply = ask(request, of, key);
      asked.set(key, reply);
      try {
        return replyOf(await reply);
      } finally {
        asked.delete(key);
      }
    },
  };
}

function replyOf({ text, probabilities, usage }: ReplyRecord): LanguageModelReply {
  return { text, ...(probabilities !== undefined && { probabilities }), ...(usage !== undefined && { usage }) };
}
