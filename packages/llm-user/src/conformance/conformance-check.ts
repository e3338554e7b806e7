import { LanguageModelError } from '../errors.js';
import { hasMarker } from '../has-marker.js';

const CONFORMANCE_ERROR: unique symbol = Symbol.for('ialp.llm-user.error.ConformanceError') as never;

/** An implementation broke a rule of its interface. The message says what was found and what was expected. */
export class ConformanceError extends Error {
  override name = 'ConformanceError';

  /** Like `instanceof`, and true as well for errors of another copy of this package. */
  static isInstance(value: unknown): value is ConformanceError {
    return hasMarker(value, CONFORMANCE_ERROR);
  }

  /** @internal */
  get [CONFORMANCE_ERROR](): true {
    return true;
  }
}

/** One rule of an interface. */
export interface ConformanceCheck {
  /** The rule in words. */
  readonly name: string;
  /** @throws {ConformanceError} where the implementation breaks the rule. */
  run(): Promise<void>;
}

/** A rule and how it is checked. What an implementation throws at a call within the rules is a breach of them too. */
export function check(name: string, look: () => void | Promise<void>): ConformanceCheck {
  return {
    name,
    async run() {
      try {
        await look();
      } catch (error) {
        if (error instanceof ConformanceError) throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new ConformanceError(`a call within the rules was refused: ${message}`, { cause: error });
      }
    },
  };
}

/** Throws unless a rule holds. */
export function require(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ConformanceError(message);
}

/** Gives what a call throws, and throws itself unless it does. */
export async function requireRejects(call: () => Promise<unknown>, what: string): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new ConformanceError(`${what}: expected an error; found none`);
}

/** Throws unless a call fails with a `LanguageModelError` that says whether trying again can help. */
export async function requireModelFailure(call: () => Promise<unknown>, what: string): Promise<void> {
  const error = await requireRejects(call, what);
  // Of this copy of the package or another.
  const isOne = LanguageModelError.isInstance(error);
  require(isOne, `${what}: expected a LanguageModelError; found ${String(error)}`);
  const { isRetryable } = error as LanguageModelError;
  require(typeof isRetryable === 'boolean', `${what}: isRetryable: expected true or false; found ${isRetryable}`);
}
