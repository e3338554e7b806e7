import { IalpError } from '../errors/ialp-error.js';
import { type ErrorRecognizer, recognizerOf } from '../errors/recognizer.js';

/** One rule of an interface, for any test runner: `for (const check of checks) test(check.name, check.run)`. */
export interface ConformanceCheck {
  /** The rule in words. */
  readonly name: string;
  /** @throws {ConformanceError} if the implementation breaks the rule. */
  run(): void;
}

/** The same where the implementation is asynchronous. */
export interface AsyncConformanceCheck {
  /** The rule in words. */
  readonly name: string;
  /** Rejects with a `ConformanceError` if the implementation breaks the rule. */
  run(): Promise<void>;
}

/**
 * An implementation broke a rule of its interface, or never gave a rule the chance to be tried (`inconclusive`). The message says
 * which rule, where, what was found and what was expected.
 */
export class ConformanceError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<ConformanceError> =
    /* @__PURE__ */ recognizerOf('ialp.error.conformance');
  override name = 'ConformanceError';
  /** Whether the rule could not be tried: whether the implementation follows it is not known. */
  readonly inconclusive: boolean;

  constructor(message: string, options: ErrorOptions & { readonly inconclusive?: boolean } = {}) {
    super(message, options);
    this.inconclusive = options.inconclusive ?? false;
  }
}

/** Throws unless a rule holds. @throws {ConformanceError} */
export function checkRule(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ConformanceError(message);
}

/** What the engine throws where code goes wrong, not where it refuses. A subclass of one's own is a refusal. */
const CRASHES = [TypeError, ReferenceError, SyntaxError, EvalError, URIError].map((type) => type.prototype);
/** Range errors of the engine. Others are refusals: `throw new RangeError('no such item')`. */
const ENGINE_RANGE =
  /^(Invalid (typed array|array|string|count|date)|Maximum call stack|offset is out|Start offset|Offset)/i;

/**
 * Throws unless a call is refused: with an error that was thrown on purpose, not with one that the engine throws where a wrong
 * value went unnoticed.
 * @param what names the call in messages.
 * @param advice how an implementation refuses such a call, for the messages.
 * @throws {ConformanceError}
 */
export function checkRefusal(call: () => void, what: string, advice: string): void {
  try {
    call();
  } catch (error) {
    checkRule(error instanceof Error, `${what}: expected an Error; found ${String(error)} thrown; ${advice}`);
    const crash =
      CRASHES.includes(Object.getPrototypeOf(error)) ||
      (Object.getPrototypeOf(error) === RangeError.prototype && ENGINE_RANGE.test(error.message));
    if (!crash) return;
    throw new ConformanceError(
      `${what}: expected a refusal; found a crash, ${error.name}: ${error.message}; ${advice}`,
      {
        cause: error,
      },
    );
  }
  throw new ConformanceError(`${what}: expected an error; found none`);
}

/** The error for a rule that could not be tried. `why` says why, and what to do so that it can be. */
export function inconclusive(why: string): ConformanceError {
  return new ConformanceError(`inconclusive: ${why}`, { inconclusive: true });
}
