import { createRandom, type Interactions } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SMALL as NEARLY_EVERYTHING } from '../../test-support/ratings.js';
import { factorizeImplicit } from './factorize-implicit.js';
import { fitImplicit } from './implicit-least-squares.js';
import { aggregate } from './observed-pairs.js';

function countsOf(
  rows: readonly (readonly [user: number, item: number, count: number])[],
  users: number,
): Interactions {
  return {
    users,
    user: Int32Array.from(rows, ([user]) => user),
    item: Int32Array.from(rows, ([, item]) => item),
    value: Float32Array.from(rows, ([, , count]) => count),
  };
}

/** Made up: 6 users, 5 items. */
// biome-ignore format: a row each
const SMALL = countsOf([
  [0, 0, 5], [0, 1, 1], [0, 3, 2], [1, 0, 3], [1, 2, 1], [2, 1, 7], [2, 4, 1], [3, 2, 1], [3, 3, 4], [3, 0, 1],
  [4, 4, 2], [5, 1, 1], [5, 3, 9],
], 6);

describe('fitImplicit against an independent implementation', () => {
  // A program in Python with numpy that sums over all pairs and solves each row by numpy.linalg.solve; 30 starts.
  const pairs = aggregate(SMALL, 5, { alpha: 10, confidence: 'log' });
  const random = createRandom(1);
  const start = Float64Array.from({ length: 10 }, () => random.normal());
  const model = fitImplicit(pairs, { factors: 2, regularization: 0.5, iterations: 3000 }, start);

  test('finds the same least objective', () => {
    expect(model.objective.at(-1)).toBeCloseTo(9.747045428, 6);
  });

  test('finds the same scores', () => {
    const expected = [
      [0.93879, 0.924452, 0.604201, 1.053447, 0.31252],
      [0.953255, 0.150854, 0.906491, 0.761574, -0.521688],
      [0.074519, 0.971905, -0.286181, 0.43501, 0.981704],
    ];
    expected.forEach((row, user) => {
      row.forEach((score, item) => {
        const found =
          model.users[2 * user] * model.items[2 * item] + model.users[2 * user + 1] * model.items[2 * item + 1];
        expect(found).toBeCloseTo(score, 5);
      });
    });
  });
});

test('no iteration raises the objective', () => {
  const rows = fc.array(fc.tuple(fc.nat(7), fc.nat(9), fc.integer({ min: 1, max: 50 })), {
    minLength: 6,
    maxLength: 60,
  });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 5 }), (made, factors) => {
      const pairs = aggregate(countsOf(made, 8), 10, { alpha: 10, confidence: 'log' });
      const random = createRandom(2);
      const start = Float64Array.from({ length: 10 * factors }, () => random.uniform());
      const { objective } = fitImplicit(pairs, { factors, regularization: 1, iterations: 10 }, start);
      for (let k = 1; k < objective.length; k++)
        expect(objective[k]).toBeLessThanOrEqual(objective[k - 1] * (1 + 1e-9));
    }),
    { numRuns: 50 },
  );
});

/** Two kinds of users, whose items overlap a little. */
function twoKinds(users = 60): Interactions {
  const random = createRandom(4);
  const rows = Array.from(
    { length: users * 30 },
    (_, k) => [Math.floor(k / 30), k % 30, 1 + random.integer(9)] as const,
  );
  return countsOf(
    rows.filter(([user, item]) => random.uniform() < (item % 2 === user % 2 ? 0.5 : 0.03)),
    users,
  );
}

test('tells held-out pairs from others, and says how well', () => {
  const { heldOut, plattScaling, acceptanceRate } = factorizeImplicit(twoKinds(), 30, {
    heldOutShare: 0.2,
    random: createRandom(1),
  });
  expect(heldOut.auc).toBeGreaterThan(0.75);
  expect(heldOut.calibration.error).toBeLessThan(0.1);
  expect(plattScaling.slope).toBeGreaterThan(0);
  // On the whole, as much is taken as was assumed.
  const { bins } = heldOut.calibration;
  const taken = bins.reduce((sum, bin) => sum + bin.weight * bin.predicted, 0);
  expect(taken).toBeCloseTo(acceptanceRate, 1);
});

test('is the same for the same generator, and adds up the rows of a pair', () => {
  const counts = twoKinds(20);
  const twice: Interactions = {
    users: 20,
    user: Int32Array.from([...counts.user, ...counts.user]),
    item: Int32Array.from([...counts.item, ...counts.item]),
    value: Float32Array.from([...counts.value, ...counts.value], (value) => value / 2),
  };
  const first = factorizeImplicit(counts, 30, { random: createRandom(1) });
  expect(factorizeImplicit(counts, 30, { random: createRandom(1) })).toEqual(first);
  expect(factorizeImplicit(twice, 30, { random: createRandom(1) })).toEqual(first);
  expect(factorizeImplicit(counts, 30, { random: createRandom(2) }).heldOut.auc).not.toBe(first.heldOut.auc);
});

test('scores that say nothing leave the acceptance rate that was assumed', () => {
  // Two held-out pairs of nearly everything: their scores are the lower ones.
  const { plattScaling, heldOut } = factorizeImplicit(NEARLY_EVERYTHING, 5, {
    factors: 3,
    acceptanceRate: 0.3,
    random: createRandom(1),
  });
  expect(heldOut.auc).toBeLessThan(0.5);
  expect(plattScaling).toEqual({ slope: 0, intercept: Math.log(0.3 / 0.7) });
});

test('users and items without interactions have factors of 0', () => {
  const model = factorizeImplicit({ ...twoKinds(20), users: 21 }, 31, { random: createRandom(1) });
  expect([...model.userFactors.subarray(20 * 16)]).toEqual(new Array(16).fill(0));
  expect([...model.itemFactors.subarray(30 * 16)]).toEqual(new Array(16).fill(0));
});

describe('refuses', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'too little',
      () => factorizeImplicit(countsOf([[0, 0, 1]], 1), 5, { random: createRandom(1) }),
      /at least 4 distinct pairs/,
    ],
    [
      'a count of 0',
      () => factorizeImplicit(countsOf([[0, 0, 0]], 1), 5, { random: createRandom(1) }),
      /value\[0\]: expected a finite number above 0; found 0/,
    ],
    [
      'a count of NaN',
      () => factorizeImplicit(countsOf([[0, 0, Number.NaN]], 1), 5, { random: createRandom(1) }),
      /value\[0\].*found NaN/,
    ],
    [
      'an item that is not there',
      () => factorizeImplicit(countsOf([[0, 5, 1]], 1), 5, { random: createRandom(1) }),
      /item\[0\]: expected an index from 0 to 4/,
    ],
    [
      'an acceptance rate of 1',
      () => factorizeImplicit(SMALL, 5, { acceptanceRate: 1, random: createRandom(1) }),
      /acceptanceRate/,
    ],
    ['no factors', () => factorizeImplicit(SMALL, 5, { factors: 0, random: createRandom(1) }), /factors/],
    [
      'users who have taken everything',
      () =>
        factorizeImplicit(
          countsOf(
            [
              [0, 0, 1],
              [0, 1, 1],
              [1, 0, 1],
              [1, 1, 1],
            ],
            2,
          ),
          2,
          { random: createRandom(1) },
        ),
      /users who have not taken everything/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

test('a misspelt option, and options without a generator, are refused', () => {
  expect(() => factorizeImplicit(SMALL, 5, { factor: 3, random: createRandom(1) } as never)).toThrow(/found "factor"/);
  expect(() => factorizeImplicit(SMALL, 5, {} as never)).toThrow(/^random: expected a seeded generator/);
});
