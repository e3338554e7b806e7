import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentsOf, readRows, writeRows } from './item-rows.js';

const shapes = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
  .chain((shape) => fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1) }));

/** Indices along each axis of all elements of a tensor, in row-major order. */
function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, k) => [...index, k])),
    [[]],
  );
}

test('a row has the elements of an item along any axis of any shape, in their order', () => {
  fc.assert(
    fc.property(shapes, fc.nat(3), ({ shape, axis }, seed) => {
      const indices = indicesOf(shape);
      const data = Float32Array.from(indices.keys());
      const item = seed % shape[axis];
      const expected = [...indices.keys()].filter((place) => indices[place][axis] === item);
      const { data: row, shape: rowShape } = readRows({ shape, data }, axis, [item]);
      expect([...row]).toEqual(expected);
      expect(rowShape).toEqual([1, expected.length]);
      // Written back as other numbers, exactly these elements change.
      writeRows(
        { shape, data },
        axis,
        [item],
        row.map((value) => -1 - value),
      );
      expect([...data]).toEqual([...indices.keys()].map((place) => (expected.includes(place) ? -1 - place : place)));
    }),
  );
});

test('the moments of a tensor are found by its whole name', () => {
  const tensor = { shape: [1], data: new Float32Array(1) };
  const names = [
    'kernel',
    'optimizer/first/kernel',
    'optimizer/second/kernel',
    'optimizer/first/actor/kernel',
    'optimizer/steps',
  ];
  const state = Object.fromEntries(names.map((name) => [name, tensor]));
  expect(momentsOf(state, 'kernel')).toEqual(['optimizer/first/kernel', 'optimizer/second/kernel']);
  expect(momentsOf(state, 'actor/kernel')).toEqual(['optimizer/first/actor/kernel']);
});
