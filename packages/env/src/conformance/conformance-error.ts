/** An environment broke a rule of its interface. The message says which, where, what was found and what was expected. */
export class ConformanceError extends Error {
  override name = 'ConformanceError';
}

/** Throws unless a rule holds. */
export function require(holds: boolean, message: string): asserts holds {
  if (!holds) throw new ConformanceError(message);
}

/** Throws unless a call does. */
export function requireThrows(call: () => void, what: string): void {
  try {
    call();
  } catch {
    return;
  }
  throw new ConformanceError(`${what}: expected an error; found none`);
}
