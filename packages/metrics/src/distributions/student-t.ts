import { InvalidOptionError } from '@ialp/core';
import { logGamma } from './log-gamma.js';

/**
 * The quantile of Student's t distribution, by bisection on the smaller tail, which preserves the precision of tiny
 * probabilities. Relative error within 1e-9 for up to 1e8 degrees of freedom and probabilities down to 1e-12 (compared
 * with SciPy 1.17).
 * @param probability between 0 and 1.
 * @param degreesOfFreedom above 0; need not be an integer.
 * @throws {InvalidOptionError} if an argument is out of range.
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(probability > 0 && probability < 1))
    throw new InvalidOptionError('probability', probability, 'a number between 0 and 1');
  if (!(degreesOfFreedom > 0 && degreesOfFreedom < Number.POSITIVE_INFINITY))
    throw new InvalidOptionError('degreesOfFreedom', degreesOfFreedom, 'a number above 0');
  if (probability === 0.5) return 0;
  return probability < 0.5 ? -upperPoint(probability, degreesOfFreedom) : upperPoint(1 - probability, degreesOfFreedom);
}

/** The value with upper tail probability `tail`, below one half. */
function upperPoint(tail: number, degreesOfFreedom: number): number {
  let low = 0;
  let high = 1;
  while (upperTail(high, degreesOfFreedom) > tail) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (upperTail(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
}

/** The probability that a t-distributed value is at least as far from 0 as `t`, on either side. */
export function studentTTwoSided(t: number, degreesOfFreedom: number): number {
  return t === 0 ? 1 : 2 * upperTail(Math.abs(t), degreesOfFreedom);
}

/** `P(T > t)` for `t > 0`: `I_x(nu/2, 1/2) / 2` with `x = nu / (nu + t^2)` (Abramowitz and Stegun 26.7.1). */
function upperTail(t: number, degreesOfFreedom: number): number {
  const ratio = t * t * (1 / degreesOfFreedom);
  if (ratio === Number.POSITIVE_INFINITY) return 0;
  const [a, b] = [degreesOfFreedom / 2, 0.5];
  // With many degrees of freedom x is almost 1: computing 1 - x or log(x) from its rounded value would lose precision.
  const x = 1 / (1 + ratio);
  const y = ratio / (1 + ratio);
  const front = Math.exp(b * Math.log(y) - a * Math.log1p(ratio) - logBetaHalf(a));
  // The continued fraction converges fast on this side of the mean; the other side follows by symmetry.
  const beta =
    x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(y, b, a)) / b;
  return beta / 2;
}

/** `log B(a, 1/2)`. */
function logBetaHalf(a: number): number {
  // For large arguments the two logarithms cancel; their difference has a series (Abramowitz and Stegun 6.1.47).
  const difference = a > 200 ? Math.log(a) / 2 - 1 / (8 * a) + 1 / (192 * a ** 3) : logGamma(a + 0.5) - logGamma(a);
  return Math.log(Math.PI) / 2 - difference;
}

/** The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8) by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guarded = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  // The number of relevant terms grows with the square root of the degrees of freedom.
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 4e-16) break;
  }
  return fraction;
}
