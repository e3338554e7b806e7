import type { Random } from '@ialp/core';
import { checkModel, checkOptions, checkSignal } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, TokenUsage } from '../language-model.js';
import { type RetryOptions, RUN_RETRY_OPTIONS, retrying } from '../models/retries/retrying-model.js';
import { CircuitBreaker, checkedModel } from './circuit-breaker.js';

/** Options of `probeModel`. */
export interface ProbeOptions extends Omit<RetryOptions, 'random'> {
  /** Draws the jitter of delays. */
  readonly random: Random;
  readonly signal?: AbortSignal;
}

const REQUEST = {
  promptVersion: 'probe.v1',
  system: 'Answer with JSON alone: {"ready": true}.',
  prompt: 'Are you ready?',
  schema: {
    type: 'object',
    properties: { ready: { type: 'boolean' } },
    required: ['ready'],
    additionalProperties: false,
  },
  seed: 0,
};

/**
 * Checks before expensive work that a model can be called: one short request with the parameters of all others. The reply does not
 * matter. Waits for a server that is busy or loading its model; fails at once if no server is listening.
 * @returns the tokens used, if the server reports them.
 * @throws {LanguageModelError} if the model cannot be called; the message says what to do.
 */
export async function probeModel(model: LanguageModel, options: ProbeOptions): Promise<TokenUsage | undefined> {
  checkModel(model);
  checkOptions(options, '{ random: createRandom(1) }', [...RUN_RETRY_OPTIONS, 'random', 'onRetry', 'signal']);
  const { signal, ...retries } = options;
  checkSignal(signal);
  const breaker = new CircuitBreaker();
  try {
    await model.fingerprint?.({ ...(signal && { signal }) });
    const retried = retrying(breaker.guard(checkedModel(model)), retries, breaker);
    return (await retried.generate({ ...REQUEST, ...(signal && { signal }) })).usage;
  } catch (error) {
    // The server answered; the content does not matter.
    if (LanguageModelError.isInstance(error) && error.kind === 'unusable reply' && !error.isFatal) return error.usage;
    throw error;
  }
}
