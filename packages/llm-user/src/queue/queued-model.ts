import { checkSpecification } from '@ialp/core';
import { checkFunction, checkOptions, checkSignal } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelRequest } from '../language-model.js';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { requestKey } from '../store/request-key.js';
import { DeadLetterError } from './errors.js';
import type { WorkQueue } from './work-queue.js';

/** The topic of a queue on which the workers agree: which model they ask. */
export const MODEL_TOPIC = 'model';

/** The model that the workers of a queue ask. */
export interface AgreedModel {
  readonly name: string;
  readonly fingerprint: string;
}

/** The job of a request; its result is the stored reply. */
export const jobKey = (request: string): string => `reply.${request}`;

/** Options of `createQueuedModel`. */
export interface QueuedModelOptions {
  readonly queue: WorkQueue;
  /** Aborts waiting for the first worker. */
  readonly signal?: AbortSignal;
  /** Called if no worker has ever been there, so that its model is not known yet. */
  readonly onWaiting?: () => void;
}

/**
 * A language model whose calls are jobs of a queue: workers (`runModelWorker`) ask the actual model. It has the name and the fingerprint of their
 * model, so stores, answers and failures are the same as without a queue. A call takes as long as the queue does; do not retry it.
 * @throws the signal's reason; {QueueError}.
 */
export async function createQueuedModel(options: QueuedModelOptions): Promise<LanguageModel> {
  checkOptions(options, '{ queue }', ['queue', 'signal', 'onWaiting']);
  const { queue, signal, onWaiting } = options;
  checkQueue(queue);
  checkSignal(signal);
  if (onWaiting !== undefined) checkFunction('onWaiting', onWaiting, 'a function');
  let agreed = await queue.agreed(MODEL_TOPIC);
  if (agreed === undefined) {
    onWaiting?.();
    agreed = await queue.awaitAgreed(MODEL_TOPIC, signal === undefined ? {} : { signal });
  }
  const { name, fingerprint } = agreed as AgreedModel;
  return {
    specificationVersion: 'v1',
    name,
    fingerprint: async () => fingerprint,
    async generate({ signal: ended, ...request }) {
      const key = jobKey(await requestKey(request));
      try {
        const { text, probabilities, usage } = (await queue.submit(key, request, {
          ...(ended !== undefined && { signal: ended }),
        })) as ReplyRecord;
        return { text, ...(probabilities !== undefined && { probabilities }), ...(usage !== undefined && { usage }) };
      } catch (error) {
        throw DeadLetterError.isInstance(error) ? asFailedCall(name, error) : error;
      }
    },
  };
}

/**
 * A reply store in front of another: it also finds the replies that a queue has. Replies that only the queue has are copied into the other store.
 */
export function withQueuedReplies(store: ReplyStore, queue: WorkQueue): ReplyStore {
  checkSpecification('store', store, ['get', 'put'], 'a reply store');
  checkQueue(queue);
  const { claim, release } = store;
  return {
    specificationVersion: 'v1',
    async get(fingerprint, request) {
      const known = await store.get(fingerprint, request);
      if (known !== undefined) return known;
      const found = (await queue.result(jobKey(request))) as ReplyRecord | undefined;
      return found?.fingerprint === fingerprint ? store.put(found) : undefined;
    },
    put: (record) => store.put(record),
    ...(claim && release && { claim: claim.bind(store), release: release.bind(store) }),
  };
}

/** The request of a job. */
export function requestOf(content: unknown): LanguageModelRequest {
  return content as LanguageModelRequest;
}

/** Throws unless this is a work queue. @throws {InvalidOptionError} */
export function checkQueue(queue: unknown): void {
  const expected = "a work queue, such as await openWorkQueue({ url: 'nats://127.0.0.1:4222', name: 'films' })";
  checkSpecification('queue', queue, ['submit', 'result', 'work'], expected);
}

/** What a dead letter says of the call, for the failure that it would have been without a queue. */
export type FailedCall = Partial<
  Pick<LanguageModelError, 'kind' | 'status' | 'isRetryable' | 'code' | 'usage' | 'retryAfterMs' | 'raw'>
>;

/** The details of an error for the dead letter. */
export function describeFailure(error: unknown): FailedCall {
  if (!LanguageModelError.isInstance(error)) return {};
  const { kind, status, isRetryable, code, usage, retryAfterMs, raw } = error;
  return {
    ...(kind !== undefined && { kind }),
    ...(status !== undefined && { status }),
    isRetryable,
    ...(code !== undefined && { code }),
    ...(usage !== undefined && { usage }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(raw !== undefined && { raw }),
  };
}

function asFailedCall(model: string, letter: DeadLetterError): LanguageModelError {
  const { message, details } = letter.reason;
  const said = message.startsWith(`${model}: `) ? message.slice(model.length + 2) : message;
  return new LanguageModelError(model, said, { ...(details as FailedCall | undefined), cause: letter });
}
