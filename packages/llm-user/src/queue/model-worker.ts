import type { Random } from '@ialp/core';
import { checkFunction, checkModel, checkOptions, checkRandom, checkSignal } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import { type RetryOptions, retrying } from '../models/retries/retrying-model.js';
import { CircuitBreaker, checkedModel, RunStoppedError } from '../preferences/circuit-breaker.js';
import type { ReplyRecord } from '../reply-store.js';
import { requestKey } from '../store/request-key.js';
import { QueueError } from './errors.js';
import { type AgreedModel, checkQueue, describeFailure, MODEL_TOPIC, requestOf } from './queued-model.js';
import type { Verdict, WorkOptions, WorkQueue, WorkSummary } from './work-queue.js';

/** Options of `runModelWorker`. */
export interface ModelWorkerOptions extends Pick<WorkOptions, 'concurrency' | 'idleMs' | 'signal' | 'onJob'> {
  readonly queue: WorkQueue;
  /** The model that this worker asks. All workers of a queue ask the same model, at servers of their own. */
  readonly model: LanguageModel;
  /** Draws the jitter of retries; replies do not depend on it. */
  readonly random: Random;
  /** How failed calls are retried by this worker, before the job is given to another one. */
  readonly retries?: Omit<RetryOptions, 'random' | 'onRetry'>;
  /** Called once the model is known to be that of the queue, and jobs are taken. */
  readonly onReady?: () => void;
  /** Called before a call is retried, with its error and the delay until the next attempt. */
  readonly onRetry?: (error: LanguageModelError, delayMs: number) => void;
}

/**
 * Answers the calls of `createQueuedModel` of other processes with a model, until the signal is aborted or `idleMs` is over. Calls in progress are
 * finished first. A call that fails although it was retried is given to another worker, or ends as a dead letter if no other attempt can help.
 * @throws {LanguageModelError} if the model's server refuses all calls or is not there: this worker has to be corrected; the jobs stay queued.
 * {QueueError} if other workers of the queue ask another model. {InvalidOptionError}.
 */
export async function runModelWorker(options: ModelWorkerOptions): Promise<WorkSummary> {
  checkOptions(options, '{ queue, model, random }', [
    'queue',
    'model',
    'random',
    'retries',
    'onRetry',
    'onReady',
    'concurrency',
    'idleMs',
    'signal',
    'onJob',
  ]);
  const { queue, model, random, retries = {}, onRetry, onReady, signal, ...work } = options;
  checkQueue(queue);
  checkModel(model);
  checkRandom(random);
  checkSignal(signal);
  for (const [option, value] of Object.entries({ onRetry, onReady })) {
    if (value !== undefined) checkFunction(option, value, 'a function');
  }
  const breaker = new CircuitBreaker();
  const retried = retrying(
    breaker.guard(checkedModel(model)),
    { ...retries, random, ...(onRetry !== undefined && { onRetry }) },
    breaker,
  );
  // Fails at once if the server is down, before a job is taken.
  const fingerprint = (await model.fingerprint?.(signal === undefined ? {} : { signal })) ?? model.name;
  await agreeOn(queue, { name: model.name, fingerprint });
  onReady?.();
  let fatal: LanguageModelError | undefined;
  const working = queue.work({
    ...work,
    ...(signal !== undefined && { signal }),
    async handle({ content }): Promise<ReplyRecord> {
      const request = requestOf(content);
      const { text, probabilities, usage } = await retried.generate(request);
      return {
        request: await requestKey(request),
        fingerprint,
        model: model.name,
        promptVersion: request.promptVersion,
        text,
        ...(probabilities !== undefined && { probabilities }),
        ...(usage !== undefined && { usage }),
      };
    },
    judge(error) {
      if (LanguageModelError.isInstance(error) && error.isFatal) fatal ??= error;
      return judge(error);
    },
    describe: describeFailure,
  });
  return working.catch((error: unknown) => {
    throw fatal ?? error;
  });
}

/** @throws {QueueError} if the other workers ask another model. */
async function agreeOn(queue: WorkQueue, own: AgreedModel): Promise<void> {
  const agreed = (await queue.agree(MODEL_TOPIC, own)) as AgreedModel;
  if (agreed.fingerprint === own.fingerprint && agreed.name === own.name) return;
  const [found, expected] = [own, agreed].map(({ name, fingerprint }) => `${name} (${fingerprint})`);
  const remedy =
    'Use the same model with the same temperature and reply limit, or a queue of another name, or remove the queue';
  throw new QueueError(
    queue.url,
    'mismatch',
    `the workers of the queue ${queue.name} ask ${expected}; this one asks ${found}. ${remedy}`,
  );
}

/** A call has been retried by the time that it fails; another worker may still reach its own server. */
function judge(error: unknown): Verdict {
  // Of a worker that stops: its other jobs in progress are as good as before.
  if (RunStoppedError.isInstance(error)) return 'stop';
  if (!LanguageModelError.isInstance(error)) return 'retry';
  if (error.isFatal) return 'stop';
  return error.isRetryable && error.kind !== 'unusable reply' ? 'retry' : 'fail';
}
