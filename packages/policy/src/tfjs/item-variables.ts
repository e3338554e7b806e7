import { described, InvalidOptionError } from '@ialp/core';
import { writeRows } from '../catalogue/item-rows.js';
import { checkItemRows } from '../checks/item-rows.js';
import type { ItemTensor, Weights } from '../network.js';
import type { Optimizer } from './optimizer.js';
import type { TensorFlow } from './tensorflow.js';
import { assign, type Variables } from './variables.js';

/**
 * Throws unless the variables with a row for each item are variables of the model, with the catalogue along the given axis.
 * @throws {InvalidOptionError}
 */
export function checkItemVariables(itemVariables: readonly ItemTensor[], variables: Variables, items: number): void {
  for (const { name, axis } of itemVariables) {
    const shape = variables[name]?.shape;
    if (shape === undefined) {
      throw new InvalidOptionError('model.itemVariables', name, `names of ${Object.keys(variables).join(', ')}`);
    }
    if (shape[axis] === items) continue;
    const found = described(`shape [${shape.join(', ')}] of ${name}`);
    throw new InvalidOptionError('model.itemVariables', found, `${items} items along axis ${axis}`);
  }
}

/**
 * Replaces the rows of some items in all item variables of a model, and sets the optimiser's moments of these rows to 0.
 * @throws {WeightsError} Nothing is then changed.
 */
export function writeItemVariables(
  {
    tensorFlow,
    variables,
    optimizer,
  }: { readonly tensorFlow: TensorFlow; readonly variables: Variables; readonly optimizer: Optimizer },
  itemVariables: readonly ItemTensor[],
  items: Int32Array,
  rows: Weights,
): void {
  const widthOf = ({ name, axis }: ItemTensor): number => variables[name].size / variables[name].shape[axis];
  checkItemRows(rows, items.length, itemVariables, widthOf);
  for (const { name, axis } of itemVariables) {
    const variable = variables[name];
    const withRows = (numbers: Float32Array, values: Float32Array): Float32Array => {
      const data = numbers.slice();
      writeRows({ shape: variable.shape, data }, axis, items, values);
      return data;
    };
    const moments = optimizer.recall(name);
    if (moments !== undefined) {
      const zeros = new Float32Array(rows[name].data.length);
      const reset = Object.entries(moments).map(([moment, data]) => [moment, withRows(data, zeros)]);
      optimizer.remember(name, Object.fromEntries(reset));
    }
    tensorFlow.run(() => assign(tensorFlow.tf, variable, withRows(variable.dataSync<'float32'>(), rows[name].data)));
  }
}
