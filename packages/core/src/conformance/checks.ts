import { IalpError } from '../errors/ialp-error.js';
import { type ErrorRecognizer, recognizerOf } from '../errors/recognizer.js';

/** A conformance check of one rule, for any test runner: `for (const check of checks) test(check.name, check.run)`. */
export interface ConformanceCheck {
  /** The rule, as the title of a test. */
  readonly name: string;
  /** @throws {ConformanceError} if the implementation breaks the rule. */
  run(): void;
}

/** A conformance check of an asynchronous implementation. */
export interface AsyncConformanceCheck {
  /** The rule, as the title of a test. */
  readonly name: string;
  /** Rejects with a `ConformanceError` if the implementation breaks the rule. */
  run(): Promise<void>;
}

/**
 * An implementation violates a rule of its interface, or the rule could not be tested (`inconclusive`). The message
 * says which rule, where, what was found and what was expected.
 */
export class ConformanceError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<ConformanceError> =
    /* @__PURE__ */ recognizerOf('ialp.error.conformance');
  override name = 'ConformanceError';
  /** Whether the rule could not be tested. */
  readonly inconclusive: boolean;

  constructor(message: string, options: ErrorOptions & { readonly inconclusive?: boolean } = {}) {
    super(message, options);
    this.inconclusive = options.inconclusive ?? false;
  }
}

/** Checks that a rule holds. @throws {ConformanceError} with the message, if it does not. */
export function checkRule(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ConformanceError(message);
}

/** Errors that the JavaScript engine throws for bugs. A subclass of one of them counts as a deliberate error. */
const CRASHES = [TypeError, ReferenceError, SyntaxError, EvalError, URIError].map((type) => type.prototype);
/** Range errors of the engine. Others are deliberate: `throw new RangeError('no such item')`. */
const ENGINE_RANGE =
  /^(Invalid (typed array|array|string|count|date)|Maximum call stack|offset is out|Start offset|Offset)/i;

/**
 * Checks that a call throws a deliberate error, not one that the engine throws because an invalid value went unnoticed.
 * @param what name of the call in messages.
 * @param advice how an implementation should reject such a call, for the messages.
 * @throws {ConformanceError} if the call throws no error, or one of the engine.
 */
export function checkRefusal(call: () => void, what: string, advice: string): void {
  try {
    call();
  } catch (error) {
    checkRule(error instanceof Error, `${what}: expected an Error; the call threw ${String(error)}; ${advice}`);
    const crash =
      CRASHES.includes(Object.getPrototypeOf(error)) ||
      (Object.getPrototypeOf(error) === RangeError.prototype && ENGINE_RANGE.test(error.message));
    if (!crash) return;
    throw new ConformanceError(
      `${what}: expected a deliberate error; found a crash, ${error.name}: ${error.message}; ${advice}`,
      {
        cause: error,
      },
    );
  }
  throw new ConformanceError(`${what}: expected an error; found none`);
}

/**
 * Creates the error for a rule that could not be tested.
 * @param why the reason, and what to change so that it can be tested.
 */
export function inconclusive(why: string): ConformanceError {
  return new ConformanceError(`inconclusive: ${why}`, { inconclusive: true });
}
