import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { principalComponents, projectRows } from './principal-components.js';

/** Numbers of a fixed sequence between -1 and 1. */
function numbers(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Eigenvalues of the covariance matrix, descending, by the classical method of Jacobi: independent of what is tested. */
function variances(vectors: Float32Array, dimension: number, center: boolean): number[] {
  const rows = vectors.length / dimension;
  const column = (k: number): number[] => Array.from({ length: rows }, (_, row) => vectors[row * dimension + k]);
  const columns = Array.from({ length: dimension }, (_, k) => {
    const values = column(k);
    const mean = center ? values.reduce((sum, value) => sum + value, 0) / rows : 0;
    return values.map((value) => value - mean);
  });
  const matrix = columns.map((a) => columns.map((b) => a.reduce((sum, value, row) => sum + value * b[row], 0) / rows));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < dimension; p++) {
      for (let q = p + 1; q < dimension; q++) {
        const angle = 0.5 * Math.atan2(2 * matrix[p][q], matrix[q][q] - matrix[p][p]);
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const row of matrix) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        const [one, other] = [matrix[p], matrix[q]];
        matrix[p] = one.map((value, k) => c * value - s * other[k]);
        matrix[q] = one.map((value, k) => s * value + c * other[k]);
      }
    }
  }
  return matrix.map((row, k) => row[k]).sort((a, b) => b - a);
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

/** Greatest distance of the products of some rows from those of orthonormal ones. */
function distanceFromOrthonormal(components: Float64Array, count: number, dimension: number): number {
  let greatest = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let product = 0;
      for (let k = 0; k < dimension; k++) product += components[a * dimension + k] * components[b * dimension + k];
      greatest = Math.max(greatest, Math.abs(product - (a === b ? 1 : 0)));
    }
  }
  return greatest;
}

/** Greatest distance between the rows and those that their scores and the components give. */
function distanceFromRows(vectors: Float32Array, found: ReturnType<typeof principalComponents>): number {
  const { rows, count, dimension, scores, components, mean } = found;
  let greatest = 0;
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < dimension; k++) {
      let value = mean[k];
      for (let place = 0; place < count; place++) {
        value += scores[row * count + place] * components[place * dimension + k];
      }
      greatest = Math.max(greatest, Math.abs(value - vectors[row * dimension + k]));
    }
  }
  return greatest;
}

const WAYS: [name: string, iterations: number | undefined][] = [
  ['exactly', undefined],
  ['by power iteration', 300],
];

