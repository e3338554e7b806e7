import { ConformanceError, checkRule } from '@ialp/core/testing';

/** Throws unless a call throws. */
export function checkThrows(call: () => void, what: string): void {
  try {
    call();
  } catch {
    return;
  }
  throw new ConformanceError(`${what}: expected an error; found none`);
}

/** Throws unless two arrays are equal, bit for bit. */
export function checkSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  checkRule(actual.length === expected.length, `${what}: expected ${expected.length} numbers; found ${actual.length}`);
  for (let k = 0; k < expected.length; k++) {
    checkRule(Object.is(actual[k], expected[k]), `${what}[${k}]: expected ${expected[k]}; found ${actual[k]}`);
  }
}

/** Throws unless two arrays differ by at most `tolerance`, absolute below 1 and relative above. */
export function checkClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  checkRule(actual.length === expected.length, `${what}: expected ${expected.length} numbers; found ${actual.length}`);
  for (let k = 0; k < expected.length; k++) {
    checkRule(
      Math.abs(actual[k] - expected[k]) <= tolerance * Math.max(1, Math.abs(expected[k])),
      `${what}[${k}]: expected ${expected[k]}; found ${actual[k]}`,
    );
  }
}
