import { normalQuantile } from '../distributions/normal.js';
import { InvalidOptionError } from '../errors.js';
import type { ValueEstimate } from '../ope/value-estimate.js';

/** One logged decision; what `BanditLog` and `ModelledBanditLog` have in their rows. */
export interface LoggedDecision {
  readonly reward: number;
  readonly propensity: number;
  readonly target: number;
  /** By a model of rewards: of the chosen action, and under the policy that is judged. Both or none, for all decisions alike. */
  readonly predicted?: number;
  readonly predictedTarget?: number;
}

/** What an OPE stream keeps; plain numbers, to be stored or sent as JSON. */
export interface OpeStreamState {
  readonly count: number;
  /** Of them with predictions: all or none. */
  readonly modelled: number;
  /** Means of `w r`, of `w`, and of `V + w (r - q)`. */
  readonly weightedReward: number;
  readonly weight: number;
  readonly corrected: number;
  /** Sums of squared distances from these means, and of the products of the first two. */
  readonly weightedRewardSquares: number;
  readonly weightSquares: number;
  readonly correctedSquares: number;
  readonly products: number;
  /** The heaviest weight. */
  readonly maxWeight: number;
}

/** What the decisions so far say. */
export interface OpeStreamEstimates {
  readonly ips: ValueEstimate;
  /** Null where all weights are 0. */
  readonly selfNormalisedIps: ValueEstimate | null;
  /** Null where decisions have no predictions. */
  readonly doublyRobust: ValueEstimate | null;
  /** `(sum w)^2 / sum w^2` (Kish 1965); 0 where all weights are 0. */
  readonly effectiveSampleSize: number;
  readonly meanWeight: number;
  readonly maxWeight: number;
}

/** Off-policy estimates of decisions that come one at a time. */
export interface OpeStream {
  /** One more decision. @throws {InvalidOptionError} naming the field that is wrong; the stream stays as it was. */
  add(decision: LoggedDecision): void;
  /** All decisions of another stream, as if they had been added here. @throws {InvalidOptionError} */
  merge(other: OpeStreamState): void;
  state(): OpeStreamState;
  /** The estimates with asymptotic intervals; null before the first decision. @throws {InvalidOptionError} */
  estimates(options?: { readonly confidence?: number }): OpeStreamEstimates | null;
}

const EMPTY: OpeStreamState = {
  count: 0,
  modelled: 0,
  weightedReward: 0,
  weight: 0,
  corrected: 0,
  weightedRewardSquares: 0,
  weightSquares: 0,
  correctedSquares: 0,
  products: 0,
  maxWeight: 0,
};

/**
 * IPS, self-normalised IPS and doubly robust in one pass and constant memory, with the intervals that `ips`, `selfNormalisedIps` and
 * `doublyRobust` give; merged across processes (Chan, Golub and LeVeque 1979).
 * @param from a state to go on from.
 * @throws {InvalidOptionError}
 */
