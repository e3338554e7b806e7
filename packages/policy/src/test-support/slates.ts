/** What slates must be, for the tests of policies: position by position, and as wholes. */
import { createRandom, excludedIn, exclusionsOf, type Observation, type Random } from '@ialp/core';
import { expect } from 'vitest';
import { chiSquare } from '../conformance/probabilities.js';
import { singleState } from '../conformance/synthetic-sessions.js';
import type { ActionDistribution } from '../policy.js';

/** Makes the distribution of a policy in some states. */
export type Distribute = (observation: Observation) => ActionDistribution;

/** The probability of each position of a slate under a softmax over the allowed items, in double precision. */
export function softmaxConditionals(
  logits: ArrayLike<number>,
  mask: ArrayLike<number>,
  slate: readonly number[],
): number[] {
  return slate.map((item, place) => {
    const taken = slate.slice(0, place);
    const open = Array.from(logits).map((_, each) => mask[each] === 1 && !taken.includes(each));
    if (!open[item]) return 0;
    const peak = Array.from(logits).reduce(
      (most, logit, each) => (open[each] ? Math.max(most, logit) : most),
      -Infinity,
    );
    let sum = 0;
    for (let each = 0; each < logits.length; each++) if (open[each]) sum += Math.exp(logits[each] - peak);
    return Math.exp(logits[item] - peak) / sum;
  });
}

/** The same states, in which some more items are excluded from each row: those that are given and not excluded yet. */
export function excluding(observation: Observation, more: readonly (readonly number[])[]): Observation {
  const lists = more.map((items, row) => {
    const before = Array.from(excludedIn(observation.exclusions, row));
    return [...before, ...items.filter((item) => !before.includes(item))];
  });
  return { ...observation, exclusions: exclusionsOf(lists) };
}

/**
 * Throws unless each position of sampled slates has the probability of a single recommendation in a state that excludes the items above,
 * up to a tolerance; for all items of the catalogue.
 */
export function expectSequential(
  distribute: Distribute,
  observation: Observation,
  count: number,
  tolerance = 1e-5,
): void {
  const { rows, items } = observation;
  const slates = distribute(observation).sample(createRandom(3), { count }).items.slice();
  for (let place = 0; place < count; place++) {
    const above = Array.from({ length: rows }, (_, row) =>
      Array.from(slates.subarray(row * count, row * count + place)),
    );
    const width = place + 1;
    for (let item = 0; item < items; item++) {
      const asked = Int32Array.from(above.flatMap((taken) => [...taken, item]));
      const found = distribute(observation).propensity(asked).slice();
      const expected = distribute(excluding(observation, above)).propensity(new Int32Array(rows).fill(item));
      for (let row = 0; row < rows; row++) {
        const what = `item ${item} below ${above[row].join(', ')} in row ${row}`;
        expect(Math.abs(found[row * width + place] - expected[row]), what).toBeLessThanOrEqual(tolerance);
      }
    }
  }
}

/** Throws unless a batch gives the slates that its states give alone, one after the other with the same generator. */
export function expectRowByRow(distribute: Distribute, observation: Observation, count: number): void {
  const random = createRandom(8);
  const together = distribute(observation).sample(random, { count });
  const [items, propensity] = [together.items.slice(), together.propensity.slice()];
  const next = random.uniform();
  const again = createRandom(8);
  for (let row = 0; row < observation.rows; row++) {
    const alone = distribute(singleState(observation, row)).sample(again, { count });
    expect([...alone.items], `slate of row ${row}`).toEqual([...items.subarray(row * count, (row + 1) * count)]);
    for (const [place, p] of alone.propensity.entries()) expect(p).toBeCloseTo(propensity[row * count + place], 5);
  }
  expect(again.uniform()).toBe(next);
}

/** All slates of `count` distinct items of a small catalogue, in order. */
export function allSlates(items: number, count: number): number[][] {
  if (count === 0) return [[]];
  return allSlates(items, count - 1).flatMap((slate) =>
    Array.from({ length: items }, (_, item) => item)
      .filter((item) => !slate.includes(item))
      .map((item) => [...slate, item]),
  );
}

/** Throws unless whole slates of one state are drawn with the frequencies of the products of their propensities. */
export function expectFrequencies(
  distribution: ActionDistribution,
  { rows, items }: Observation,
  count: number,
  draws: number,
  random: Random = createRandom(17),
): void {
  expect(rows).toBe(1);
  const slates = allSlates(items, count);
  const places = new Map(slates.map((slate, place) => [slate.join(), place]));
  const probability = slates.map((slate) =>
    distribution.propensity(Int32Array.from(slate)).reduce((product, p) => product * p, 1),
  );
  expect(probability.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
  const drawn = new Int32Array(slates.length);
  for (let draw = 0; draw < draws; draw++) {
    const place = places.get(distribution.sample(random, { count }).items.join());
    drawn[place as number]++;
  }
  const { statistic, freedom } = chiSquare(drawn, probability, draws);
  // Five deviations above the mean, and a margin for few bins.
  expect(statistic).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom) + 10);
  for (const [place, times] of drawn.entries()) if (probability[place] === 0) expect(times).toBe(0);
}
