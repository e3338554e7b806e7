/**
 * Half the width of an asymptotic confidence sequence for a mean: with the stated probability the mean of any number of
 * values lies within it at all times at once, however often one looks (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
 * 2024, Time-uniform central limit theory and asymptotic confidence sequences, arXiv 2103.06476, equation 8):
 *
 * `sigma sqrt(2 (n rho^2 + 1) / (n^2 rho^2) log(sqrt(n rho^2 + 1) / alpha))`, with `rho` such that it is narrowest at
 * `tightest` values.
 * @param count `n`; infinite for fewer than two values.
 */
export function confidenceRadius(count: number, deviation: number, confidence: number, tightest: number): number {
  if (count < 2) return Number.POSITIVE_INFINITY;
  const alpha = 1 - confidence;
  const doubt = -2 * Math.log(alpha);
  const rho2 = (doubt + Math.log(doubt + 1)) / tightest;
  const scaled = count * rho2 + 1;
  return deviation * Math.sqrt(((2 * scaled) / (count ** 2 * rho2)) * Math.log(Math.sqrt(scaled) / alpha));
}
