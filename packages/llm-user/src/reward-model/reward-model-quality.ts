/** Answers to one question with the predictions for them. */
export interface JudgedQuestion {
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
}

/**
 * Share of pairs of candidates of a question with different answers that the prediction ranks in the right order; ties count half. With
 * answers of 0 and 1 this is the AUC within questions. Null if no pair differs.
 */
export function pairwiseAuc(questions: readonly JudgedQuestion[]): number | null {
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
  return pairs === 0 ? null : right / pairs;
}

const BINS = 10;

/**
 * Expected calibration error (Naeini et al. 2015) over ten bins of equal width: the mean distance between the predicted and the observed
 * rate of a bin, weighted by the number of predictions in it.
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
