import { hasMarker } from '../has-marker.js';

const CONFORMANCE_ERROR: unique symbol = Symbol.for('ialp.env.error.ConformanceError') as never;

/** An environment broke a rule of its interface. The message says which, where, what was found and what was expected. */
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
