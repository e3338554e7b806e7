import { hasMarker } from '../has-marker.js';

const CONFORMANCE_ERROR: unique symbol = Symbol.for('ialp.policy.error.ConformanceError') as never;

/** An implementation broke a rule of its interface. The message says which, where, what was found and what was expected. */
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

/** Throws unless two lists of numbers are the same, bit for bit. */
export function requireSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  require(actual.length === expected.length, `${what}: expected ${expected.length} numbers; found ${actual.length}`);
  for (let k = 0; k < expected.length; k++) {
    require(Object.is(actual[k], expected[k]), `${what}[${k}]: expected ${expected[k]}; found ${actual[k]}`);
  }
}

/** Throws unless two lists of numbers differ by no more than `tolerance`, relative to numbers above 1. */
export function requireClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  require(actual.length === expected.length, `${what}: expected ${expected.length} numbers; found ${actual.length}`);
  for (let k = 0; k < expected.length; k++) {
    require(Math.abs(actual[k] - expected[k]) <=
      tolerance * Math.max(1, Math.abs(expected[k])), `${what}[${k}]: expected ${expected[k]}; found ${actual[k]}`);
  }
}
