import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import { isNobodyListening } from '../models/http/network-verdict.js';
import { asModelError } from '../models/retries/model-errors.js';
import type { StopSignal } from '../models/retries/retrying-model.js';
import { usableReply } from '../models/usable-reply.js';

/** A call was not made, since an earlier one showed that none can succeed. No question failed by it. */
export class RunStoppedError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<RunStoppedError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.run-stopped',
  );
  override name = 'RunStoppedError';
}

/**
 * Lets a run's calls through until one shows that no other can succeed. The first call goes alone: many at once to a server that
 * refuses them all would be many refusals. Where nobody listens at the first call, the address is wrong or the server not started, and
 * no waiting helps.
 */
export class CircuitBreaker implements StopSignal {
  readonly #listeners = new Set<() => void>();
  #isTripped = false;
  #first: Promise<unknown> | undefined;
  #hasAnswered = false;

  /** Whether no call can succeed any more. */
  get isStopped(): boolean {
    return this.#isTripped;
  }

  /** Calls back once no call can succeed any more; what it gives back takes that back. */
  onStop(callback: () => void): () => void {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /** @throws {RunStoppedError} when no call can succeed any more. */
  throwIfTripped(): void {
    if (this.#isTripped) throw new RunStoppedError('An earlier call showed that no further one can succeed.');
  }

  /** From now on no call is made. */
  trip(): void {
    this.#isTripped = true;
    for (const callback of [...this.#listeners]) callback();
  }

  /** The model behind the breaker. */
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
      // What a model of your own threw stays as it is: how often it is tried again depends on it.
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

/** The model, with its replies checked: one of your own may give anything. */
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
