/** Predictions of about the same probability, and their outcomes. */
export interface CalibrationBin {
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share of positive outcomes. */
  readonly observed: number;
  /** Share of all predictions in the bin, by weight. */
  readonly weight: number;
}

/** Calibration of predicted probabilities. */
export interface Calibration {
  /**
   * Expected calibration error: the weighted mean of the distance between prediction and observation of a bin (M. P. Naeini et
   * al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015). 0 is perfect.
   */
  readonly error: number;
  /** Brier score: the weighted mean squared difference of probability and outcome (G. W. Brier 1950). */
  readonly brier: number;
  /** From the lowest predictions to the highest; at most ten, with numbers of predictions as equal as possible. */
  readonly bins: readonly CalibrationBin[];
}

const BINS = 10;

/**
 * The calibration of probabilities, given their outcomes of 1 or 0.
 * @param weights weights of the predictions; equal by default.
 */
export function calibrationOf(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  weights: Float64Array = new Float64Array(outcomes.length).fill(1),
): Calibration {
  const order = ascending(probabilities);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const bins: CalibrationBin[] = [];
  let brier = 0;
  const count = Math.min(BINS, order.length);
  for (let bin = 0; bin < count; bin++) {
    const rows = order.subarray(
      Math.round((bin * order.length) / count),
      Math.round(((bin + 1) * order.length) / count),
    );
    let [weight, predicted, observed] = [0, 0, 0];
    for (const row of rows) {
      weight += weights[row];
      predicted += weights[row] * probabilities[row];
      observed += weights[row] * outcomes[row];
      brier += weights[row] * (probabilities[row] - outcomes[row]) ** 2;
    }
    bins.push({ predicted: predicted / weight, observed: observed / weight, weight: weight / total });
  }
  const error = bins.reduce((sum, bin) => sum + bin.weight * Math.abs(bin.predicted - bin.observed), 0);
  return { error, brier: brier / total, bins };
}

/**
 * Area under the ROC curve: the probability that a positive has a higher score than a negative, both drawn at random; ties
 * count half (J. A. Hanley, B. J. McNeil 1982).
 * @param labels 1 for a positive, 0 for a negative.
 * @returns `undefined` without positives or without negatives.
 */
export function areaUnderCurve(scores: Float64Array, labels: Uint8Array): number | undefined {
  const order = ascending(scores);
  let positives = 0;
  let negatives = 0;
  let won = 0;
  for (let first = 0; first < order.length; ) {
    let last = first;
    let [tiedPositives, tiedNegatives] = [0, 0];
    for (; last < order.length && scores[order[last]] === scores[order[first]]; last++) {
      if (labels[order[last]] === 1) tiedPositives++;
      else tiedNegatives++;
    }
    won += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    first = last;
  }
  return positives === 0 || negatives === 0 ? undefined : won / (positives * negatives);
}

function ascending(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
}
