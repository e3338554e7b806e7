import { createRandom, type Interactions } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectRows } from './dataset.js';
import { splitAtRandom, splitByUserOrder } from './split.js';

const made = fc.array(fc.tuple(fc.nat(5), fc.nat(30)), { maxLength: 60 });

function interactionsOf(rows: readonly (readonly [user: number, time: number])[]): Interactions {
  return {
    users: 6,
    user: Int32Array.from(rows, ([user]) => user),
    item: Int32Array.from(rows, (_, row) => row),
    value: new Float32Array(rows.length).fill(1),
    time: Float64Array.from(rows, ([, time]) => time),
  };
}

/** All rows of a split, sorted. */
function rowsOf({ train, validation, test: tested }: ReturnType<typeof splitAtRandom>): number[] {
  return [...train, ...validation, ...tested].sort((a, b) => a - b);
}

describe('splitByUserOrder', () => {
  test('takes the last of each user: by time, or by row', () => {
    const interactions = interactionsOf([
      [0, 9],
      [0, 1],
      [1, 5],
      [0, 5],
      [0, 7],
      [0, 3],
    ]);
    expect(splitByUserOrder(interactions, 'time', { test: 0.4 }).test).toEqual(Int32Array.of(0, 4));
    expect(splitByUserOrder(interactions, 'rows', { test: 0.4, validation: 0.2 })).toEqual({
      by: 'user-order',
      train: Int32Array.of(0, 1, 2),
      validation: Int32Array.of(3),
      test: Int32Array.of(4, 5),
    });
  });

  test('loses no row, and nothing in training is later than what is tested', () => {
    fc.assert(
      fc.property(made, (rows) => {
        const interactions = interactionsOf(rows);
        const split = splitByUserOrder(interactions, 'time', { test: 0.3, validation: 0.2 });
        expect(rowsOf(split)).toEqual([...rows.keys()]);
        for (const later of split.test) {
          for (const earlier of split.train) {
            if (rows[later][0] === rows[earlier][0]) expect(rows[earlier][1]).toBeLessThanOrEqual(rows[later][1]);
          }
        }
      }),
    );
  });

  test('refuses shares that make no sense, and times that are not there', () => {
    const { time: _, ...timeless } = interactionsOf([[0, 1]]);
    expect(() => splitByUserOrder(timeless, 'time')).toThrow(
      /order: expected 'rows': there are no times; found "time"/,
    );
    expect(() => splitByUserOrder(timeless, 'rows', { test: 1 })).toThrow(/test: expected a number between 0 and 1/);
    expect(() => splitByUserOrder(timeless, 'rows', { test: 0.5, validation: 0.5 })).toThrow(/validation/);
  });
});

describe('splitAtRandom', () => {
  test('draws as many as asked for, each row once, the same for the same generator', () => {
    fc.assert(
      fc.property(made, fc.integer(), (rows, seed) => {
        const interactions = interactionsOf(rows);
        const split = splitAtRandom(interactions, createRandom(seed), { test: 0.3, validation: 0.2 });
        expect(split.test).toHaveLength(Math.floor(0.3 * rows.length));
        expect(split.validation).toHaveLength(Math.floor(0.2 * rows.length));
        expect(rowsOf(split)).toEqual([...rows.keys()]);
        expect(splitAtRandom(interactions, createRandom(seed), { test: 0.3, validation: 0.2 })).toEqual(split);
      }),
    );
  });

  test('draws every row as often', () => {
    const interactions = interactionsOf(Array.from({ length: 10 }, () => [0, 0] as const));
    const counts = new Float64Array(10);
    for (let seed = 0; seed < 3000; seed++) {
      for (const row of splitAtRandom(interactions, createRandom(seed), { test: 0.3 }).test) counts[row]++;
    }
    for (const count of counts) expect(Math.abs(count - 900)).toBeLessThan(4.5 * Math.sqrt(900 * 0.7));
  });
});

test('selected rows keep all columns, in the order asked for', () => {
  const interactions = interactionsOf([
    [0, 9],
    [1, 8],
    [2, 7],
  ]);
  expect(selectRows({ ...interactions, scale: [1, 5] as const }, Int32Array.of(2, 0))).toEqual({
    users: 6,
    user: Int32Array.of(2, 0),
    item: Int32Array.of(2, 0),
    value: Float32Array.of(1, 1),
    time: Float64Array.of(7, 9),
    scale: [1, 5],
  });
});

test('selectRows refuses rows that the interactions do not have', () => {
  const one = interactionsOf([[0, 1]]);
  for (const row of [-1, 1, 5]) {
    expect(() => selectRows(one, Int32Array.of(row))).toThrow(`rows[0]: expected a row from 0 to 0; found ${row}.`);
  }
  expect(selectRows(one, Int32Array.of(0))).toEqual(one);
});

test('a misspelt share is refused', () => {
  const one = interactionsOf([[0, 1]]);
  expect(() => splitByUserOrder(one, 'rows', { testShare: 0.1 } as never)).toThrow(/found "testShare"/);
});
