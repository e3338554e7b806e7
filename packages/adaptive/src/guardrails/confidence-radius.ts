/**
 * Half the width of an asymptotic confidence sequence for a mean: with the given probability the mean is within it for all numbers
 * of values simultaneously, so that it can be checked at any time (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024,
 * Time-uniform central limit theory and asymptotic confidence sequences, arXiv 2103.06476, equation 8):
 *
 * `sigma sqrt(2 (n rho^2 + 1) / (n^2 rho^2) log(sqrt(n rho^2 + 1) / alpha))`, with `rho` such that it is narrowest at
 * `tightest` values.
 * @param count `n`; infinite for fewer than two values.
 */
export function confidenceRadius(count: number, deviation: number, confidence: number, tightest: number): number {
  if (count < 2) return Number.POSITIVE_INFINITY;
  const alpha = 1 - confidence;
  const logTerm = -2 * Math.log(alpha);
  const rho2 = (logTerm + Math.log(logTerm + 1)) / tightest;
  const scaled = count * rho2 + 1;
  return deviation * Math.sqrt(((2 * scaled) / (count ** 2 * rho2)) * Math.log(Math.sqrt(scaled) / alpha));
}
