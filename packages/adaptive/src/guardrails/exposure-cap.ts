import {
  CheckpointError,
  checkInteger,
  checkObject,
  checkOptionNames,
  checkpointState,
  checkShare,
  combineCheckpointables,
  counted,
  described,
  InvalidOptionError,
  type Observation,
} from '@ialp/core';
import type { Learner, Policy } from '@ialp/policy';
import { checkLearner } from '../checks.js';

/** Options of `withExposureCap`: at least one of the two caps. */
export interface ExposureCapOptions {
  /** Largest share of interactions that one item may have. Default 1: no cap. */
  readonly maxItemShare?: number;
  /** Largest share of interactions that one category may have. Default 1: no cap. */
  readonly maxCategoryShare?: number;
  /** `[items]`: for each item a list of category numbers, such as `categoriesOf(catalogue)` of `@ialp/env` makes. */
  readonly categories?: readonly ArrayLike<number>[];
  /** Number of recent interactions over which shares are computed. Default 10,000. */
  readonly windowInteractions?: number;
}

/**
 * Caps the exposure of items and categories. An item that has reached its cap in the last `windowInteractions` interactions is removed from the
 * mask that the learner's policy sees, so that its probability goes to the other items and propensities stay exact. In a state in
 * which no other item is allowed, the caps are not applied.
 *
 * Shares are updated with each rollout, so they can exceed a cap by at most its rows: `share <= cap + rows / n`, with `n` the number
 * of counted interactions, at most `windowInteractions`. The first rollout is not capped.
 * @throws {InvalidOptionError} without a cap, for categories that are not lists of numbers, or for caps that cannot be met.
 */
export function withExposureCap(learner: Learner, options: ExposureCapOptions): Learner {
  checkLearner('learner', learner);
  checkObject('options', options, 'an object, such as { maxItemShare: 0.1 }');
  checkOptionNames(options, OPTION_NAMES);
  if (options.maxItemShare === undefined && options.maxCategoryShare === undefined) {
    throw new InvalidOptionError('options', described('neither'), 'a cap, maxItemShare or maxCategoryShare');
  }
  const { maxItemShare = 1, maxCategoryShare = 1, categories, windowInteractions = 10_000 } = options;
  const { items } = learner.policy;
  checkShare('maxItemShare', maxItemShare);
  checkShare('maxCategoryShare', maxCategoryShare);
  checkInteger('windowInteractions', windowInteractions, 1);
  if (maxCategoryShare < 1 && categories === undefined) {
    throw new InvalidOptionError('categories', undefined, 'the categories of each item, which maxCategoryShare needs');
  }
  if (categories !== undefined) checkCategories(categories, items);
  checkFeasible(items, maxItemShare, maxCategoryShare, categories);
  const groups = [
    new Counts(items, (item) => [item], windowInteractions, maxItemShare),
    ...(categories
      ? [new Counts(groupsIn(categories), (item) => categories[item], windowInteractions, maxCategoryShare)]
      : []),
  ];
  let capped: Uint8Array | undefined;

  function cap(): void {
    const over = Uint8Array.from({ length: items }, (_, item) =>
      groups.some((counts) => counts.isFull(item)) ? 1 : 0,
    );
    capped = over.includes(1) ? over : undefined;
  }
  // Capped items follow from the counts, which are restored first.
  const caps = { checkpoint: () => ({}), restore: cap };

  const policy: Policy = {
    specificationVersion: 'v1',
    items,
    distribution: (observation) =>
      learner.policy.distribution(capped === undefined ? observation : without(observation, capped)),
  };
  return {
    specificationVersion: 'v1',
    policy,
    rolloutLength: learner.rolloutLength,
    learn(rollout) {
      for (const counts of groups) counts.add(rollout.actions);
      cap();
      return learner.learn(rollout);
    },
    ...combineCheckpointables({
      learner,
      ...Object.fromEntries(groups.map(({ state }, place) => [`counts${place}`, state])),
      caps,
    }),
  };
}

const OPTION_NAMES: readonly (keyof ExposureCapOptions)[] = [
  'maxItemShare',
  'maxCategoryShare',
  'categories',
  'windowInteractions',
];

/**
 * Throws unless there is a list of category numbers for each item: anything else would cap nothing.
 * @throws {InvalidOptionError}
 */
