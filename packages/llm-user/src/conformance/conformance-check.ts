import { type AsyncConformanceCheck, ConformanceError, checkRule } from '@ialp/core/testing';
import { LanguageModelError } from '../errors.js';

/** A rule and how it is checked. What an implementation throws at a call within the rules is a breach of them too. */
export function check(name: string, look: () => void | Promise<void>): AsyncConformanceCheck {
  return {
    name,
    async run() {
      try {
        await look();
      } catch (error) {
        if (ConformanceError.isInstance(error)) throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new ConformanceError(`a call within the rules was refused: ${message}`, { cause: error });
      }
    },
  };
}

/** The check of every suite that an implementation names the version of its interface. */
export function specificationCheck(make: () => Specified | Promise<Specified>): AsyncConformanceCheck {
  return check("specificationVersion is 'v1'", async () => {
    const { specificationVersion: found } = await make();
    checkRule(found === 'v1', `specificationVersion: expected 'v1'; found ${JSON.stringify(found)}`);
  });
}

interface Specified {
  readonly specificationVersion: 'v1';
}

/** Gives what a call throws, and throws itself unless it does. */
export async function assertRejects(call: () => Promise<unknown>, what: string): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new ConformanceError(`${what}: expected an error; found none`);
}

/** Throws unless a call fails with a `LanguageModelError` that says whether trying again can help. */
export async function assertModelFailure(call: () => Promise<unknown>, what: string): Promise<void> {
  const error = await assertRejects(call, what);
  // Of this copy of the package or another.
  const isOne = LanguageModelError.isInstance(error);
  checkRule(isOne, `${what}: expected a LanguageModelError; found ${String(error)}`);
  const { isRetryable } = error as LanguageModelError;
  checkRule(typeof isRetryable === 'boolean', `${what}: isRetryable: expected true or false; found ${isRetryable}`);
}
