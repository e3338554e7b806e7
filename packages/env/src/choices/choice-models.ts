import { checkShare, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../options.js';
import { type ChoiceModel, NO_CHOICE } from './choice-model.js';

/** Options of `createFirstAcceptableChoice`. */
export interface FirstAcceptableChoiceOptions {
  /**
   * Feedback of at least this makes an item acceptable. Default 0.5, for feedback of 0 and 1. Both are compared in single
   * precision, as rewards are stored: feedback of 0.7 from a `Float32Array` reaches a threshold of 0.7.
   */
  readonly acceptThreshold?: number;
}

/**
 * The person goes down the slate and takes the first item that they accept: the cascade model of N. Craswell and others,
 * "An Experimental Comparison of Click Position-Bias Models", WSDM 2008.
 * @throws {InvalidOptionError}
 */
export function createFirstAcceptableChoice(options: FirstAcceptableChoiceOptions = {}): ChoiceModel {
  checkOptions(options, '{ acceptThreshold: 0.5 }');
  const { acceptThreshold = 0.5 } = options;
  return createCascadeChoice({ acceptThreshold, perseverance: 1 });
}

/** Options of `createCascadeChoice`. */
export interface CascadeChoiceOptions extends FirstAcceptableChoiceOptions {
  /** Probability of looking at the next item after one that was not taken. `0..1`. */
  readonly perseverance: number;
}

/**
 * The person goes down the slate, takes the first item that they accept, and may give up after each that they do not:
 * the cascade with abandonment of O. Chapelle and Y. Zhang, "A Dynamic Bayesian Network Click Model", WWW 2009, whose
 * perseverance `gamma` this is. Items below the place where they stopped are never looked at.
 * @throws {InvalidOptionError}
 */
export function createCascadeChoice(options: CascadeChoiceOptions): ChoiceModel {
  checkOptions(options, '{ perseverance: 0.8 }');
  const { acceptThreshold = 0.5, perseverance } = options;
  if (!Number.isFinite(acceptThreshold)) throw new InvalidOptionError('threshold', acceptThreshold, 'a finite number');
  checkShare('perseverance', perseverance);
  const least = Math.fround(acceptThreshold);
  return {
    specificationVersion: 'v1',
    by: 'responses',
    choose(slate, random) {
      for (let position = 0; position < slate.size; position++) {
        if (Math.fround(slate.respond(position)) >= least) return position;
        if (perseverance < 1 && random.uniform() >= perseverance) return NO_CHOICE;
      }
      return NO_CHOICE;
    },
  };
}

/** Options of `createMultinomialLogitChoice`. */
export interface MultinomialLogitChoiceOptions {
  /** Utility of taking nothing, in the unit of the items' utilities. Default 0: an item of utility 0 is as good as nothing. */
  readonly noChoice?: number;
}

/**
 * The person weighs all items against each other and against taking nothing, whatever their order (the multinomial logit
 * of D. McFadden, "Conditional Logit Analysis of Qualitative Choice Behavior", 1974):
 * `P(i) = exp(u_i) / (exp(noChoice) + sum_j exp(u_j))`.
 * @throws {InvalidOptionError}
 */
export function createMultinomialLogitChoice(options: MultinomialLogitChoiceOptions = {}): ChoiceModel {
  checkOptions(options, '{ noChoice: 0 }');
  const { noChoice = 0 } = options;
  if (typeof noChoice !== 'number' || Number.isNaN(noChoice) || noChoice === Number.POSITIVE_INFINITY) {
    throw new InvalidOptionError(
      'noChoice',
      noChoice,
      'a number, or -Infinity for a person who always takes something',
    );
  }
  return {
    specificationVersion: 'v1',
    by: 'utilities',
    choose(slate, random) {
      // A certain choice has infinite log-odds; two of them are to share the probability.
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
      // Rounding may leave a trace of the sum: it belongs to the last item.
      return slate.size - 1;
    },
  };
}