describe.each(WAYS)('principalComponents, %s', (_, iterations) => {
  const options = iterations === undefined ? {} : { iterations };

  /** Rows of any shape; repeated rows, constant columns, zeros and numbers of very different sizes among them. */
  const inputs = fc
    .record({
      rows: fc.integer({ min: 1, max: 12 }),
      dimension: fc.integer({ min: 1, max: 9 }),
      center: fc.boolean(),
      kind: fc.constantFrom('any', 'small integers', 'few values'),
    })
    .chain(({ rows, dimension, center, kind }) =>
      fc.record({
        dimension: fc.constant(dimension),
        center: fc.constant(center),
        count: fc.integer({ min: 1, max: dimension }),
        vectors: fc
          .array(
            kind === 'any'
              ? fc.float({ min: Math.fround(-1e3), max: Math.fround(1e3), noNaN: true })
              : fc.integer({ min: kind === 'few values' ? 0 : -3, max: kind === 'few values' ? 1 : 3 }),
            { minLength: rows * dimension, maxLength: rows * dimension },
          )
          .map((values) => Float32Array.from(values)),
      }),
    );

  test('the components are orthonormal, their scores are the products, and the signs are fixed', () => {
    fc.assert(
      fc.property(inputs, ({ vectors, dimension, count, center }) => {
        const found = principalComponents(vectors, { dimension, count, center, ...options });
        expect(found).toMatchObject({ rows: vectors.length / dimension, dimension, count });
        const size = Math.sqrt(found.totalVariance);
        expect(distanceFromOrthonormal(found.components, count, dimension)).toBeLessThan(1e-10);
        for (let place = 0; place < count; place++) {
          const component = found.components.subarray(place * dimension, (place + 1) * dimension);
          expect(sum(component.map((value, k) => value / (1 + k)))).toBeGreaterThan(-1e-12);
          for (let row = 0; row < found.rows; row++) {
            const product = sum(component.map((value, k) => value * (vectors[row * dimension + k] - found.mean[k])));
            expect(Math.abs(found.scores[row * count + place] - product)).toBeLessThanOrEqual(1e-9 * (size + 1e-30));
          }
        }
        const all = [found.components, found.scores, found.explainedVariance, found.mean, [found.totalVariance]];
        expect(all.flatMap((values) => [...values]).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('all components explain all variance, and give the rows back', () => {
    fc.assert(
      fc.property(inputs, ({ vectors, dimension, center }) => {
        const found = principalComponents(vectors, { dimension, count: dimension, center, ...options });
        const { explainedVariance, totalVariance } = found;
        expect(Math.abs(sum(explainedVariance) - totalVariance)).toBeLessThanOrEqual(1e-9 * totalVariance);
        expect(distanceFromRows(vectors, found)).toBeLessThanOrEqual(1e-6 * (Math.sqrt(totalVariance) + 1e-3));
      }),
      {
        numRuns: 300,
        // Two directions explain the same, and the rest is orthogonal to where power iteration begins but for rounding.
        examples: [[{ vectors: Float32Array.of(1, -2, 2, 1), dimension: 2, center: false, count: 2 }]],
      },
    );
  });

  test('the same rows give the same bits, and rows are not changed', () => {
    const vectors = numbers(40 * 7);
    const before = vectors.slice();
    const found = principalComponents(vectors, { dimension: 7, count: 3, ...options });
    expect(principalComponents(vectors, { dimension: 7, count: 3, ...options })).toEqual(found);
    expect(vectors).toEqual(before);
  });

  test.each([
    ['one row', Float32Array.of(3, 4, 0), true, 0],
    ['one row that is not centred', Float32Array.of(3, 4, 0), false, 25],
    ['identical rows', Float32Array.of(0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3), true, 0],
    ['zeros', new Float32Array(12), false, 0],
    // Orthogonal to where power iteration begins.
    ['one direction', Float32Array.of(1, -2, 0, -1, 2, 0, 2, -4, 0, -2, 4, 0), true, 12.5],
  ])('of %s there is what there is', (_name, vectors, center, variance) => {
    const found = principalComponents(vectors, { dimension: 3, count: 3, center, ...options });
    expect(found.totalVariance).toBeCloseTo(variance, 10);
    expect(found.explainedVariance[0]).toBeCloseTo(variance, 10);
    expect(distanceFromOrthonormal(found.components, 3, 3)).toBeLessThan(1e-12);
    expect(distanceFromRows(vectors, found)).toBeLessThan(1e-6);
  });

  test('constant columns count for nothing', () => {
    const some = numbers(30 * 3);
    const more = Float32Array.from({ length: 30 * 5 }, (_, at) =>
      at % 5 < 3 ? some[Math.floor(at / 5) * 3 + (at % 5)] : 7.3,
    );
    const [one, other] = [
      principalComponents(some, { dimension: 3, count: 2, ...options }),
      principalComponents(more, { dimension: 5, count: 2, ...options }),
    ];
    for (const [k, score] of one.scores.entries()) expect(other.scores[k]).toBeCloseTo(score, 8);
    for (const place of [0, 1]) {
      expect([...other.components.subarray(5 * place + 3, 5 * place + 5)]).toEqual([
        expect.closeTo(0, 12),
        expect.closeTo(0, 12),
      ]);
    }
  });

  test.each<[string, Float32Array, object, RegExp]>([
    ['a NaN', Float32Array.of(1, 2, 3, Number.NaN), {}, /vectors\[3\] \(row 1\): expected a finite number; found NaN/],
    ['infinity', Float32Array.of(Number.POSITIVE_INFINITY, 2), {}, /vectors\[0\] .*finite number; found Infinity/],
    ['no rows', new Float32Array(0), {}, /vectors: expected at least one row of 2 numbers .*0 numbers/],
    ['a row that is cut', new Float32Array(3), {}, /vectors: .*found 3 numbers/],
    ['plain numbers', [1, 2] as unknown as Float32Array, {}, /vectors: expected a Float32Array; found \[1,2\]/],
    ['no components', new Float32Array(2), { count: 0 }, /count: expected an integer from 1 to 2; found 0/],
    ['too many components', new Float32Array(2), { count: 3 }, /count: .*found 3/],
    ['rows of no numbers', new Float32Array(2), { dimension: 0 }, /dimension: expected an integer of at least 1/],
    ['no iterations', new Float32Array(2), { iterations: 0 }, /iterations: expected an integer of at least 1/],
  ])('refuses %s', (_name, vectors, more, message) => {
    expect(() => principalComponents(vectors, { dimension: 2, count: 1, ...options, ...more })).toThrow(message);
  });
});

describe('principalComponents', () => {
  test('each component explains what an independent computation says, of any shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 14 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.nat(),
        (rows, dimension, center, seed) => {
          const vectors = numbers(rows * dimension, seed);
          const { explainedVariance } = principalComponents(vectors, { dimension, count: dimension, center });
          const expected = variances(vectors, dimension, center);
          for (const [k, variance] of explainedVariance.entries())
            expect(Math.abs(variance - expected[k])).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ['more rows than dimensions', 300, 64],
    ['more dimensions than rows', 48, 200],
  ])('power iteration explains nearly as much: %s', (_, rows, dimension) => {
    const spread = Array.from({ length: dimension }, (__, k) => 0.9 ** k);
    const vectors = numbers(rows * dimension).map((value, at) => value * spread[at % dimension]);
    const exact = principalComponents(vectors, { dimension, count: 8 });
    const iterated = principalComponents(vectors, { dimension, count: 8, iterations: 50 });
    expect(sum(iterated.explainedVariance)).toBeLessThanOrEqual(sum(exact.explainedVariance) * (1 + 1e-12));
    expect(sum(iterated.explainedVariance)).toBeGreaterThan(0.995 * sum(exact.explainedVariance));
    expect(distanceFromOrthonormal(exact.components, 8, dimension)).toBeLessThan(1e-12);
    for (let place = 1; place < 8; place++) {
      expect(exact.explainedVariance[place]).toBeLessThanOrEqual(exact.explainedVariance[place - 1]);
    }
  });

  test('takes rows longer than a call takes arguments', () => {
    const dimension = 200_000;
    const { components, explainedVariance } = principalComponents(numbers(3 * dimension), { dimension, count: 2 });
    expect(explainedVariance[1]).toBeGreaterThan(0);
    expect(distanceFromOrthonormal(components, 2, dimension)).toBeLessThan(1e-12);
    const iterated = principalComponents(numbers(3 * dimension), { dimension, count: 1, iterations: 200 });
    expect(iterated.explainedVariance[0] / explainedVariance[0]).toBeGreaterThan(0.99);
  });
});

describe('projectRows', () => {
  const inputs = fc.record({
    rows: fc.integer({ min: 1, max: 9 }),
    dimension: fc.integer({ min: 1, max: 7 }),
    center: fc.boolean(),
    seed: fc.nat(99),
  });

  test('gives the rows of the components their scores, to the last bit, alone and together', () => {
    // Whatever the sign of 0.
    const plain = (scores: Float64Array): number[] => Array.from(scores, (score) => score + 0);
    fc.assert(
      fc.property(inputs, ({ rows, dimension, center, seed }) => {
        const vectors = numbers(rows * dimension, seed);
        const found = principalComponents(vectors, { dimension, count: dimension, center });
        const expected = plain(found.scores);
        expect(plain(projectRows(vectors, found))).toEqual(expected);
        for (let row = 0; row < rows; row++) {
          const [begin, end] = [row * dimension, (row + 1) * dimension];
          expect(plain(projectRows(vectors.slice(begin, end), found))).toEqual(expected.slice(begin, end));
        }
      }),
    );
  });

  test('gives new rows (row - mean) . component', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 5 }), ({ rows, dimension, center, seed }, others) => {
        const found = principalComponents(numbers(rows * dimension, seed), { dimension, count: 1, center });
        const added = numbers(others * dimension, seed + 1);
        const before = added.slice();
        const scores = projectRows(added, found);
        expect(added).toEqual(before);
        expect(scores.length).toBe(others);
        for (let row = 0; row < others; row++) {
          let score = 0;
          for (let k = 0; k < dimension; k++)
            score += (added[row * dimension + k] - found.mean[k]) * found.components[k];
          expect(scores[row]).toBeCloseTo(score, 12);
        }
      }),
    );
  });

  test.each([
    [new Float32Array(0), 'vectors: expected at least one row of 3 numbers each, dimension; found 0 numbers'],
    [new Float32Array(4), 'found 4 numbers'],
    [Float32Array.of(1, Number.NaN, 2), 'vectors[1] (row 0): expected a finite number; found NaN'],
    [[1, 2, 3] as unknown as Float32Array, 'vectors: expected a Float32Array'],
  ])('refuses %o', (vectors, message) => {
    const found = principalComponents(numbers(12), { dimension: 3, count: 2 });
    expect(() => projectRows(vectors, found)).toThrow(InvalidOptionError);
    expect(() => projectRows(vectors, found)).toThrow(message);
  });
});
