/** An implementation broke a rule of its interface. The message says what was found and what was expected. */
export class ConformanceError extends Error {
  override name = 'ConformanceError';
}

/** One rule of an interface. */
export interface ConformanceCheck {
  /** The rule in words. */
  readonly name: string;
  /** @throws {ConformanceError} where the implementation breaks the rule. */
  run(): Promise<void>;
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
