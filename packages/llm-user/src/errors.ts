import { show } from '@ialp/core';
import { cleanText } from './clean-text.js';
import { hasMarker } from './has-marker.js';
import type { TokenUsage } from './language-model.js';

const MARKER: unique symbol = Symbol.for('ialp.llm-user.error') as never;
const INVALID_OPTION_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.InvalidOptionError') as never;
const LANGUAGE_MODEL_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.LanguageModelError') as never;
const MISSING_PACKAGE_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.MissingPackageError') as never;
const INVALID_ACTION_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.InvalidActionError') as never;
const ENVIRONMENT_STATE_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.EnvironmentStateError') as never;

/** The base of every error that `@ialp/llm-user` throws on purpose. */
export class LlmUserError extends Error {
  override name = 'LlmUserError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is LlmUserError {
    return hasMarker(value, MARKER);
  }

  /** @internal */
  get [MARKER](): true {
    return true;
  }
}

/** An option is missing or out of range. */
export class InvalidOptionError extends LlmUserError {
  override name = 'InvalidOptionError';
  /** The option's name, as the caller wrote it. */
  readonly option: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is InvalidOptionError {
    return hasMarker(value, INVALID_OPTION_ERROR);
  }

  /** @internal */
  get [INVALID_OPTION_ERROR](): true {
    return true;
  }

  constructor(option: string, found: unknown, expected: string) {
    super(`${option}: expected ${expected}; found ${describe(found)}.`);
    this.option = option;
  }
}

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
  readonly retryAfter?: number;
  /** The reply, where there was one that could not be used. */
  readonly raw?: string;
}

/** A language model did not answer, or not usably. A failure is never turned into a preference. */
export class LanguageModelError extends LlmUserError {
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
  readonly retryAfter?: number;
  readonly raw?: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is LanguageModelError {
    return hasMarker(value, LANGUAGE_MODEL_ERROR);
  }

  /** @internal */
  get [LANGUAGE_MODEL_ERROR](): true {
    return true;
  }

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
      retryAfter,
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
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
    if (raw !== undefined) this.raw = raw;
  }
}

/** An optional package that a language model runs on is not installed. */
export class MissingPackageError extends LlmUserError {
  override name = 'MissingPackageError';
  readonly packageName: string;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is MissingPackageError {
    return hasMarker(value, MISSING_PACKAGE_ERROR);
  }

  /** @internal */
  get [MISSING_PACKAGE_ERROR](): true {
    return true;
  }

  constructor(packageName: string, feature: string, options?: ErrorOptions) {
    super(
      `${feature} needs the package ${packageName}, which is not installed. Run: npm install ${packageName}`,
      options,
    );
    this.packageName = packageName;
  }
}

/** An action names an item that does not exist or was shown before. */
export class InvalidActionError extends LlmUserError {
  override name = 'InvalidActionError';
  readonly session: number;

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is InvalidActionError {
    return hasMarker(value, INVALID_ACTION_ERROR);
  }

  /** @internal */
  get [INVALID_ACTION_ERROR](): true {
    return true;
  }

  constructor(session: number, found: number, items: number) {
    super(`actions[${session}]: expected an item from 0 to ${items - 1} that the mask allows; found ${found}.`);
    this.session = session;
  }
}

/** A step came before the first reset, or for a session that ended and was not reset. */
export class EnvironmentStateError extends LlmUserError {
  override name = 'EnvironmentStateError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static override isInstance(value: unknown): value is EnvironmentStateError {
    return hasMarker(value, ENVIRONMENT_STATE_ERROR);
  }

  /** @internal */
  get [ENVIRONMENT_STATE_ERROR](): true {
    return true;
  }
}

/** A value in a message. The fields of an object are not shown: a key may be among them. */
function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return show(value);
  if ('then' in value && typeof value.then === 'function') return 'a promise: await it';
  if (Object.hasOwn(value, 'toString')) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
