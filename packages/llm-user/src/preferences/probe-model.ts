import type { Random } from '@ialp/core';
import { checkModel, checkOptions, checkSignal } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, TokenUsage } from '../language-model.js';
import { type RetryOptions, retrying } from '../models/retries/retrying-model.js';
import { CircuitBreaker, checkedModel } from './circuit-breaker.js';

/** Options of `probeModel`. */
export interface ProbeOptions extends Omit<RetryOptions, 'random'> {
  /** For the random part of the waits. */
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
 * Makes sure, before dear work, that a model can be asked: one short request with the parameters of all others. What it answers
 * does not matter. A server that is busy or loads its model is waited for; where nobody listens it fails at once.
 * @returns what the request took, where the server says so.
 * @throws {LanguageModelError} where the model cannot be asked, with what to do.
 */
export async function probeModel(model: LanguageModel, options: ProbeOptions): Promise<TokenUsage | undefined> {
  checkModel(model);
  checkOptions(options, '{ random: createRandom(1) }');
  const { signal, ...retries } = options;
  checkSignal(signal);
  const breaker = new CircuitBreaker();
  try {
    await model.fingerprint?.({ ...(signal && { signal }) });
    const patient = retrying(breaker.guard(checkedModel(model)), retries, breaker);
    return (await patient.generate({ ...REQUEST, ...(signal && { signal }) })).usage;
  } catch (error) {
    // It answers; that is all there was to know.
    if (LanguageModelError.isInstance(error) && error.kind === 'unusable reply' && !error.isFatal) return error.usage;
    throw error;
  }
}
