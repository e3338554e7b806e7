/** The answers to one question and what a model predicted for them. */
export interface JudgedQuestion {
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/**
 * Of all pairs of candidates of one question of which one was liked more, the share that the prediction ranks likewise;
 * a tie of the prediction counts half. With yes-or-no answers this is the area under the ROC curve, by question. NaN
 * where no two candidates differ.
 */
export function pairwiseAuc(questions: readonly JudgedQuestion[]): number {
  let pairs = 0;
  let right = 0;
  for (const { truth, predicted } of questions) {
    for (let first = 0; first < truth.length; first++) {
      for (let second = 0; second < truth.length; second++) {
        if (truth[first] <= truth[second]) continue;
        pairs++;
        if (predicted[first] > predicted[second]) right++;
        else if (predicted[first] === predicted[second]) right += 0.5;
      }
    }
  }
  return right / pairs;
}

const BINS = 10;

/**
 * Expected calibration error (Naeini et al. 2015): predictions in ten bins of equal width; the mean distance between
 * what a bin predicts and what came true, weighted by how full the bin is.
 */
export function expectedCalibrationError(questions: readonly JudgedQuestion[]): number {
  const predictedSum = new Float64Array(BINS);
  const truthSum = new Float64Array(BINS);
  let count = 0;
  for (const { truth, predicted } of questions) {
    for (const [k, value] of predicted.entries()) {
      const bin = Math.min(BINS - 1, Math.floor(value * BINS));
      predictedSum[bin] += value;
      truthSum[bin] += truth[k];
      count++;
    }
  }
  return predictedSum.reduce((sum, value, bin) => sum + Math.abs(value - truthSum[bin]), 0) / count;
}