function checkCategories(categories: readonly ArrayLike<number>[], items: number): void {
  if (!Array.isArray(categories)) {
    throw new InvalidOptionError('categories', categories, 'an array with a list of category numbers for each item');
  }
  if (categories.length !== items) {
    throw new InvalidOptionError('categories', described(counted(categories.length, 'list')), counted(items, 'list'));
  }
  for (const [item, list] of categories.entries()) {
    if (isListOfCategories(list)) continue;
    const expected = 'a list of category numbers, such as [3]: categoriesOf(catalogue) makes them';
    throw new InvalidOptionError(`categories[${item}]`, list, expected);
  }
}

function isListOfCategories(list: unknown): boolean {
  if (!Array.isArray(list) && !ArrayBuffer.isView(list)) return false;
  return Array.from(list as ArrayLike<unknown>).every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
}

/** Tolerance for comparing shares: `items * (1 / items)` may be rounded. */
const ROUNDING = 1e-9;

/**
 * Throws if the caps cannot be met because they add up to less than 1. Only the first category of an item is considered: with
 * overlapping categories, some caps that cannot be met are not detected.
 * @throws {InvalidOptionError}
 */
function checkFeasible(
  items: number,
  maxItemShare: number,
  maxCategoryShare: number,
  categories: readonly ArrayLike<number>[] | undefined,
): void {
  if (items * maxItemShare < 1 - ROUNDING) {
    const expected = `at least ${1 / items}, as there are ${items} items`;
    throw new InvalidOptionError('maxItemShare', maxItemShare, expected);
  }
  if (categories === undefined) return;
  const sizes = new Map<number, number>();
  for (const [first] of categories.map((list) => Array.from(list))) {
    if (first !== undefined) sizes.set(first, (sizes.get(first) ?? 0) + 1);
  }
  const classified = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const ofCategories = [...sizes.values()].reduce(
    (sum, size) => sum + Math.min(maxCategoryShare, size * maxItemShare),
    0,
  );
  const most = ofCategories + (items - classified) * maxItemShare;
  if (most >= 1 - ROUNDING) return;
  throw new InvalidOptionError(
    'maxCategoryShare',
    maxCategoryShare,
    `shares that add up to at least 1 over ${sizes.size} categories; with maxItemShare ${maxItemShare} they allow ${most}`,
  );
}

/** The observation without capped items in its masks, except in states that allow no other item. */
function without(observation: Observation, capped: Uint8Array): Observation {
  const { sessions, items } = observation;
  const mask = observation.mask.slice();
  for (let row = 0; row < sessions; row++) {
    const own = mask.subarray(row * items, (row + 1) * items);
    if (!own.some((allowed, item) => allowed === 1 && capped[item] === 0)) continue;
    for (let item = 0; item < items; item++) if (capped[item] === 1) own[item] = 0;
  }
  return { ...observation, mask };
}

function groupsIn(categories: readonly ArrayLike<number>[]): number {
  return 1 + categories.reduce((most, list) => Math.max(most, ...Array.from(list)), -1);
}

/** Counts the recent interactions of each group of items. */
class Counts {
  readonly #groupsOf: (item: number) => ArrayLike<number>;
  readonly #share: number;
  #shown: Int32Array;
  #ring: Int32Array;
  #length = 0;
  readonly state = checkpointState(
    () => ({ shown: this.#shown, ring: this.#ring, length: this.#length }),
    ({ shown, ring, length }) => {
      if (shown.length !== this.#shown.length || ring.length !== this.#ring.length) {
        throw new CheckpointError('counts: expected those of a cap with the same window and catalogue; found others.');
      }
      [this.#shown, this.#ring, this.#length] = [shown, ring, length];
    },
  );

  constructor(groups: number, groupsOf: (item: number) => ArrayLike<number>, length: number, share: number) {
    this.#groupsOf = groupsOf;
    this.#share = share;
    this.#shown = new Int32Array(groups);
    this.#ring = new Int32Array(length);
  }

  add(items: Int32Array): void {
    for (const item of items) {
      const place = this.#length++ % this.#ring.length;
      if (this.#length > this.#ring.length) this.#count(this.#ring[place], -1);
      this.#ring[place] = item;
      this.#count(item, 1);
    }
  }

  isFull(item: number): boolean {
    if (this.#share === 1) return false;
    const groups = this.#groupsOf(item);
    const most = this.#share * Math.min(this.#length, this.#ring.length);
    for (let k = 0; k < groups.length; k++) if (this.#shown[groups[k]] >= most) return true;
    return false;
  }

  #count(item: number, by: number): void {
    const groups = this.#groupsOf(item);
    for (let k = 0; k < groups.length; k++) this.#shown[groups[k]] += by;
  }
}
