import { checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';
import { checkProbabilities } from '../ope/bandit-log.js';
import { asymptoticEnds, checkFiniteEstimate, hasSpread, type ValueEstimate } from '../ope/value-estimate.js';
import { checkState, EMPTY, type OpeStreamState } from './ope-stream-state.js';

/** One logged decision: a row of a `BanditLog` or `ModeledBanditLog`. */
export interface LoggedDecision {
  readonly reward: number;
  readonly propensity: number;
  readonly target: number;
  /**
   * Predicted rewards of the chosen action and under the target policy: both or neither, and the same for all
   * decisions.
   */
  readonly qHat?: number;
  readonly vHat?: number;
}

/** Estimates from the decisions so far. */
export interface OpeStreamEstimates {
  readonly ips: ValueEstimate;
  /** Null if all weights are 0. */
  readonly snips: ValueEstimate | null;
  /** Null if the decisions have no predictions. */
  readonly doublyRobust: ValueEstimate | null;
  /** `(sum w)^2 / sum w^2` (Kish 1965); 0 if all weights are 0. */
  readonly effectiveSampleSize: number;
  readonly meanWeight: number;
  readonly maxWeight: number;
}

/** Off-policy estimates of decisions that arrive one by one. */
export interface OpeStream {
  /**
   * Adds a decision.
   * @throws {InvalidOptionError} that names the invalid field; the stream stays unchanged.
   */
  add(decision: LoggedDecision): void;
  /**
   * Adds all decisions of another stream.
   * @throws {InvalidOptionError} if the state is invalid; the stream stays unchanged.
   */
  merge(other: OpeStreamState): void;
  /** A copy of the state, for `merge` or `createOpeStream`. */
  state(): OpeStreamState;
  /**
   * The estimates with asymptotic intervals; null before the first decision.
   * @throws {InvalidOptionError} if the confidence is invalid or an estimate is not finite.
   */
  estimates(options?: { readonly confidence?: number }): OpeStreamEstimates | null;
}

/**
 * IPS, SNIPS and doubly robust in one pass and constant memory, with the same intervals as `ips`, `snips` and
 * `doublyRobust`. States can be merged across processes (Chan, Golub and LeVeque 1979).
 * @param from a state to continue from. Default: empty.
 * @throws {InvalidOptionError} if the state is invalid.
 */
export function createOpeStream(from: OpeStreamState = EMPTY): OpeStream {
  checkState(from);
  let sums = { ...from };
  const take = (next: typeof sums): void => {
    checkFiniteEstimate(next);
    sums = next;
  };

  return {
    add(decision) {
      const modelled = checkDecision(decision);
      checkSamePredictions(sums, modelled ? 1 : 0, 1);
      const weight = decision.target / decision.propensity;
      const weightedReward = weight * decision.reward;
      const corrected = modelled
        ? (decision.vHat as number) + weight * (decision.reward - (decision.qHat as number))
        : 0;
      const next = { ...sums, count: sums.count + 1, modelled: sums.modelled + (modelled ? 1 : 0) };
      const [fromReward, fromWeight] = [weightedReward - sums.weightedReward, weight - sums.weight];
      const fromCorrected = corrected - sums.corrected;
      next.weightedReward += fromReward / next.count;
      next.weight += fromWeight / next.count;
      next.corrected += fromCorrected / next.count;
      next.weightedRewardSquares += fromReward * (weightedReward - next.weightedReward);
      next.weightSquares += fromWeight * (weight - next.weight);
      next.correctedSquares += fromCorrected * (corrected - next.corrected);
      next.products += fromReward * (weight - next.weight);
      if (weight > next.maxWeight) next.maxWeight = weight;
      take(next);
    },
    merge(other) {
      checkState(other);
      if (other.count === 0) return;
      checkSamePredictions(sums, other.modelled, other.count);
      const total = sums.count + other.count;
      const share = other.count / total;
      const pull = sums.count * share;
      const [reward, weight] = [other.weightedReward - sums.weightedReward, other.weight - sums.weight];
      const corrected = other.corrected - sums.corrected;
      const next = { ...sums, count: total };
      next.weightedRewardSquares += other.weightedRewardSquares + pull * reward * reward;
      next.weightSquares += other.weightSquares + pull * weight * weight;
      next.correctedSquares += other.correctedSquares + pull * corrected * corrected;
      next.products += other.products + pull * reward * weight;
      next.weightedReward += share * reward;
      next.weight += share * weight;
      next.corrected += share * corrected;
      next.maxWeight = Math.max(next.maxWeight, other.maxWeight);
      next.modelled += other.modelled;
      take(next);
    },
    state: () => ({ ...sums }),
    estimates({ confidence = 0.95 } = {}) {
      checkConfidence(confidence);
      if (sums.count === 0) return null;
      const { weight, weightedReward, weightSquares, weightedRewardSquares, products, count } = sums;
      const ofNumerators = weightedRewardSquares + count * weightedReward * weightedReward;
      const estimate = (value: number, squares: number, sumOfSquares: number, mean: number): ValueEstimate => {
        // Rounding may leave a slightly negative sum of squares.
        const standardError = hasSpread(squares, count, sumOfSquares)
          ? Math.sqrt(squares / (count - 1) / count) / mean
          : null;
        checkFiniteEstimate({ value, 'standard error': standardError });
        return { value, standardError, ...asymptoticEnds(value, standardError, confidence), confidence, rows: count };
      };
      const ratio = weightedReward / weight;
      const ofRatio = weightedRewardSquares - 2 * ratio * products + ratio * ratio * weightSquares;
      const ofCorrected = sums.correctedSquares + count * sums.corrected * sums.corrected;
      return {
        ips: estimate(weightedReward, weightedRewardSquares, ofNumerators, 1),
        snips: weight === 0 ? null : estimate(ratio, ofRatio, ofNumerators, weight),
        doublyRobust: sums.modelled === 0 ? null : estimate(sums.corrected, sums.correctedSquares, ofCorrected, 1),
        effectiveSampleSize: weight === 0 ? 0 : (count * weight) ** 2 / (weightSquares + count * weight * weight),
        meanWeight: weight,
        maxWeight: sums.maxWeight,
      };
    },
  };
}

/** @returns whether the decision has predictions. */
function checkDecision(decision: LoggedDecision): boolean {
  checkObject('decision', decision, 'an object with reward, propensity and target');
  const { reward, propensity, target, qHat, vHat } = decision;
  if (!Number.isFinite(reward)) throw new InvalidOptionError('reward', reward, 'a finite number');
  checkProbabilities(propensity, target, (field) => field);
  if (qHat === undefined && vHat === undefined) return false;
  for (const [field, value] of Object.entries({ qHat, vHat })) {
    if (!Number.isFinite(value)) throw new InvalidOptionError(field, value, 'a finite number');
  }
  return true;
}

function checkSamePredictions(sums: OpeStreamState, modelled: number, count: number): void {
  const mixes = modelled !== 0 && modelled !== count;
  const differs = sums.count > 0 && sums.modelled > 0 !== modelled > 0;
  if (!mixes && !differs) return;
  throw new InvalidOptionError(
    'qHat',
    described(`${modelled} of ${counted(count, 'decision')}`),
    'predictions for all decisions or for none',
  );
}
