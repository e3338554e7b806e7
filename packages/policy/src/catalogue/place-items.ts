import { checkInteger, described, InvalidOptionError, noExclusions } from '@ialp/core';
import { checkNetwork } from '../checks/arguments.js';
import { checkDistinctItems } from '../checks/item-rows.js';
import { checkNamedOptions } from '../checks/options.js';
import { checkArray, checkStates } from '../checks/states.js';
import { ShapeError } from '../errors.js';
import type { ItemTensor, Network, States, Weights } from '../network.js';
import { checkVectors, type ItemNeighbors, type ItemVectors, nearestNeighbors } from './item-neighbors.js';
import { itemTensorsOf, readItemRows, setItemRows } from './item-rows.js';
import { meanRows } from './mean-rows.js';

/** Options of `placeItems`. */
export interface PlaceItemsOptions {
  /** Embeddings of the items' texts, those of the new items included; any numbers for indices without an item. */
  readonly embeddings: ItemVectors;
  /** `[items]`: the available items, such as `available` of an `ItemIndex`; the others are not neighbours. */
  readonly available: Uint8Array;
  /** Nearest neighbours of each new item. Default 10. */
  readonly neighbors?: number;
  /**
   * States of the deployment, such as those of the last trajectories: the bias of each new item is then set so that its mean probability
   * in these states is the mean of its neighbours' probabilities. Default: none.
   */
  readonly states?: States;
  /** Features of the items, for a network that was created with `itemEmbeddings`. Default: `embeddings`. */
  readonly itemEmbeddings?: ItemVectors;
}

const OPTION_NAMES: readonly (keyof PlaceItemsOptions)[] = [
  'embeddings',
  'available',
  'neighbors',
  'states',
  'itemEmbeddings',
];

/** The actor's bias of each item, in networks of this package. */
const ACTOR_BIAS = 'actorBias';

/**
 * Places new items in a network where their texts put them: every row of a new item becomes the mean of the rows of its nearest neighbours,
 * the available items whose texts are most similar, and its optimiser state becomes 0. No other row and no other tensor is changed, so that
 * all other items keep their logits and values.
 *
 * Given features are its own, with which a network of tied items also ranks it.
 *
 * With the weights `a_j` of the neighbours `j` (their cosines to the new item `n`, normalised to sum 1), in each state
 *
 * `logit_n = sum_j a_j logit_j` and `Q_n = sum_j a_j Q_j`,
 *
 * because logits and action values are linear in the rows of an item; for tied items with features, the logit has what the item's own features
 * change, too. Without that, the probability of the new item is thus the weighted geometric mean
 * of its neighbours' probabilities, and at most their arithmetic mean; the two are near each other if the neighbours' logits are, as a policy
 * that learned that similar items are liked by the same users makes them. A policy that is nearly certain of some items tells similar ones apart
 * further. With `states`, the bias of each new item is then raised by `log(mean_s sum_j a_j pi(j|s) / mean_s pi(n|s))`, so that both means
 * over the states are the same, whatever the network.
 *
 * The learners of a replay buffer have target networks, which need the items, too: place them in each of `learner.networks`.
 *
 * The call is synchronous. It compares each new item with all available ones, in one pass over the embeddings for every 256 new items, and copies the
 * network's weights once. With 300,000 items and embeddings of 16 numbers it takes 0.09 s of CPU time for 1 new item and 0.7 s for 1,000.
 * It multiplies in WebAssembly with SIMD, whatever computes the network.
 * @param items the new items, distinct.
 * @returns the neighbours of the new items.
 * @throws {InvalidOptionError} for an item whose embedding is 0, without another available item, and for a network that does not name its
 *   `itemTensors`, or with `states` has no item tensor `actorBias`.
 * @throws {ShapeError} for embeddings, availability or states of another catalogue. After any error the network is unchanged.
 */
export function placeItems(network: Network, items: Int32Array, options: PlaceItemsOptions): ItemNeighbors {
  checkNamedOptions(options, '{ embeddings: { data, width }, available: index.available }', OPTION_NAMES);
  const { embeddings, available, neighbors = 10, states, itemEmbeddings = embeddings } = options;
  checkNetwork(network, [], 'placeItems');
  const itemTensors = itemTensorsOf(network);
  checkDistinctItems(items, network.items);
  checkVectors('embeddings', embeddings, network.items);
  checkArray('available', available, 'Uint8Array', network.items, 'one for each item of the network');
  checkInteger('neighbors', neighbors, 1);
  const given = checkGiven(itemTensors, itemEmbeddings, network.items, embeddings);
  if (states !== undefined) checkCalibration(network, itemTensors, states);
  const found = nearestNeighbors(embeddings, items, available, neighbors);
  if (items.length === 0) return found;
  const weights = network.weights();
  const rows = meanRows(weights, itemTensors, found);
  if (given !== undefined) writeGiven(rows, itemTensors, items, given);
  if (states === undefined) {
    setItemRows(network, items, rows);
    return found;
  }
  const input = { network, found, states, available };
  const shifts =
    given === undefined
      ? biasShifts(input)
      : placedShifts(input, items, rows, readItemRows(weights, itemTensors, items));
  for (const [k, shift] of shifts.entries()) rows[ACTOR_BIAS].data[k] += shift;
  setItemRows(network, items, rows);
  return found;
}

