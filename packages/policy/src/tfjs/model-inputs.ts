import { InvalidOptionError } from '@ialp/core';
import { ShapeError } from '../errors.js';
import type { Histories } from '../network.js';
import type { ModelInputs, ModelSizes } from './model.js';
import type { TensorFlowNamespace } from './tensorflow.js';

/**
 * Makes the input tensors of a batch.
 * @throws {ShapeError}
 * @throws {InvalidOptionError} for an index in a history that is not an item.
 */
export function makeInputs(tf: TensorFlowNamespace, histories: Histories, sizes: ModelSizes): ModelInputs {
  const { rows, historyLength, historyItems, historyFeedback } = histories;
  if (historyLength !== sizes.historyLength) {
    throw new ShapeError('historyLength of the states', historyLength, sizes.historyLength);
  }
  const length = rows * historyLength;
  const indices = new Int32Array(length);
  const filled = new Float32Array(length);
  for (let place = 0; place < length; place++) {
    const item = historyItems[place];
    if (item >= sizes.items) {
      throw new InvalidOptionError(`historyItems[${place}]`, item, `an item below ${sizes.items}, or padding`);
    }
    if (item < 0) continue;
    indices[place] = item;
    filled[place] = 1;
  }
  const shape: [number, number] = [rows, historyLength];
  const userFeatures = featuresOf(histories, sizes);
  return {
    historyItems: tf.tensor2d(historyItems.slice(0, length), shape, 'int32'),
    indices: tf.tensor2d(indices, shape, 'int32'),
    filled: tf.tensor2d(filled, shape),
    historyFeedback: tf.tensor2d(historyFeedback.slice(0, length), shape),
    ...(userFeatures && { userFeatures: tf.tensor2d(userFeatures, [rows, sizes.userFeatures]) }),
  };
}

function featuresOf({ rows, userFeatures }: Histories, sizes: ModelSizes): Float32Array | undefined {
  if (sizes.userFeatures === 0) return undefined;
  const width = (userFeatures?.length ?? 0) / rows;
  if (width !== sizes.userFeatures) throw new ShapeError('userFeatures of each state', width, sizes.userFeatures);
  return userFeatures?.slice();
}

/** An empty history, to check a model's outputs. */
export function emptyHistory({ historyLength, userFeatures }: ModelSizes): Histories {
  return {
    rows: 1,
    historyLength,
    historyItems: new Int32Array(historyLength).fill(-1),
    historyFeedback: new Float32Array(historyLength),
    userFeatures: new Float32Array(userFeatures),
  };
}
