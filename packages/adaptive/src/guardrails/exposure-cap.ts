import {
  CheckpointError,
  checkInteger,
  checkpointState,
  checkShare,
  checkSpecification,
  combineCheckpointables,
  InvalidOptionError,
  type Observation,
} from '@ialp/core';
import type { Learner, Policy } from '@ialp/policy';

/** Options of `withExposureCap`. */
export interface ExposureCapOptions {
  /** The greatest share that one item may have of what is shown. Default 1: any. */
  readonly maxItemShare?: number;
  /** The greatest share that one category may have. Default 1: any. */
  readonly maxCategoryShare?: number;
  /** `[items]` lists of category numbers. */
  readonly categories?: readonly ArrayLike<number>[];
  /** Interactions over which shares are counted: the last ones, or all until there are as many. Default 10,000. */
  readonly window?: number;
}

/**
 * Caps how much of what is shown is one item, or of one category. What has reached its cap in the last `window` interactions
 * is taken off the mask that the learner's policy sees, which shares its probability out among the others: propensities are
 * those of what acts, exactly. Where that would leave nothing to show in a state, the caps do not hold in it.
 *
 * Shares are counted with each update, so that within one they can pass a cap by the rows of a rollout, and no more:
 * `share <= cap + rows / n`, with `n` the interactions that are counted, `window` at most. The first rollout is not capped.
 * @throws {InvalidOptionError}
 */
export function withExposureCap(learner: Learner, options: ExposureCapOptions): Learner {
  const { maxItemShare = 1, maxCategoryShare = 1, categories, window = 10_000 } = options;
  checkSpecification('learner', learner, ['learn'], 'a learner, such as createA2C({ network })');
  const { items } = learner.policy;
  checkShare('maxItemShare', maxItemShare);
  checkShare('maxCategoryShare', maxCategoryShare);
  checkInteger('window', window, 1);
  if (maxCategoryShare < 1 && categories === undefined) {
    throw new InvalidOptionError('categories', 'none', 'those of each item, beside maxCategoryShare');
  }
  if (categories !== undefined && categories.length !== items) {
    throw new InvalidOptionError('categories', `${categories.length} lists`, `one for each of the ${items} items`);
  }
  checkFeasible(items, maxItemShare, maxCategoryShare, categories);
  const groups = [
    new Counts(items, (item) => [item], window, maxItemShare),
    ...(categories ? [new Counts(groupsIn(categories), (item) => categories[item], window, maxCategoryShare)] : []),
  ];
  let capped: Uint8Array | undefined;

  function cap(): void {
    const over = Uint8Array.from({ length: items }, (_, item) =>
      groups.some((counts) => counts.isFull(item)) ? 1 : 0,
    );
    capped = over.includes(1) ? over : undefined;
  }
  // What is capped follows from the counts, which come first.
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

/** Shares that differ by less are taken for equal: `items * (1 / items)` may be rounded. */
const ROUNDING = 1e-9;

/**
 * Throws where the caps together leave less than all that is shown. Of an item with several categories only the first is looked at:
 * what is refused cannot be met, but with overlapping categories not all that cannot be met is refused.
 */
function checkFeasible(
  items: number,
  maxItemShare: number,
  maxCategoryShare: number,
  categories: readonly ArrayLike<number>[] | undefined,
): void {
  if (items * maxItemShare < 1 - ROUNDING) {
    const expected = `at least ${1 / items}: something has to be shown, and there are ${items} items`;
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

/** The observation with capped items off the mask, but for states in which nothing else is allowed. */
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

/** How often each group was shown in the last interactions. */
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

  constructor(groups: number, groupsOf: (item: number) => ArrayLike<number>, window: number, share: number) {
    this.#groupsOf = groupsOf;
    this.#share = share;
    this.#shown = new Int32Array(groups);
    this.#ring = new Int32Array(window);
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
