import { countAllowed, isAllowed, type Observation } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import type { Policy } from '../policy.js';
import { checkClose, checkSame } from './comparisons.js';
import { type ConformanceOptions, makeRandom } from './conformance-options.js';
import { behaviorOf } from './probabilities.js';
import { selectRows } from './synthetic-sessions.js';

/** Items of a slate, where the states allow as many. */
const SLATE = 3;
/** Slates drawn in a check. */
const DRAWS = 50;
/** Slates drawn to compare the frequency of an item with its propensities. */
const FREQUENCY_DRAWS = 150;
/** How far a sum of probabilities in single precision may be from 1. */
const SUM_TOLERANCE = 1e-4;

/** The states that allow a slate of `SLATE` items, and its size; in a small catalogue those that allow the most, up to `SLATE`. */
function slatesOf(observation: Observation): { readonly states: Observation; readonly count: number } {
  const allowed = Array.from({ length: observation.rows }, (_, row) => countAllowed(observation, row));
  const count = Math.min(SLATE, Math.max(...allowed));
  const rows = Array.from(allowed.keys()).filter((row) => allowed[row] >= count);
  return { states: selectRows(observation, rows), count };
}

/** Slates have distinct allowed items, and `sample` reports what `propensity` says. */
export function checkSlates(policy: Policy, observation: Observation, options: ConformanceOptions): void {
  const { states, count } = slatesOf(observation);
  const { rows } = states;
  const distribution = policy.distribution(states);
  const random = makeRandom(options);
  for (let draw = 0; draw < DRAWS; draw++) {
    const action = distribution.sample(random, { count });
    const [items, propensity] = [action.items.slice(), action.propensity.slice()];
    checkRule(items.length === rows * count, `items of slates: expected ${rows} * ${count}; found ${items.length}`);
    for (let row = 0; row < rows; row++) {
      const slate = items.subarray(row * count, (row + 1) * count);
      checkRule(
        slate.every((item) => isAllowed(states, row, item)),
        `slate of row ${row}: expected allowed items; found ${slate}`,
      );
      checkRule(new Set(slate).size === count, `slate of row ${row}: expected distinct items; found ${slate}`);
    }
    checkSame(propensity, distribution.propensity(items), 'propensity of slates');
    checkRule(
      propensity.every((value) => value > 0 && value <= 1 + SUM_TOLERANCE),
      `propensity of a slate drawn: expected above 0, at most 1; found ${propensity}`,
    );
  }
}

/** Given the items above, the probabilities at a position sum to 1, and those of items above are 0. */
export function checkConditionals(policy: Policy, observation: Observation, options: ConformanceOptions): void {
  const { states, count } = slatesOf(observation);
  const { rows, items: all } = states;
  const distribution = policy.distribution(states);
  const slates = distribution.sample(makeRandom(options), { count }).items.slice();
  for (let position = 1; position < count; position++) {
    const sums = new Float64Array(rows);
    const width = position + 1;
    for (let item = 0; item < all; item++) {
      const asked = new Int32Array(rows * width);
      for (let row = 0; row < rows; row++) {
        asked.set(slates.subarray(row * count, row * count + position), row * width);
        asked[row * width + position] = item;
      }
      const propensity = distribution.propensity(asked);
      for (let row = 0; row < rows; row++) {
        const own = propensity[row * width + position];
        const isAbove = slates.subarray(row * count, row * count + position).includes(item);
        checkRule(!isAbove || own === 0, `propensity of an item that is in the slate: expected 0; found ${own}`);
        sums[row] += own;
      }
    }
    for (const [row, sum] of sums.entries()) {
      const what = `sum of the propensities at position ${position} in state ${row}`;
      checkRule(Math.abs(sum - 1) <= SUM_TOLERANCE, `${what}: expected 1; found ${sum}`);
    }
  }
}

/**
 * The second items of slates are drawn with the frequencies of their propensities: how often each of a state's best items is second is
 * compared with the sum of its propensities below the first items drawn.
 */
