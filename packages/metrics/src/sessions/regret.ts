import { counted, described, InvalidOptionError } from '@ialp/core';

/**
 * Cumulative regret `sum_t (reference_t - value_t)` after each value (Lai and Robbins 1985). The reference is the value
 * of the best possible policy, or of the current one: one number, or one per value. Negative if the values are better
 * than the reference.
 * @param values `[steps]`: rewards of interactions or of sessions, in order.
 * @returns `[steps]`
 * @throws {InvalidOptionError} if a number is not finite, or the reference has another length.
 */
export function cumulativeRegret(values: ArrayLike<number>, reference: number | ArrayLike<number>): Float64Array {
  const isOne = typeof reference === 'number';
  if (!isOne && reference.length !== values.length) {
    throw new InvalidOptionError(
      'reference',
      described(counted(reference.length, 'number')),
      `${counted(values.length, 'number')}, one per value`,
    );
  }
  const regret = new Float64Array(values.length);
  let sum = 0;
  for (let step = 0; step < values.length; step++) {
    const expected = isOne ? reference : reference[step];
    if (!Number.isFinite(values[step])) {
      throw new InvalidOptionError(`values[${step}]`, values[step], 'a finite number');
    }
    if (!Number.isFinite(expected)) {
      throw new InvalidOptionError(isOne ? 'reference' : `reference[${step}]`, expected, 'a finite number');
    }
    sum += expected - values[step];
    regret[step] = sum;
  }
  return regret;
}
