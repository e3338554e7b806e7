import { describe, expect, test } from 'vitest';
import { uniformRandom } from '../test-support/bandits.js';
import {
  type BoundOptions,
  clippedIps,
  directMethod,
  doublyRobust,
  ips,
  shrinkageDoublyRobust,
  snips,
  switchDoublyRobust,
} from './estimators.js';
import { bootstrapInterval } from './intervals.js';
import peers from './peers.json' with { type: 'json' };
import { slateIps } from './slates.js';

const ESTIMATORS = {
  directMethod,
  ips,
  clippedIps,
  snips,
  doublyRobust,
  switchDoublyRobust,
  shrinkageDoublyRobust,
};
/** The estimators that have the option `bound`; the others refuse it. */
const BOUNDED: ReadonlySet<string> = new Set(['clippedIps', 'switchDoublyRobust', 'shrinkageDoublyRobust']);
const cases = peers.bandits.flatMap((each, k) =>
  (Object.keys(ESTIMATORS) as (keyof typeof ESTIMATORS)[]).map((name) => ({ ...each, name, k })),
);

describe('agrees with Open Bandit Pipeline', () => {
  test.each(cases)('$name, case $k', ({ log, bound, found, name }) => {
    const random = { uniform: uniformRandom(2) };
    const interval = bootstrapInterval({ resamples: 10_000, random });
    const { value, lower, upper } = ESTIMATORS[name](log, {
      interval,
      ...(BOUNDED.has(name) && { bound }),
    } as BoundOptions);
    const theirs = found[name];
    expect(Math.abs(value - theirs.value)).toBeLessThanOrEqual(1e-9);
    // Of a ratio they resample what the rows say of the numerator alone, and keep the sum of weights; we resample both.
    if (name === 'snips') return;
    // Other draws: a twenty-fifth of the width is four standard errors of an end.
    const slack = (theirs.upper - theirs.lower) / 25;
    expect(Math.abs(lower! - theirs.lower)).toBeLessThan(slack);
    expect(Math.abs(upper! - theirs.upper)).toBeLessThan(slack);
  });

  test.each(peers.slates.map((each, k) => [k, each] as const))('slates, case %i', (_, { log, found }) => {
    for (const assumption of ['independent', 'cascade', 'all'] as const) {
      expect(Math.abs(slateIps(log, { assumption }).value - found[assumption])).toBeLessThanOrEqual(1e-9);
    }
  });
});
