import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CheckpointError } from '../errors/checkpoint-error.js';
import { checkTensorShapes, indexOfNonFinite, shapesOf } from './index.js';

test('the first number that is not finite, wherever it is', () => {
  const values = fc.array(fc.oneof(fc.float(), fc.constantFrom(3.4028234663852886e38, -1e-45, -0)), { maxLength: 40 });
  fc.assert(
    fc.property(values, fc.nat(4), (list, offset) => {
      // Also a view that begins within a buffer.
      const data = Float32Array.from([...Array(offset).fill(Number.NaN), ...list]).subarray(offset);
      expect(indexOfNonFinite(data)).toBe(list.findIndex((value) => !Number.isFinite(value)));
    }),
    { numRuns: 500 },
  );
});

describe('tensors are checked before anything takes them', () => {
  const tensor = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((size, each) => size * each, 1)),
  });
  const own = { table: tensor(3, 2), bias: tensor(1, 2) };
  const check = (tensors: Parameters<typeof checkTensorShapes>[0]) => () => checkTensorShapes(tensors, shapesOf(own));

  test('those of the same shapes are taken', () =>
    expect(check({ bias: tensor(1, 2), table: tensor(3, 2) })).not.toThrow());

  test.each([
    ['a tensor less', { table: tensor(3, 2) }, 'expected table, bias; found table'],
    ['a tensor more', { ...own, other: tensor(1) }, 'found table, bias, other'],
    ['none', {}, 'found nothing'],
    ['another shape', { ...own, table: tensor(2, 3) }, 'weights.table: expected shape [3,2]; found [2,3]'],
    [
      'fewer numbers',
      { ...own, bias: { shape: [1, 2], data: new Float32Array(1) } },
      'weights.bias: expected shape [1,2]',
    ],
    ['no number', { ...own, bias: { shape: [1, 2], data: Float32Array.of(0, Number.NaN) } }, 'weights.bias[1]'],
  ])('%s', (_, tensors, message) => {
    expect(check(tensors)).toThrow(CheckpointError);
    expect(check(tensors)).toThrow(message);
  });
});
