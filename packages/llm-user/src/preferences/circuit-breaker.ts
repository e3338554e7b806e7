import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import { isNobodyListening } from '../models/http/network-verdict.js';
import { asModelError } from '../models/retries/model-errors.js';
import type { StopSignal } from '../models/retries/retrying-model.js';
import { usableReply } from '../models/usable-reply.js';

/** A call was not made, because an earlier one showed that none can succeed. It does not count as a failed question. */
export class RunStoppedError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<RunStoppedError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.run-stopped',
  );
  override name = 'RunStoppedError';
}

/**
 * Lets a run's calls through until one shows that no other can succeed. The first call is made alone, because a server that refuses it
 * would refuse all others. If no server listens at the first call, the address is wrong or the server is not running, and the breaker
 * trips at once.
 */
export class CircuitBreaker implements StopSignal {
  readonly #listeners = new Set<() => void>();
  #isTripped = false;
  #first: Promise<unknown> | undefined;
  #hasAnswered = false;

  /** Whether the breaker has tripped. */
  get isStopped(): boolean {
    return this.#isTripped;
  }

  /** Registers a callback for when the breaker trips; returns a function that removes it. */
  onStop(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /** @throws {RunStoppedError} if the breaker has tripped. */
  throwIfTripped(): void {
    if (this.#isTripped) throw new RunStoppedError('An earlier call showed that no further one can succeed.');
  }

  /** Stops all further calls. */
  trip(): void {
    this.#isTripped = true;
    for (const callback of [...this.#listeners]) callback();
  }

  /** Wraps a model: its calls go through the breaker. */
  guard(model: LanguageModel): LanguageModel {
    const { fingerprint } = model;
    return {
      specificationVersion: 'v1',
      name: model.name,
      ...(fingerprint && {
        specificationVersion: 'v1',
        fingerprint: fingerprint.bind(model),
      }),
      generate: async (request) => {
        this.throwIfTripped();
        if (this.#first !== undefined) {
          if (!this.#hasAnswered) await this.#first;
          request.signal?.throwIfAborted();
          this.throwIfTripped();
          return this.#call(model, request, false);
        }
        const call = this.#call(model, request, true);
        this.#first = call.catch(() => {});
        return call;
      },
    };
  }

  async #call(model: LanguageModel, request: Parameters<LanguageModel['generate']>[0], isFirst: boolean) {
    try {
      return await model.generate(request);
    } catch (thrown) {
      const error = this.#explain(asModelError(model.name, thrown), isFirst);
      // Thrown unchanged: the number of retries depends on the kind of error.
      if (LanguageModelError.isInstance(error) && error.isFatal) {
        this.trip();
        throw error;
      }
      throw thrown;
    } finally {
      this.#hasAnswered = true;
    }
  }

  #explain(error: Error, isFirst: boolean): Error {
    if (!isFirst || !LanguageModelError.isInstance(error) || !isNobodyListening(error.code)) return error;
    const { model, kind, code, message, cause } = error;
    const said = message.startsWith(`${model}: `) ? message.slice(model.length + 2) : message;
    return new LanguageModelError(model, said, {
      kind,
      isFatal: true,
      ...(code && { code }),
      ...(cause !== undefined && { cause }),
    });
  }
}

/** Wraps a model and checks its replies: one of your own may return anything. */
export function checkedModel(model: LanguageModel): LanguageModel {
  const { fingerprint } = model;
  return {
    specificationVersion: 'v1',
    name: model.name,
    ...(fingerprint && {
      specificationVersion: 'v1',
      fingerprint: fingerprint.bind(model),
    }),
    generate: async (request) => usableReply(model.name, request, await model.generate(request)),
  };
}
