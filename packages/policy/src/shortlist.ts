import { checkInteger, checkOptionNames, checkShare, InvalidOptionError } from '@ialp/core';
import { checkOptions } from './checks/options.js';
import type { States } from './network.js';

/**
 * A policy that acts by a shortlist: a softmax over some allowed items of each state, with their exact logits. All other items have probability 0,
 * or their part of `epsilon`. Its propensities are exact for this policy, the one that acts.
 */
export interface Shortlist {
  /** Items on the list: those of greatest logit by a scan of the catalogue with weights rounded to 8 bits. Default 1,024; none with `generate`. */
  readonly items?: number;
  /**
   * Candidates of your own instead of the scan, such as those of an index of nearest neighbours: `[rows, count]` items, -1 for none. Those that a
   * state does not allow, and repeated ones, are left out; a state with none left gets any allowed item, uniformly at random. Called once for each
   * distribution, and again in training with states of the experience: it must depend on nothing but the states, or propensities are not those of the
   * policy that acted.
   */
  readonly generate?: (states: States) => Int32Array;
  /** Exploration rate: probability of a uniformly random allowed item, so that every item has support. Default 0. */
  readonly epsilon?: number;
}

/** Items of a list that does not say it. */
const DEFAULT_ITEMS = 1024;

/** A complete shortlist: with the number of items of a scan, or a generator. */
export type CompleteShortlist = Required<
  Pick<Shortlist, 'items' | 'epsilon'> | Pick<Shortlist, 'generate' | 'epsilon'>
>;

/** Checks a shortlist, or its number of items, and fills in the defaults. @throws {InvalidOptionError} */
export function shortlistOf(given: number | Shortlist): CompleteShortlist {
  if (typeof given === 'number') return shortlistOf({ items: given });
  checkOptions(given, '{ items: 1024 }', 'shortlist');
  checkOptionNames(given, ['items', 'generate', 'epsilon'], { option: 'shortlist' });
  const { items, generate, epsilon = 0 } = given;
  checkShare('shortlist.epsilon', epsilon);
  if (generate === undefined) {
    const { items: scanned = DEFAULT_ITEMS } = given;
    checkInteger('shortlist.items', scanned, 1);
    return { items: scanned, epsilon };
  }
  if (typeof generate !== 'function') {
    throw new InvalidOptionError('shortlist.generate', generate, 'a function that returns items, [rows, count]');
  }
  if (items !== undefined) {
    throw new InvalidOptionError('shortlist.items', items, 'none with generate, which decides on the number of items');
  }
  return { generate, epsilon };
}
