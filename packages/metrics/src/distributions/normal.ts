const [A, B, C, D] = [
  [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
    2.506628277459239,
  ],
  [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1],
  [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
];
/** Below this probability the formula of the tail applies. */
const TAIL = 0.02425;

/**
 * The quantile of the standard normal distribution, by Acklam's rational approximation; its relative error is below 1.2e-9.
 * @param probability between 0 and 1.
 */
export function normalQuantile(probability: number): number {
  if (probability > 1 - TAIL) return -normalQuantile(1 - probability);
  if (probability < TAIL) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = probability - 0.5;
  return (polynomial(A, q * q) * q) / polynomial(B, q * q);
}

/** Horner's method; coefficients from the highest power. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** Beyond this the other tail is below double precision relative to 1. */
const FAR = 8.5;

/**
 * The standard normal distribution function, by the series of Marsaglia (2004), "Evaluating the normal distribution".
 * Absolute error about 1e-15; the relative error is larger in the far tails.
 */
export function normalCumulative(x: number): number {
  if (x > FAR) return 1;
  if (x < -FAR) return 0;
  const square = x * x;
  let [sum, term, before] = [x, x, 0];
  for (let odd = 3; sum !== before; odd += 2) {
    term *= square / odd;
    before = sum;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-square / 2)) / Math.sqrt(2 * Math.PI);
}
