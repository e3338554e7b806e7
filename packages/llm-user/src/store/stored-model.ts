import { checkModel, checkOptions, checkStore } from '../check-inputs.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { askUnlessClaimed } from './claimed-call.js';
import { requestKey } from './request-key.js';
import { SharedCalls } from './shared-calls.js';

/** Options of `withStore`. */
export interface StoredModelOptions {
  readonly store: ReplyStore;
  /** Whether the words of each request are kept beside the reply: larger, and readable. Default false. */
  readonly storePrompts?: boolean;
  /** Called for each request that took no call of its own: the store had a reply to it, or an equal request was under way. */
  readonly onReused?: (record: ReplyRecord) => void;
}

/**
 * A model that is asked nothing twice: a reply that the store has is taken from there, any other is in the store for good
 * before it is given. The store is looked up by what the model's `fingerprint` says and by `requestKey`. Equal requests at
 * once share one call, in other processes on the same store as well where the store has `claim`: then at most what a process
 * had under way when it died is asked again, half a minute later. A call ends early only when all who wait for it have
 * aborted.
 * @throws {InvalidOptionError}
 */
export function withStore(model: LanguageModel, options: StoredModelOptions): LanguageModel {
  checkModel(model);
  checkOptions(options, "{ store: await openReplyStore('replies.db') }");
  const { store, storePrompts = false, onReused } = options;
  checkStore(store);
  const owner = crypto.randomUUID();
  const fingerprints = new SharedCalls<string>();
  const replies = new SharedCalls<{ readonly record: ReplyRecord; readonly isStored: boolean }>();
  let known: string | undefined;

  async function fingerprint({ signal }: { readonly signal?: AbortSignal } = {}): Promise<string> {
    if (model.fingerprint === undefined) return model.name;
    // A failure is not remembered: the server may be there the next time.
    known ??= (
      await fingerprints.run('', signal, async (inner) => (await model.fingerprint?.({ signal: inner })) ?? model.name)
    ).value;
    return known;
  }

  /** Asks the model, and puts what it says into the store. */
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
      ...(storePrompts && { words: { system, prompt } }),
    });
  }

  return {
    specificationVersion: 'v1',
    name: model.name,
    fingerprint,
    async generate(request) {
      const { signal } = request;
      const of = await fingerprint(signal === undefined ? {} : { signal });
      const key = await requestKey(request);
      const { value, isShared } = await replies.run(`${key} ${of}`, signal, async (inner) => {
        const stored = await store.get(of, key);
        if (stored !== undefined) return { record: stored, isStored: true };
        const askModel = (): Promise<ReplyRecord> => ask({ ...request, signal: inner }, of, key);
        return askUnlessClaimed(store, { fingerprint: of, request: key }, owner, askModel, inner);
      });
      if (value.isStored || isShared) onReused?.(value.record);
      return replyOf(value.record);
    },
  };
}

function replyOf({ text, probabilities, usage }: ReplyRecord): LanguageModelReply {
  return { text, ...(probabilities !== undefined && { probabilities }), ...(usage !== undefined && { usage }) };
}
