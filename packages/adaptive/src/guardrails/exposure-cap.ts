import {
  CheckpointError,
  checkInteger,
  checkObject,
  checkOptionNames,
  checkShare,
  counted,
  described,
  InvalidOptionError,
} from '@ialp/core';
import { checkpointState, combineCheckpointables } from '@ialp/core/checkpoint';
import type { Learner, Policy } from '@ialp/policy';
import { checkLearner } from '../checks.js';
import { combinePolicyStates } from '../experience/policy-state.js';
import { cappedDistribution } from './capped-distribution.js';

/** Options of `withExposureCap`: at least one of the two caps. */
export interface ExposureCapOptions {
  /** Largest share of the items shown that one item may have. Default 1: no cap. */
  readonly maxItemShare?: number;
  /** Largest share of the items shown that one category may have. Default 1: no cap. */
  readonly maxCategoryShare?: number;
  /** `[items]`: for each item a list of category numbers, such as `categoriesOf(catalogue)` of `@ialp/env` makes. */
  readonly categories?: readonly ArrayLike<number>[];
  /** Number of recently shown items over which shares are computed: of interactions, where each shows one item. Default 10,000. */
  readonly windowInteractions?: number;
}

/**
 * Caps the exposure of items and categories. An item that has reached its cap in the last `windowInteractions` items shown is excluded
 * where the learner's policy decides, so that its probability goes to the other items and propensities stay exact. In a state that allows
 * capped items only, the caps are not applied; a slate that has more places than other items shows capped ones in its last places, those
 * that the policy prefers, with the propensity 1.
 *
 * Items are counted when they are sampled, by the policy that decides: cap the whole (a mixture, a reward floor) and not a part of it,
 * whose samples are not all shown. The decisions of one batch are made together, so a share can exceed a cap by at most the batch:
 * `share <= cap + shown / n`, with `shown` the items of a batch and `n` the number of counted items, at most `windowInteractions`. The
 * first batch is not capped. Where several processes decide, each counts and caps what it shows itself: counts are not part of the policy state. A
 * process that starts begins with none, unless it restores a `checkpoint` of a learner that decided itself.
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
    new Counts(
      Array.from({ length: items }, (_, item) => [item]),
      windowInteractions,
      maxItemShare,
    ),
    ...(categories ? [new Counts(categories, windowInteractions, maxCategoryShare)] : []),
  ];
  let capped: ReadonlySet<number> = new Set();

  function cap(): void {
    capped = new Set(groups.flatMap((counts) => counts.itemsOfFullGroups()));
  }
  // Capped items follow from the counts, which are restored first.
  const caps = { checkpoint: () => ({}), restore: cap };

  const { sessions } = learner.policy;
  const policy: Policy = {
    specificationVersion: 'v2',
    items,
    ...(sessions && { sessions }),
    distribution(observation) {
      const distribution = cappedDistribution(learner.policy, observation, capped);
      return {
        propensity: (chosen) => distribution.propensity(chosen),
        top: (count) => distribution.top(count),
        sample(random, options) {
          const action = distribution.sample(random, options);
          for (const counts of groups) counts.add(action.items);
          cap();
          return action;
        },
      };
    },
  };
  return {
    specificationVersion: 'v2',
    policy,
    rolloutLength: learner.rolloutLength,
    learn: (trajectories) => learner.learn(trajectories),
    ...combineCheckpointables({
      learner,
      ...Object.fromEntries(groups.map(({ state }, place) => [`counts${place}`, state])),
      caps,
    }),
    ...combinePolicyStates(learner),
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

/** Counts the items shown lately in each group of items. */
class Counts {
  readonly #groupsOf: readonly ArrayLike<number>[];
  readonly #itemsOf = new Map<number, number[]>();
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

  /** @param groupsOf `[items]`: the groups of each item. @param length items in the window. @param share cap of each group. */
  constructor(groupsOf: readonly ArrayLike<number>[], length: number, share: number) {
    this.#groupsOf = groupsOf;
    this.#share = share;
    for (const [item, groups] of groupsOf.entries()) {
      for (const group of Array.from(groups)) {
        const own = this.#itemsOf.get(group);
        if (own === undefined) this.#itemsOf.set(group, [item]);
        else own.push(item);
      }
    }
    const last = Array.from(this.#itemsOf.keys()).reduce((most, group) => Math.max(most, group), -1);
    this.#shown = new Int32Array(1 + last);
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

  /** The items of all groups that have reached their cap. */
  itemsOfFullGroups(): number[] {
    if (this.#share === 1 || this.#length === 0) return [];
    const most = this.#share * Math.min(this.#length, this.#ring.length);
    const full: number[] = [];
    for (let group = 0; group < this.#shown.length; group++) {
      if (this.#shown[group] < most) continue;
      for (const item of this.#itemsOf.get(group) ?? []) full.push(item);
    }
    return full;
  }

  #count(item: number, by: number): void {
    const groups = this.#groupsOf[item];
    for (let k = 0; k < groups.length; k++) this.#shown[groups[k]] += by;
  }
}
