import { checkObject, InvalidOptionError } from '@ialp/core';
import { checkConfidence } from '../checks.js';
import { checkProbabilities } from '../ope/bandit-log.js';
import { asymptoticEnds, checkFiniteEstimate, hasSpread, type ValueEstimate } from '../ope/value-estimate.js';

/** One logged decision; what `BanditLog` and `ModelledBanditLog` have in their rows. */
export interface LoggedDecision {
  readonly reward: number;
  readonly propensity: number;
  readonly target: number;
  /** Predicted rewards of the chosen action and under the target policy. Give both or neither, for all decisions. */
  readonly qHat?: number;
  readonly vHat?: number;
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
  readonly snips: ValueEstimate | null;
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
 * IPS, self-normalised IPS and doubly robust in one pass and constant memory, with the intervals that `ips`, `snips` and
 * `doublyRobust` give; merged across processes (Chan, Golub and LeVeque 1979).
 * @param from a state to go on from.
 * @throws {InvalidOptionError}
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
      checkAlike(sums, modelled ? 1 : 0, 1);
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
      checkAlike(sums, other.modelled, other.count);
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
        // Rounding may leave a little less than nothing.
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

function checkAlike(sums: OpeStreamState, modelled: number, count: number): void {
  const mixes = modelled !== 0 && modelled !== count;
  const differs = sums.count > 0 && sums.modelled > 0 !== modelled > 0;
  if (!mixes && !differs) return;
  throw new InvalidOptionError('qHat', `${modelled} of ${count} decisions`, 'all decisions to have it, or none');
}

function checkState(state: OpeStreamState): void {
  checkObject('state', state, 'what state() of a stream gave');
  for (const field of Object.keys(EMPTY) as (keyof OpeStreamState)[]) {
    if (!Number.isFinite(state[field])) throw new InvalidOptionError(`state.${field}`, state[field], 'a finite number');
  }
  for (const field of ['count', 'modelled'] as const) {
    if (Number.isSafeInteger(state[field]) && state[field] >= 0) continue;
    throw new InvalidOptionError(`state.${field}`, state[field], 'an integer of at least 0');
  }
  for (const field of ['weight', 'weightedRewardSquares', 'weightSquares', 'correctedSquares', 'maxWeight'] as const) {
    if (!(state[field] >= 0)) throw new InvalidOptionError(`state.${field}`, state[field], 'a number of at least 0');
  }
  checkConsistent(state);
}

/** Squares of what is smaller than the root of this are 0. */
const UNDERFLOW = 1e-140;

/** Throws for numbers that no decisions give together. Sums were rounded, so that limits are taken with a little more. @throws {InvalidOptionError} */
function checkConsistent(state: OpeStreamState): void {
  const { count, modelled, weight, weightSquares, weightedRewardSquares, products, maxWeight } = state;
  const wrong = (field: keyof OpeStreamState, expected: string): never => {
    throw new InvalidOptionError(`state.${field}`, state[field], expected);
  };
  if (modelled !== 0 && modelled !== count) wrong('modelled', `0 or ${count}, as count is`);
  const empty = Object.keys(EMPTY) as (keyof OpeStreamState)[];
  const fields = count === 0 ? empty : modelled === 0 ? (['corrected', 'correctedSquares'] as const) : [];
  for (const field of fields) {
    if (state[field] !== 0) wrong(field, `0, as ${count === 0 ? 'count' : 'modelled'} is`);
  }
  const more = 1 + 1e-6;
  if (weight > maxWeight * more) wrong('maxWeight', `a number of at least ${weight}, the mean weight`);
  if (maxWeight > count * weight * more)
    wrong('maxWeight', `a number of at most ${count * weight}, the sum of all weights`);
  // Weights from 0 to the greatest spread most where each has one of the ends.
  const mostSquares = count * weight * (maxWeight - weight);
  const rounding = 1e-6 * count * maxWeight * maxWeight;
  if (weightSquares > mostSquares + rounding)
    wrong('weightSquares', `a number of at most ${mostSquares}, as weight and maxWeight say`);
  const mostProducts = Math.sqrt(weightedRewardSquares) * Math.sqrt(weightSquares);
  // Cauchy and Schwarz.
  const size = Math.sqrt(count) * Math.abs(state.weightedReward) + Math.sqrt(weightedRewardSquares);
  if (Math.abs(products) > mostProducts * more + 1e-6 * size * Math.sqrt(count) * maxWeight + UNDERFLOW) {
    wrong(
      'products',
      `a number from ${-mostProducts} to ${mostProducts}, as weightedRewardSquares and weightSquares say`,
    );
  }
}
