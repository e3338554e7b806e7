import { checkModel, checkOptions, checkStore } from '../check-inputs.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { askUnlessClaimed } from './claimed-call.js';
import { requestKey } from './request-key.js';
import { SharedCalls } from './shared-calls.js';

/** Options of `withStore`. */
export interface StoredModelOptions {
  /** Stores the replies. */
  readonly store: ReplyStore;
  /** Whether to store prompts beside replies, which makes the store larger and readable. Default false. */
  readonly storePrompts?: boolean;
  /** Called for each request without a call of its own: its reply was stored, or an equal request was in flight. */
  readonly onReused?: (record: ReplyRecord) => void;
}

/**
 * Adds a store to a model, so that no request is made twice. Stored replies are reused; a new reply is stored durably before it is
 * returned. The key is the model's `fingerprint` and `requestKey`. Equal requests at once share one call, also across processes if the store
 * has `claim`; the calls that a killed process had in flight are made again after half a minute. A shared call is aborted only when all
 * its requests are.
 * @throws {InvalidOptionError}
 */
export function withStore(model: LanguageModel, options: StoredModelOptions): LanguageModel {
  checkModel(model);
  checkOptions(options, "{ store: await openReplyStore('replies.db') }", ['store', 'storePrompts', 'onReused']);
  const { store, storePrompts = false, onReused } = options;
  checkStore(store);
  const owner = crypto.randomUUID();
  const fingerprints = new SharedCalls<string>();
  const replies = new SharedCalls<{ readonly record: ReplyRecord; readonly isStored: boolean }>();
  let known: string | undefined;

  async function fingerprint({ signal }: { readonly signal?: AbortSignal } = {}): Promise<string> {
    if (model.fingerprint === undefined) return model.name;
    // Failures are not cached: the server may be up the next time.
    known ??= (
      await fingerprints.run('', signal, async (inner) => (await model.fingerprint?.({ signal: inner })) ?? model.name)
    ).value;
    return known;
  }

  /** Calls the model and stores its reply. */
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
