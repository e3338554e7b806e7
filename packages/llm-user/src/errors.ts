import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import type { TokenUsage } from './language-model.js';
import { cleanText } from './text/clean-text.js';

/**
 * What kept a model from answering: a reply that could not be used, no reply in time, a server that refused or failed
 * (`status`), one that could not be reached, a reply that was never recorded, or anything else.
 */
export type FailureKind = 'unusable reply' | 'timeout' | 'status' | 'unreachable' | 'not recorded' | 'other';

/** Details of a `LanguageModelError`. */
export interface LanguageModelErrorOptions extends ErrorOptions {
  /** What kept the model from answering. Default `other`. */
  readonly kind?: FailureKind;
  /** The HTTP status that a server answered with. */
  readonly status?: number;
  /** Whether the same call may succeed later. */
  readonly isRetryable?: boolean;
  /**
   * Whether no other call can succeed either: a key that is refused, a quota that is used up, a model that is unknown. A
   * distillation stops there.
   */
  readonly isFatal?: boolean;
  /** The code of a network's failure, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** The tokens that the call took all the same, where the server said so. They count towards a budget. */
  readonly usage?: TokenUsage;
  /** Seconds after which the server wants to be asked again, where it said so. */
  readonly retryAfterMs?: number;
  /** The reply, where there was one that could not be used. */
  readonly raw?: string;
}

/** A language model did not answer, or not usably. A failure is never turned into a preference. */
export class LanguageModelError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<LanguageModelError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.language-model',
  );
  override name = 'LanguageModelError';
  readonly model: string;
  /** What kept the model from answering. */
  readonly kind: FailureKind;
  /** The HTTP status that a server answered with, where it did. */
  readonly status?: number;
  readonly isRetryable: boolean;
  /** Whether no other call can succeed either; a distillation stops there. */
  readonly isFatal: boolean;
  /** The code of a network's failure, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** The tokens that the call took all the same, where the server said so. */
  readonly usage?: TokenUsage;
  /** Seconds after which the server wants to be asked again, where it said so. */
  readonly retryAfterMs?: number;
  readonly raw?: string;

  constructor(
    model: string,
    message: string,
    {
      kind = 'other',
      status,
      isRetryable = false,
      isFatal = false,
      code,
      usage,
      retryAfterMs,
      raw,
      ...options
    }: LanguageModelErrorOptions = {},
  ) {
    // A server's words are a part of it, and are printed to terminals.
    super(cleanText(`${model}: ${message}`), options);
    this.model = model;
    this.kind = kind;
    this.isRetryable = isRetryable;
    this.isFatal = isFatal;
    if (code !== undefined) this.code = code;
    if (usage !== undefined) this.usage = usage;
    if (status !== undefined) this.status = status;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (raw !== undefined) this.raw = raw;
  }
}
