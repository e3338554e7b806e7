import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import type { TokenUsage } from './language-model.js';
import { cleanText } from './text/clean-text.js';

/**
 * Why a model gave no usable reply: the reply could not be used, none came in time, the server refused or failed (`status`), the
 * server could not be reached, the reply was never recorded, or another reason.
 */
export type FailureKind = 'unusable reply' | 'timeout' | 'status' | 'unreachable' | 'not recorded' | 'other';

/** Details of a `LanguageModelError`. */
export interface LanguageModelErrorOptions extends ErrorOptions {
  /** Why there is no usable reply. Default `other`. */
  readonly kind?: FailureKind;
  /** HTTP status of the server's response. */
  readonly status?: number;
  /** Whether the same call may succeed later. */
  readonly isRetryable?: boolean;
  /**
   * Whether no other call can succeed either: a refused key, an exhausted quota, an unknown model. A run stops
   * at such an error.
   */
  readonly isFatal?: boolean;
  /** Code of a network failure, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** Tokens that the failed call used, if the server reported them. They count towards a budget. */
  readonly usage?: TokenUsage;
  /** Milliseconds after which the server asks to be called again, if it said so. */
  readonly retryAfterMs?: number;
  /** The unusable reply, if there was one. */
  readonly raw?: string;
}

/** A language model gave no usable reply. Failures are never turned into preferences. */
export class LanguageModelError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<LanguageModelError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.language-model',
  );
  override name = 'LanguageModelError';
  readonly model: string;
  /** Why there is no usable reply. */
  readonly kind: FailureKind;
  /** HTTP status of the server's response, if there was one. */
  readonly status?: number;
  readonly isRetryable: boolean;
  /** Whether no other call can succeed either; a run stops at such an error. */
  readonly isFatal: boolean;
  /** Code of a network failure, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** Tokens that the failed call used, if reported. */
  readonly usage?: TokenUsage;
  /** Milliseconds after which the server asks to be called again, if it said so. */
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
    // The message quotes the server and is printed to terminals.
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
