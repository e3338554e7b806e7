/** `P = sigmoid(slope score + intercept)`. */
export interface LogisticCalibration {
  readonly slope: number;
  readonly intercept: number;
}

/** Newton's method converges quadratically; these are plenty. */
const MAX_STEPS = 50;
/** Keeps the slope finite if the scores separate positives from negatives. */
const RIDGE = 1e-6;
const CONVERGED = 1e-10;

/**
 * Platt scaling: turns scores into probabilities by logistic regression on one input (J. Platt, "Probabilistic Outputs for Support
 * Vector Machines", 1999), by weighted maximum likelihood.
 * @param labels 1 or 0. @param weights weights of the pairs of score and label; their sum is 1.
 */
export function fitLogistic(scores: Float64Array, labels: Uint8Array, weights: Float64Array): LogisticCalibration {
  const positive = labels.reduce((sum, label, row) => sum + weights[row] * label, 0);
  let slope = 0;
  let intercept = Math.log(positive / (1 - positive));
  for (let step = 0; step < MAX_STEPS; step++) {
    let [gradientSlope, gradientIntercept] = [-RIDGE * slope, 0];
    let [ss, si, ii] = [RIDGE, 0, RIDGE];
    for (let row = 0; row < scores.length; row++) {
      const probability = 1 / (1 + Math.exp(-(slope * scores[row] + intercept)));
      const error = weights[row] * (labels[row] - probability);
      const curvature = weights[row] * probability * (1 - probability);
      gradientSlope += error * scores[row];
      gradientIntercept += error;
      ss += curvature * scores[row] ** 2;
      si += curvature * scores[row];
      ii += curvature;
    }
    const determinant = ss * ii - si * si;
    const moveSlope = (ii * gradientSlope - si * gradientIntercept) / determinant;
    const moveIntercept = (ss * gradientIntercept - si * gradientSlope) / determinant;
    // A full step may overshoot where the likelihood is flat. Steps longer than 4 leave the range of the quadratic model.
    const damp = Math.min(1, 4 / Math.hypot(moveSlope, moveIntercept));
    slope += damp * moveSlope;
    intercept += damp * moveIntercept;
    if (Math.abs(moveSlope) + Math.abs(moveIntercept) < CONVERGED) break;
  }
  return { slope, intercept };
}
