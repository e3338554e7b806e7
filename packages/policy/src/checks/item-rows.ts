import { checkInteger, described, InvalidOptionError } from '@ialp/core';
import { WeightsError } from '../errors.js';
import type { ItemTensor, Weights } from '../network.js';
import { checkTensors } from './training.js';

/** Throws unless an array has distinct items of the catalogue. @throws {InvalidOptionError} */
export function checkDistinctItems(items: Int32Array, all: number): void {
  if (Object.prototype.toString.call(items) !== '[object Int32Array]') {
    throw new InvalidOptionError('items', items, 'an Int32Array of items: Int32Array.from(items) makes one');
  }
  const seen = new Set<number>();
  for (const [k, item] of items.entries()) {
    checkInteger(`items[${k}]`, item, 0, all - 1);
    if (seen.has(item)) throw new InvalidOptionError(`items[${k}]`, described(`item ${item} twice`), 'each item once');
    seen.add(item);
  }
}

/**
 * Throws unless exactly the item tensors are given, each with a finite row for every item.
 * @param widthOf numbers in an item's row of a tensor.
 * @throws {WeightsError}
 */
export function checkItemRows(
  rows: Weights,
  count: number,
  itemTensors: readonly ItemTensor[],
  widthOf: (tensor: ItemTensor) => number,
): void {
  checkTensors(rows, 'rows');
  const names = itemTensors.map(({ name }) => name);
  const unknown = Object.keys(rows).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new WeightsError(`rows.${unknown}: expected only ${names.join(', ')}; found one more.`);
  }
  for (const tensor of itemTensors) {
    const { name } = tensor;
    const expected = [count, widthOf(tensor)];
    const { shape, data } = rows[name] ?? { shape: [], data: new Float32Array(0) };
    if (shape.join() !== expected.join() || data.length !== expected[0] * expected[1]) {
      const found = `[${shape.join(', ')}] with ${data.length} numbers`;
      throw new WeightsError(`rows.${name}: expected shape [${expected.join(', ')}]; found ${found}.`);
    }
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong !== -1) throw new WeightsError(`rows.${name}[${wrong}]: expected a number; found ${data[wrong]}.`);
  }
}
