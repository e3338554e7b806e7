import { checkNumber, InvalidOptionError, type Random } from '@ialp/core';
import { checkNetwork, checkRandom } from '../checks/arguments.js';
import { checkNamedOptions, checkNumbers, checkOptions } from '../checks/options.js';
import type { ItemEmbeddings } from '../engine/network-options.js';
import { MissingHeadError, ShapeError } from '../errors.js';
import type { ItemTensor, Network, Tensor } from '../network.js';

/** Options of `initOutputsFromEmbeddings`. */
export interface InitOutputsOptions {
  /** Embeddings of the items, of unit length on average. */
  readonly itemEmbeddings: Pick<ItemEmbeddings, 'data' | 'width'>;
  /** Length of the output weights of an item whose embedding has length 1. Default 1. */
  readonly scale?: number;
  /** Draws the projection. */
  readonly random: Random;
}

const OPTION_NAMES: readonly (keyof InitOutputsOptions)[] = ['itemEmbeddings', 'scale', 'random'];

/** Names of the output layers over the items, the same in both engines, and of the table that is also one with `tiedItems`. */
const OUTPUTS = ['actor', 'q', 'item'];

/**
 * Initialises the output weights so that similar items have similar weights: the rows of the actor and of the action
 * values, or of a table with `tiedItems`, become random projections (Johnson and Lindenstrauss 1984) of the items' embeddings to their width.
 * An update that makes one item more likely then also makes similar items more likely, so that a large catalogue is learned in
 * a fraction of the interactions. Training may separate similar items later. It replaces the output weights: call it before
 * training. Of tied items with given features it replaces the learned columns alone: none with `embedding: 0`.
 * @throws {MissingHeadError} for a network without either head.
 * @throws {ShapeError} for embeddings of another catalogue.
 * @throws {InvalidOptionError} for an embedding or a scale that is not finite.
 */
export function initOutputsFromEmbeddings(network: Network, options: InitOutputsOptions): void {
  checkNamedOptions(options, '{ itemEmbeddings: { data, width }, random: createRandom(1) }', OPTION_NAMES);
  const { itemEmbeddings, scale = 1, random } = options;
  checkOptions(itemEmbeddings, '{ data, width }', 'itemEmbeddings');
  const { data, width } = itemEmbeddings;
  checkNumbers('itemEmbeddings.data', data);
  checkNetwork(network, [], 'initOutputsFromEmbeddings');
  checkRandom(random);
  const { items } = network;
  checkNumber('scale', scale, 0);
  if (data.length !== items * width) {
    throw new ShapeError('numbers in itemEmbeddings.data', data.length, items * width);
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw new InvalidOptionError(`itemEmbeddings.data[${wrong}]`, data[wrong], 'a finite number');
  const weights = network.weights();
  const outputs = OUTPUTS.filter((name) => weights[name]?.shape[0] === items);
  if (outputs.length === 0) throw new MissingHeadError('actor', 'initOutputsFromEmbeddings');
  network.setWeights({
    ...weights,
    ...Object.fromEntries(
      outputs.map((name) => {
        const given = network.itemTensors?.find((each) => each.name === name)?.given;
        return [
          name,
          withOutputs(weights[name], given, (columns) => projected(itemEmbeddings, columns, scale, random)),
        ];
      }),
    ),
  });
}

/** A tensor with new output weights. Given features of the items are part of a tied table, and are kept. */
function withOutputs(
  { shape, data }: Tensor,
  given: ItemTensor['given'],
  outputs: (columns: number) => Tensor,
): Tensor {
  if (given === undefined) return outputs(shape[1]);
  const learned = outputs(given.begin);
  const rows = data.slice();
  for (let item = 0; item < shape[0]; item++) {
    rows.set(learned.data.subarray(item * given.begin, (item + 1) * given.begin), item * shape[1]);
  }
  return { shape, data: rows };
}

/** `[items, columns]`: the embeddings times a random matrix that preserves lengths on average. */
function projected(
  { data, width }: Pick<ItemEmbeddings, 'data' | 'width'>,
  columns: number,
  scale: number,
  random: Random,
): Tensor {
  const deviation = scale / Math.sqrt(columns);
  const projection = Float64Array.from({ length: width * columns }, () => deviation * random.normal());
  const items = data.length / width;
  const rows = new Float32Array(items * columns);
  for (let item = 0; item < items; item++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += data[item * width + k] * projection[k * columns + column];
      rows[item * columns + column] = sum;
    }
  }
  return { shape: [items, columns], data: rows };
}
