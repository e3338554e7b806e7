/** Some predictions of about the same probability, and what came of them. */
export interface CalibrationBin {
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share of what came true. */
  readonly observed: number;
  /** Share of all predictions that are in the bin, by weight. */
  readonly weight: number;
}

/** How far predicted probabilities can be taken at their word. */
export interface Calibration {
  /**
   * Expected calibration error: the mean distance of a bin's prediction from what was observed, by weight (M. P. Naeini and
   * others, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015). 0 is perfect.
   */
  readonly error: number;
  /** Mean squared distance of a probability from 0 or 1, by weight (G. W. Brier 1950). */
  readonly brier: number;
  /** From the lowest predictions to the highest; at most ten, of as equal a number of predictions as can be. */
  readonly bins: readonly CalibrationBin[];
}

const BINS = 10;

/**
 * The calibration of probabilities, each with what came of it: 1 or 0.
 * @param weights how much each counts; all the same by default.
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
 * @returns `undefined` where there are no positives or no negatives.
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