/** The given features of a network with such, otherwise undefined. @param checked vectors that were checked before. */
function checkGiven(
  itemTensors: readonly ItemTensor[],
  vectors: ItemVectors,
  items: number,
  checked: ItemVectors,
): ItemVectors | undefined {
  const width = itemTensors.find(({ given }) => given !== undefined)?.given?.width;
  if (width === undefined) return undefined;
  if (vectors !== checked) checkVectors('itemEmbeddings', vectors, items);
  if (vectors.width !== width) throw new ShapeError('itemEmbeddings.width', vectors.width, width);
  return vectors;
}

/** Writes the items' own features to the rows of the tensors that have given features. */
function writeGiven(rows: Weights, itemTensors: readonly ItemTensor[], items: Int32Array, features: ItemVectors): void {
  for (const { name, given } of itemTensors) {
    if (given === undefined) continue;
    const { shape, data } = rows[name];
    for (const [k, item] of items.entries()) {
      const own = features.data.subarray(item * features.width, (item + 1) * features.width);
      data.set(own, k * shape[1] + given.begin);
    }
  }
}

function checkCalibration(network: Network, itemTensors: readonly ItemTensor[], states: States): void {
  const { items, historyLength, heads } = network;
  checkStates(states, { items, historyLength });
  if (heads.includes('actor') && itemTensors.some(({ name }) => name === ACTOR_BIAS)) return;
  throw new InvalidOptionError('states', described('states'), `none, as the network has no item tensor ${ACTOR_BIAS}`);
}

interface CalibrationInput {
  readonly network: Network;
  readonly found: ItemNeighbors;
  readonly states: States;
  readonly available: Uint8Array;
}

/**
 * `biasShifts` of items whose own features may be part of their logits: the network, which has their rows then, says how likely they are.
 * @param before the rows that the network has again after an error.
 */
function placedShifts(input: CalibrationInput, items: Int32Array, rows: Weights, before: Weights): Float64Array {
  const { network } = input;
  setItemRows(network, items, rows);
  try {
    return biasShifts(input, items);
  } catch (error) {
    setItemRows(network, items, before);
    throw error;
  }
}

/** The smallest probability of single precision; those that it rounds to 0 are no larger. */
const LEAST = 2 ** -149;

/**
 * For each placed item, the logarithm of the mean of its neighbours' probabilities in some states over its own mean probability.
 * @param placed the items, if the network has their rows: it is asked for their probabilities. Otherwise the probability of an item is the product of
 *   its neighbours', each to the power of its weight.
 */
function biasShifts({ network, found, states, available }: CalibrationInput, placed?: Int32Array): Float64Array {
  const { count, items, weights } = found;
  const { rows } = states;
  const before = probabilitiesIn(network, states, available, items);
  const logarithms =
    placed === undefined ? undefined : placedLogarithms(network, states, available, placed, found, before);
  return Float64Array.from({ length: items.length / count }, (_, k) => {
    const neighbors = Array.from(items.subarray(k * count, (k + 1) * count), (item) => before.get(item)!);
    let expected = 0;
    let own = 0;
    for (let row = 0; row < rows; row++) {
      let logarithm = 0;
      for (const [place, probabilities] of neighbors.entries()) {
        const weight = weights[k * count + place];
        expected += weight * probabilities[row];
        if (weight > 0) logarithm += weight * Math.log(probabilities[row]);
      }
      own += Math.exp(logarithms?.[k][row] ?? logarithm);
    }
    // Probabilities that single precision rounds to 0 say nothing.
    return own > 0 && expected > 0 ? Math.log(expected / own) : 0;
  });
}

/** `[rows]` probabilities of some items. Nothing is excluded, so that neighbours that some sessions have seen count in full. */
function probabilitiesIn(
  network: Network,
  states: States,
  available: Uint8Array,
  items: Int32Array,
): ReadonlyMap<number, Float32Array> {
  const { rows } = states;
  const evaluation = network.evaluate({ ...states, available, exclusions: noExclusions(rows) });
  return new Map(
    [...new Set(items)].map((item) => [item, evaluation.propensity(new Int32Array(rows).fill(item)).slice()]),
  );
}

/**
 * `[placed][rows]`: logarithms of the placed items' probabilities, as if each were one of the items whose probabilities are known: its ratio to the
 * likeliest of its neighbours does not depend on which others are available.
 */
function placedLogarithms(
  network: Network,
  states: States,
  available: Uint8Array,
  placed: Int32Array,
  { count, items }: ItemNeighbors,
  before: ReadonlyMap<number, Float32Array>,
): Float64Array[] {
  const all = available.slice();
  for (const item of placed) all[item] = 1;
  const after = probabilitiesIn(network, states, all, Int32Array.from([...placed, ...items]));
  return Array.from(placed, (item, k) => {
    const own = after.get(item)!;
    const neighbors = Array.from(items.subarray(k * count, (k + 1) * count), (neighbor) => ({
      earlier: before.get(neighbor)!,
      later: after.get(neighbor)!,
    }));
    return Float64Array.from(own, (probability, row) => {
      const nearest = neighbors.reduce((best, each) => (each.earlier[row] > best.earlier[row] ? each : best));
      const ratio = Math.log(probability) - Math.log(Math.max(LEAST, nearest.later[row]));
      return ratio + Math.log(nearest.earlier[row]);
    });
  });
}
