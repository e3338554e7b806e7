import type { Random } from '@ialp/core';

/**
 * One draw of the Beta distribution, in [0, 1]: `X / (X + Y)` of two Gamma draws with the two shapes.
 * @param alpha at least 1.
 * @param beta at least 1: a uniform prior never leads to a smaller shape.
 */
export function sampleBeta(alpha: number, beta: number, random: Random): number {
  const first = sampleGamma(alpha, random);
  return first / (first + sampleGamma(beta, random));
}

/**
 * One draw of the Gamma distribution with scale 1 (Marsaglia and Tsang 2000, A simple method for generating gamma
 * variables): a cube of a normal draw, some of which are rejected.
 * @param shape at least 1.
 */
export function sampleGamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = random.uniform();
    const square = x * x;
    // The first test implies the second and spares the logarithms.
    if (u < 1 - 0.0331 * square * square) return d * v;
    if (Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return d * v;
  }
}