export function createOpeStream(from: OpeStreamState = EMPTY): OpeStream {
  requireState(from);
  const kept = { ...from };

  return {
    add(decision) {
      const modelled = requireDecision(decision);
      requireAlike(kept, modelled ? 1 : 0, 1);
      const weight = decision.target / decision.propensity;
      const weightedReward = weight * decision.reward;
      const corrected = modelled
        ? (decision.predictedTarget as number) + weight * (decision.reward - (decision.predicted as number))
        : 0;
      const count = ++kept.count;
      if (modelled) kept.modelled++;
      const [fromReward, fromWeight] = [weightedReward - kept.weightedReward, weight - kept.weight];
      const fromCorrected = corrected - kept.corrected;
      kept.weightedReward += fromReward / count;
      kept.weight += fromWeight / count;
      kept.corrected += fromCorrected / count;
      kept.weightedRewardSquares += fromReward * (weightedReward - kept.weightedReward);
      kept.weightSquares += fromWeight * (weight - kept.weight);
      kept.correctedSquares += fromCorrected * (corrected - kept.corrected);
      kept.products += fromReward * (weight - kept.weight);
      if (weight > kept.maxWeight) kept.maxWeight = weight;
    },
    merge(other) {
      requireState(other);
      if (other.count === 0) return;
      requireAlike(kept, other.modelled, other.count);
      const total = kept.count + other.count;
      const share = other.count / total;
      const pull = kept.count * share;
      const [reward, weight] = [other.weightedReward - kept.weightedReward, other.weight - kept.weight];
      const corrected = other.corrected - kept.corrected;
      kept.weightedRewardSquares += other.weightedRewardSquares + pull * reward * reward;
      kept.weightSquares += other.weightSquares + pull * weight * weight;
      kept.correctedSquares += other.correctedSquares + pull * corrected * corrected;
      kept.products += other.products + pull * reward * weight;
      kept.weightedReward += share * reward;
      kept.weight += share * weight;
      kept.corrected += share * corrected;
      kept.maxWeight = Math.max(kept.maxWeight, other.maxWeight);
      kept.modelled += other.modelled;
      kept.count = total;
    },
    state: () => ({ ...kept }),
    estimates({ confidence = 0.95 } = {}) {
      if (!(confidence > 0 && confidence < 1)) {
        throw new InvalidOptionError('confidence', confidence, 'a number between 0 and 1');
      }
      if (kept.count === 0) return null;
      const z = normalQuantile((1 + confidence) / 2);
      const estimate = (value: number, squares: number, mean: number): ValueEstimate => {
        const rows = kept.count;
        // Rounding may leave a little less than nothing.
        const standardError = rows > 1 ? Math.sqrt(Math.max(0, squares) / (rows - 1) / rows) / mean : 0;
        const half = z * standardError;
        return { value, standardError, lower: value - half, upper: value + half, confidence, rows };
      };
      const { weight, weightedReward, weightSquares, weightedRewardSquares, products, count } = kept;
      const ratio = weightedReward / weight;
      const ofRatio = weightedRewardSquares - 2 * ratio * products + ratio * ratio * weightSquares;
      return {
        ips: estimate(weightedReward, weightedRewardSquares, 1),
        selfNormalisedIps: weight === 0 ? null : estimate(ratio, ofRatio, weight),
        doublyRobust: kept.modelled === 0 ? null : estimate(kept.corrected, kept.correctedSquares, 1),
        effectiveSampleSize: weight === 0 ? 0 : (count * weight) ** 2 / (weightSquares + count * weight * weight),
        meanWeight: weight,
        maxWeight: kept.maxWeight,
      };
    },
  };
}

/** @returns whether the decision has predictions. */
function requireDecision({ reward, propensity, target, predicted, predictedTarget }: LoggedDecision): boolean {
  if (!Number.isFinite(reward)) throw new InvalidOptionError('reward', reward, 'a finite number');
  if (!(propensity > 0 && propensity <= 1)) {
    throw new InvalidOptionError('propensity', propensity, 'a probability above 0');
  }
  if (!(target >= 0 && target <= 1)) throw new InvalidOptionError('target', target, 'a probability');
  if (predicted === undefined && predictedTarget === undefined) return false;
  for (const [field, value] of Object.entries({ predicted, predictedTarget })) {
    if (!Number.isFinite(value)) throw new InvalidOptionError(field, value, 'a finite number');
  }
  return true;
}

function requireAlike(kept: OpeStreamState, modelled: number, count: number): void {
  const mixes = modelled !== 0 && modelled !== count;
  const differs = kept.count > 0 && kept.modelled > 0 !== modelled > 0;
  if (!mixes && !differs) return;
  throw new InvalidOptionError('predicted', `${modelled} of ${count} decisions`, 'all decisions to have it, or none');
}

function requireState(state: OpeStreamState): void {
  for (const field of Object.keys(EMPTY) as (keyof OpeStreamState)[]) {
    if (!Number.isFinite(state[field])) throw new InvalidOptionError(`state.${field}`, state[field], 'a finite number');
  }
  if (!Number.isSafeInteger(state.count) || state.count < 0) {
    throw new InvalidOptionError('state.count', state.count, 'an integer of at least 0');
  }
}
