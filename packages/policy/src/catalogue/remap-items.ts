import { checkInteger, counted } from '@ialp/core';
import { checkNetwork } from '../checks/arguments.js';
import { checkItemIds, type ItemIds } from '../checks/item-ids.js';
import { checkNamedOptions } from '../checks/options.js';
import { checkTensors } from '../checks/training.js';
import { ShapeError, WeightsError } from '../errors.js';
import type { ItemTensor, Network, Tensor, Weights } from '../network.js';
import { checkVectors, type ItemVectors, nearestNeighbors } from './item-neighbors.js';
import { itemTensorsOf, momentsOf, readRows, writeRows } from './item-rows.js';
import { meanRows } from './mean-rows.js';

/** Options of `remapItems`. */
export interface RemapItemsOptions {
  /** The network that the weights are for, with the other catalogue and otherwise the same architecture. It is not changed. */
  readonly network: Network;
  /** Ids of the items of the weights. */
  readonly from: ItemIds;
  /** Ids of the items of the network, such as `ids` of an `ItemIndex`. */
  readonly to: ItemIds;
  /**
   * Embeddings of the texts of the network's items: a new item becomes the mean of its nearest neighbours among the items of both
   * catalogues, as with `placeItems`. Default: new items have the network's own rows.
   */
  readonly embeddings?: ItemVectors;
  /** Nearest neighbours of each new item. Default 10. */
  readonly neighbors?: number;
}

const OPTION_NAMES: readonly (keyof RemapItemsOptions)[] = ['network', 'from', 'to', 'embeddings', 'neighbors'];

/**
 * Weights of a network for another catalogue: the rows of items of both catalogues are moved to their new indices, rows of removed items are
 * dropped, and those of new items are made of their neighbours', or are the network's own. Rows without an item are the network's own, too.
 * Other tensors are the same.
 *
 * ```ts
 * const larger = createNetwork({ items: index.capacity, random });
 * larger.setTrainingState(remapItems(network.trainingState(), { network: larger, from: before.ids, to: index.ids }));
 * ```
 * @param weights the result of `weights` or `trainingState`. The optimiser's state of new items is 0.
 * @returns weights, or a training state, for the network. The arrays are copies.
 * @throws {WeightsError} for weights without the network's item tensors, or for other numbers of items than `from` has ids.
 * @throws {InvalidOptionError} for ids that are repeated, empty or not strings, a new item whose embedding is 0, and for a network that does
 *   not name its `itemTensors`. {ShapeError} for ids or embeddings of another number of items than the network has.
 */
export function remapItems(weights: Weights, options: RemapItemsOptions): Weights {
  checkNamedOptions(options, '{ network, from: idsOfWeights, to: index.ids }', OPTION_NAMES);
  const { network, from, to, embeddings, neighbors = 10 } = options;
  checkNetwork(network, [], 'remapItems');
  checkTensors(weights);
  const itemTensors = itemTensorsOf(network);
  checkItemIds('from', from);
  checkItemIds('to', to);
  if (to.length !== network.items) throw new ShapeError('ids in to', to.length, network.items);
  if (embeddings !== undefined) checkVectors('embeddings', embeddings, network.items);
  checkInteger('neighbors', neighbors, 1);

  const own = network.weights();
  for (const tensor of itemTensors) checkRows(weights, own, tensor, from.length);

  const { moved, sources, added } = matched(from, to);
  const remapped: Record<string, Tensor> = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
  for (const { name, axis } of itemTensors) {
    const move = (tensor: string, into: Tensor): void => {
      const data = into.data.slice();
      writeRows({ shape: into.shape, data }, axis, moved, readRows(weights[tensor], axis, sources).data);
      remapped[tensor] = { shape: into.shape, data };
    };
    move(name, own[name]);
    for (const moment of momentsOf(weights, name)) {
      // As wide as in the state: an optimiser may have a single number for each row.
      const shape = withItems(weights[moment].shape, axis, to.length);
      move(moment, { shape, data: new Float32Array(sizeOf(shape)) });
    }
  }
  if (embeddings === undefined || added.length === 0) return remapped;

  const available = new Uint8Array(network.items);
  for (const item of moved) available[item] = 1;
  const rows = meanRows(remapped, itemTensors, nearestNeighbors(embeddings, added, available, neighbors));
  for (const { name, axis, given } of itemTensors) {
    if (given !== undefined) copyColumns(readRows(own[name], axis, added), rows[name], given);
    writeRows(remapped[name], axis, added, rows[name].data);
  }
  return remapped;
}

/** Items of `to` that are in `from`, with their indices there, and those that are not. */
function matched(
  from: ItemIds,
  to: ItemIds,
): { readonly moved: readonly number[]; readonly sources: readonly number[]; readonly added: Int32Array } {
  const indices = new Map(from.map((id, item) => [id, item]));
  const items = [...to.keys()].filter((item) => to[item] !== null);
  const moved = items.filter((item) => indices.has(to[item]));
  return {
    moved,
    sources: moved.map((item) => indices.get(to[item]) as number),
    added: Int32Array.from(items.filter((item) => !indices.has(to[item]))),
  };
}

/** The shape of a tensor for another number of items. */
function withItems(shape: readonly number[], axis: number, items: number): number[] {
  return shape.map((length, k) => (k === axis ? items : length));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Copies some columns of rows. */
function copyColumns(
  { shape, data }: Tensor,
  into: Tensor,
  { begin, width }: { readonly begin: number; readonly width: number },
): void {
  for (let start = begin; start < data.length; start += shape[1])
    into.data.set(data.subarray(start, start + width), start);
}

/** @throws {WeightsError} unless the weights have the tensor, with rows of `items` items as long as those of the network. */
function checkRows(weights: Weights, own: Weights, { name, axis }: ItemTensor, items: number): void {
  for (const tensor of [name, ...momentsOf(weights, name)]) {
    const expected = withItems(own[name].shape, axis, items);
    // Of a moment, an optimiser may have one number for each row.
    const numbers = expected.map((length, k) => (k === axis ? length : 1));
    const { shape, data } = weights[tensor] ?? { shape: [], data: new Float32Array(0) };
    const fits = [expected, ...(tensor === name ? [] : [numbers])].some((each) => shape.join() === each.join());
    if (fits && data.length === sizeOf(shape)) continue;
    throw new WeightsError(
      `weights.${tensor}: expected shape [${expected.join(', ')}], for the ${counted(items, 'id')} in from and the sizes of the ` +
        `network; found ${tensor in weights ? `[${shape.join(', ')}]` : 'none'}.`,
    );
  }
}
