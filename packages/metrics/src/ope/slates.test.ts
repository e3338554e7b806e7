import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformRandom } from '../test-support/bandits.js';
import { ips } from './estimators.js';
import { type SlateAssumption, slateIps } from './slates.js';

/** Two slates of two places; weights 2 and 0.5, then 1 and 3. */
const LOG = {
  slots: 2,
  reward: [1, 4, 0, 2],
  propensity: [0.25, 0.5, 0.4, 0.2],
  target: [0.5, 0.25, 0.4, 0.6],
};

test.each<[SlateAssumption, number]>([
  ['independent', (2 * 1 + 0.5 * 4 + 1 * 0 + 3 * 2) / 2],
  ['cascade', (2 * 1 + 2 * 0.5 * 4 + 1 * 0 + 1 * 3 * 2) / 2],
  ['all', (1 * (1 + 4) + 3 * (0 + 2)) / 2],
])('%s, worked by hand', (assumption, expected) => {
  expect(slateIps(LOG, { assumption }).value).toBeCloseTo(expected, 12);
});

test('places count as they are weighted', () => {
  const { value } = slateIps(LOG, { assumption: 'independent', slotWeights: [1, 0.5] });
  expect(value).toBeCloseTo((2 * 1 + 0.5 * 0.5 * 4 + 0 + 0.5 * 3 * 2) / 2, 12);
});

test('slates of one item are bandit rows, whatever is assumed', () => {
  const rows = fc.array(
    fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true })),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(rows, (list) => {
      const log = {
        slots: 1,
        reward: list.map(([reward]) => reward),
        propensity: list.map(([, p]) => p),
        target: list.map(() => 0.5),
      };
      for (const assumption of ['independent', 'cascade', 'all'] as const) {
        expect(slateIps(log, { assumption })).toEqual(ips(log));
      }
    }),
  );
});

test('if users read from the top, cascade is unbiased and independent is not', () => {
  const uniform = uniformRandom(8);
  // Two items at each of two places; the second is only looked at if the first was not taken.
  const [logging, target] = [0.5, 0.8];
  const count = 60_000;
  const log = {
    slots: 2,
    reward: new Float64Array(2 * count),
    propensity: new Float64Array(2 * count),
    target: new Float64Array(2 * count),
  };
  const take = [0.2, 0.8];
  for (let slate = 0; slate < count; slate++) {
    let taken = false;
    for (let slot = 0; slot < 2; slot++) {
      const item = uniform() < logging ? 1 : 0;
      const row = 2 * slate + slot;
      const takes: boolean = !taken && uniform() < take[item];
      log.reward[row] = takes ? 1 : 0;
      taken ||= takes;
      log.propensity[row] = 0.5;
      log.target[row] = item === 1 ? target : 1 - target;
    }
  }
  const chance = target * take[1] + (1 - target) * take[0];
  const truth = chance + (1 - chance) * chance;
  const [cascade, all, independent] = (['cascade', 'all', 'independent'] as const).map((assumption) =>
    slateIps(log, { assumption }),
  );
  expect(Math.abs(cascade.value - truth)).toBeLessThan(3 * cascade.standardError!);
  expect(Math.abs(all.value - truth)).toBeLessThan(3 * all.standardError!);
  expect(Math.abs(independent.value - truth)).toBeGreaterThan(10 * independent.standardError!);
  expect(cascade.standardError).toBeLessThan(all.standardError!);
});

describe('refuses', () => {
  test.each([
    ['places that do not divide the rows', () => slateIps({ ...LOG, slots: 3 }, { assumption: 'all' }), /log.slots/],
    ['another assumption', () => slateIps(LOG, { assumption: 'none' as SlateAssumption }), /assumption/],
    ['weights of other places', () => slateIps(LOG, { assumption: 'all', slotWeights: [1] }), /slotWeights/],
    ['a damaged row', () => slateIps({ ...LOG, target: [0.5, 2, 0.4, 0.6] }, { assumption: 'all' }), /target\[1\]/],
  ])('%s', (_, act, message) => expect(act).toThrow(message));
});
