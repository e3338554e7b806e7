import { checkShare, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import { type ChoiceModel, NO_CHOICE } from './choice-model.js';

/** Options of `createFirstAcceptableChoice`. */
export interface FirstAcceptableChoiceOptions {
  /**
   * An item is acceptable if the feedback to it is at least this. Default 0.5, for feedback of 0 and 1. The comparison is in single
   * precision, as rewards are stored: feedback of 0.7 from a `Float32Array` reaches a threshold of 0.7.
   */
  readonly acceptThreshold?: number;
}

/**
 * The user goes down the slate and chooses the first acceptable item: the cascade model (N. Craswell et al., "An Experimental Comparison of Click Position-Bias Models", WSDM 2008).
 * @throws {InvalidOptionError}
 */
export function createFirstAcceptableChoice(options: FirstAcceptableChoiceOptions = {}): ChoiceModel {
  checkOptions(options, '{ acceptThreshold: 0.5 }', ['acceptThreshold']);
  const { acceptThreshold = 0.5 } = options;
  return createCascadeChoice({ acceptThreshold, perseverance: 1 });
}

/** Options of `createCascadeChoice`. */
export interface CascadeChoiceOptions extends FirstAcceptableChoiceOptions {
  /** Probability of looking at the next item after one that is not acceptable. `0..1`. */
  readonly perseverance: number;
}

/**
 * The user goes down the slate, chooses the first acceptable item, and may give up after each that is not: the cascade with
 * abandonment (O. Chapelle, Y. Zhang, "A Dynamic Bayesian Network Click Model", WWW 2009; `perseverance` is their `gamma`).
 * Items below the position where the user stops are not examined.
 * @throws {InvalidOptionError}
 */
export function createCascadeChoice(options: CascadeChoiceOptions): ChoiceModel {
  checkOptions(options, '{ perseverance: 0.8 }', ['perseverance', 'acceptThreshold']);
  const { acceptThreshold = 0.5, perseverance } = options;
  if (!Number.isFinite(acceptThreshold)) throw new InvalidOptionError('threshold', acceptThreshold, 'a finite number');
  checkShare('perseverance', perseverance);
  const threshold = Math.fround(acceptThreshold);
  return {
    specificationVersion: 'v1',
    by: 'responses',
    choose(slate, random) {
      for (let position = 0; position < slate.size; position++) {
        if (Math.fround(slate.respond(position)) >= threshold) return position;
        if (perseverance < 1 && random.uniform() >= perseverance) return NO_CHOICE;
      }
      return NO_CHOICE;
    },
  };
}

/** Options of `createMultinomialLogitChoice`. */
export interface MultinomialLogitChoiceOptions {
  /** Utility of choosing nothing, in the unit of the items' utilities. Default 0: an item of utility 0 is as good as nothing. */
  readonly noChoice?: number;
}

/**
 * The user weighs all items against each other and against choosing nothing, independent of their order (multinomial logit; D.
 * McFadden, "Conditional Logit Analysis of Qualitative Choice Behavior", 1974):
 * `P(i) = exp(u_i) / (exp(noChoice) + sum_j exp(u_j))`.
 * @throws {InvalidOptionError}
 */
export function createMultinomialLogitChoice(options: MultinomialLogitChoiceOptions = {}): ChoiceModel {
  checkOptions(options, '{ noChoice: 0 }', ['noChoice']);
  const { noChoice = 0 } = options;
  if (typeof noChoice !== 'number' || Number.isNaN(noChoice) || noChoice === Number.POSITIVE_INFINITY) {
    throw new InvalidOptionError(
      'noChoice',
      noChoice,
      'a number, or -Infinity for a user who always chooses something',
    );
  }
  return {
    specificationVersion: 'v1',
    by: 'utilities',
    choose(slate, random) {
      // A certain choice has infinite log-odds; cut to a finite value, two of them share the probability.
      const utility = (position: number): number => Math.min(Number.MAX_VALUE, slate.utility(position));
      let greatest = noChoice;
      for (let position = 0; position < slate.size; position++) greatest = Math.max(greatest, utility(position));
      const nothing = Math.exp(noChoice - greatest);
      let sum = nothing;
      for (let position = 0; position < slate.size; position++) sum += Math.exp(utility(position) - greatest);
      let left = random.uniform() * sum - nothing;
      if (left < 0) return NO_CHOICE;
      for (let position = 0; position < slate.size; position++) {
        left -= Math.exp(utility(position) - greatest);
        if (left < 0) return position;
      }
      // Rounding may leave a trace of the sum, which goes to the last item.
      return slate.size - 1;
    },
  };
}
