import { InvalidOptionError } from '@ialp/core';

/**
 * The cumulative regret: after each value, by how much all so far fall short of a reference, `sum_t (reference_t - value_t)` (Lai and
 * Robbins 1985). The reference is what the best possible policy, or the one in place now, would have had: one number, or one for each
 * value. Below 0 where the values are better.
 * @param values `[steps]`: rewards of interactions or of sessions, in their order.
 * @returns `[steps]`
 * @throws {InvalidOptionError} for a number that is not finite, or a reference of another length.
 */
export function cumulativeRegret(values: ArrayLike<number>, reference: number | ArrayLike<number>): Float64Array {
  const isOne = typeof reference === 'number';
  if (!isOne && reference.length !== values.length) {
    throw new InvalidOptionError('reference', `${reference.length} numbers`, `${values.length}, one for each value`);
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