export function checkSlateFrequencies(policy: Policy, observation: Observation, options: ConformanceOptions): void {
  const { states, count } = slatesOf(observation);
  if (count < 2) return;
  const { rows } = states;
  const distribution = policy.distribution(states);
  const best = distribution.top(count).items.slice();
  const random = makeRandom(options);
  const [found, expected, variance] = Array.from({ length: 3 }, () => new Float64Array(count));
  for (let draw = 0; draw < FREQUENCY_DRAWS; draw++) {
    const slates = distribution.sample(random, { count: 2 }).items.slice();
    for (let place = 0; place < count; place++) {
      const asked = slates.map((item, k) => (k % 2 === 1 ? best[((k - 1) / 2) * count + place] : item));
      const propensity = distribution.propensity(asked);
      for (let k = 1; k < 2 * rows; k += 2) {
        if (slates[k] === asked[k]) found[place]++;
        expected[place] += propensity[k];
        variance[place] += propensity[k] * (1 - propensity[k]);
      }
    }
  }
  for (let place = 0; place < count; place++) {
    // Five deviations, and a margin for few draws.
    const limit = 5 * Math.sqrt(Math.max(0, variance[place])) + 3;
    const what = `second items of slates that are item ${place + 1} of top, in ${FREQUENCY_DRAWS * rows} draws`;
    const wanted = `${expected[place].toFixed(1)}, within ${limit.toFixed(1)}`;
    checkRule(Math.abs(found[place] - expected[place]) <= limit, `${what}: expected ${wanted}; found ${found[place]}`);
  }
}

/** The first position of a slate has the probabilities of a single recommendation. */
export function checkFirstPosition(policy: Policy, observation: Observation, options: ConformanceOptions): void {
  const { states, count } = slatesOf(observation);
  const { rows } = states;
  const distribution = policy.distribution(states);
  const { items, propensity } = distribution.sample(makeRandom(options), { count });
  const pick = <A extends Int32Array | Float32Array>(values: A): A => values.filter((_, k) => k % count === 0) as A;
  const [first, reported] = [pick(items), pick(propensity)];
  checkRule(first.length === rows, `first items: expected ${rows}; found ${first.length}`);
  checkClose(distribution.propensity(first), reported, 1e-6, 'propensity of the first items alone');
}

/** `top` lists distinct allowed items, with their probabilities, and no item where none is left. */
export function checkTop(policy: Policy, observation: Observation): void {
  const { rows, items: all } = observation;
  const table = behaviorOf(policy, observation);
  for (const count of new Set([1, Math.min(5, all), all])) {
    const { items, scores } = policy.distribution(observation).top(count);
    checkRule(items.length === rows * count, `top(${count}): expected ${rows * count} items; found ${items.length}`);
    for (let row = 0; row < rows; row++) {
      const listed = items.subarray(row * count, (row + 1) * count).filter((item) => item >= 0);
      const expected = Math.min(count, countAllowed(observation, row));
      const what = `top(${count}) in state ${row}`;
      checkRule(listed.length === expected, `${what}: expected ${expected} items; found ${listed.length}`);
      checkRule(new Set(listed).size === expected, `${what}: expected distinct items; found ${listed}`);
      for (const [place, item] of listed.entries()) {
        checkRule(isAllowed(observation, row, item), `${what}: expected allowed items; found ${item}`);
        const isSorted = place === 0 || scores[row * count + place] <= scores[row * count + place - 1];
        checkRule(isSorted, `${what}: expected descending probabilities; found ${scores.subarray(row * count)}`);
        const [score, probability] = [scores[row * count + place], table[row * all + item]];
        checkRule(
          Math.abs(score - probability) <= 1e-5,
          `score of item ${item} in ${what}: expected its probability, ${probability}; found ${score}`,
        );
      }
    }
  }
}

/** Slates longer than what a state allows are refused. */
export function checkTooLong(policy: Policy, observation: Observation, options: ConformanceOptions): boolean {
  try {
    policy.distribution(observation).sample(makeRandom(options), { count: observation.items });
  } catch {
    return true;
  }
  return Array.from({ length: observation.rows }, (_, row) => countAllowed(observation, row)).every(
    (allowed) => allowed === observation.items,
  );
}
