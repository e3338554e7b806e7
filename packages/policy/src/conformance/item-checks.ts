import type { Observation } from '@ialp/core';
import { type ConformanceCheck, checkRule } from '@ialp/core/testing';
import { momentsOf, readItemRows, readRows, writeRows } from '../catalogue/item-rows.js';
import type { ItemTensor, Network, Tensor, Weights } from '../network.js';
import { checkClose, checkSame, checkThrows } from './comparisons.js';
import { type ConformanceOptions, makeRandom } from './conformance-options.js';
import { outputsOf, syntheticBatch, train, weightsOf } from './network-batch.js';

const ROWS = 7;
const TRAINING_STEPS = 5;
/** Tolerance for sums in single precision, in another order of the items. */
const TOLERANCE = 1e-4;

/** Rules for a network's item tensors, for catalogues that change. None for a network that does not name them. */
export function itemChecks(makeNetwork: (seed: number) => Network, options: ConformanceOptions): ConformanceCheck[] {
  const { itemTensors, setItemRows } = makeNetwork(1);
  if (itemTensors === undefined) return [];
  const trained = (): Network => {
    const network = makeNetwork(1);
    for (let step = 0; step < TRAINING_STEPS; step++) train(network, syntheticBatch(network, ROWS, options, step));
    return network;
  };
  /** Random rows of every other item. */
  const replacement = (network: Network): { readonly items: Int32Array; readonly rows: Weights } => {
    const items = Int32Array.from({ length: Math.ceil(network.items / 2) }, (_, k) => network.items - 1 - 2 * k);
    const random = makeRandom(options);
    const rows = Object.entries(readItemRows(network.weights(), itemTensors, items)).map(
      ([name, { shape, data }]): [string, Tensor] => [name, { shape, data: data.map(() => random.normal()) }],
    );
    return { items, rows: Object.fromEntries(rows) };
  };
  return [
    {
      name: 'item tensors are tensors of the weights, with the items along their axis',
      run() {
        const network = makeNetwork(1);
        const weights = network.weights();
        for (const tensor of itemTensors) checkItemTensor(weights, network.items, tensor);
      },
    },
    {
      name: 'all tensors that depend on the items are item tensors: items in another order have the same outputs',
      run: () => checkOrder(makeNetwork(1), makeNetwork(2), itemTensors, options),
    },
    ...(setItemRows === undefined
      ? []
      : [
          {
            name: "rows of items can be replaced, with their optimiser's state, and nothing else changes",
            run: () => checkReplacement(trained(), trained(), replacement, itemTensors, options),
          },
          {
            name: 'rows of items that do not fit or are not finite are refused, and change nothing',
            run: () => checkRefusedRows(trained(), replacement),
          },
        ]),
  ];
}

function checkItemTensor(weights: Weights, items: number, { name, axis, given }: ItemTensor): void {
  const tensor = weights[name];
  checkRule(tensor !== undefined, `itemTensors: expected names of weights; found ${name}`);
  const { shape } = tensor;
  checkRule(
    shape[axis] === items,
    `itemTensors, ${name}: expected ${items} items along axis ${axis}; found shape [${shape.join(', ')}]`,
  );
  if (given === undefined) return;
  const width = tensor.data.length / items;
  checkRule(
    given.begin >= 0 && given.width >= 1 && given.begin + given.width <= width,
    `itemTensors, ${name}: expected given features within its rows of ${width}; found ${given.width} from ${given.begin} on`,
  );
}

function checkOrder(
  network: Network,
  other: Network,
  itemTensors: readonly ItemTensor[],
  options: ConformanceOptions,
): void {
  const { items } = network;
  const { states } = syntheticBatch(network, ROWS, options);
  const moved = (item: number): number => (item < 0 ? item : (item + 1) % items);
  const all = Array.from({ length: items }, (_, item) => item);
  const weights = network.weights();
  const random = makeRandom(options);
  // So that no two rows are equal, as those of a new bias are.
  for (const { data } of Object.values(weights)) for (let k = 0; k < data.length; k++) data[k] += 0.1 * random.normal();
  network.setWeights(weights);
  for (const { name, axis } of itemTensors) {
    writeRows(weights[name], axis, all.map(moved), readRows(weights[name], axis, all).data);
  }
  other.setWeights(weights);
  const { exclusions, historyItems } = states;
  const movedStates: Observation = {
    ...states,
    historyItems: historyItems.map(moved),
    exclusions: { ...exclusions, items: exclusions.items.map(moved) },
  };
  const expected = outputsOf(network, states);
  const found = outputsOf(other, movedStates);
  const inOrder = found.map((value, k) =>
    k < ROWS * items ? found[Math.floor(k / items) * items + moved(k % items)] : value,
  );
  checkClose(inOrder, expected, TOLERANCE, 'outputs with the items in another order');
  if (!network.heads.includes('q')) return;
  for (const item of all) {
    const values = network.actionValues(states).of(new Int32Array(ROWS).fill(item)).slice();
    const movedValues = other.actionValues(movedStates).of(new Int32Array(ROWS).fill(moved(item)));
    checkClose(movedValues, values, TOLERANCE, 'action values with the items in another order');
  }
}

function checkReplacement(
  network: Network,
  twin: Network,
  replacement: (network: Network) => { readonly items: Int32Array; readonly rows: Weights },
  itemTensors: readonly ItemTensor[],
  options: ConformanceOptions,
): void {
  const { items, rows } = replacement(network);
  const state = twin.trainingState();
  for (const { name, axis } of itemTensors) {
    writeRows(state[name], axis, items, rows[name].data);
    const zeros = new Float32Array(rows[name].data.length);
    for (const moment of momentsOf(state, name)) writeRows(state[moment], axis, items, zeros);
  }
  twin.setTrainingState(state);
  network.setItemRows?.(items, rows);
  checkSame(weightsOf(network), weightsOf(twin), 'weights after rows were replaced');
  for (const { data } of Object.values(rows)) data.fill(0);
  const { states } = syntheticBatch(network, ROWS, options);
  checkSame(outputsOf(network, states), outputsOf(twin, states), 'outputs after rows were replaced');
  for (let step = 10; step < 13; step++) {
    for (const each of [network, twin]) train(each, syntheticBatch(each, ROWS, options, step));
  }
  checkSame(weightsOf(network), weightsOf(twin), 'weights of the training that went on after rows were replaced');
}

function checkRefusedRows(
  network: Network,
  replacement: (network: Network) => { readonly items: Int32Array; readonly rows: Weights },
): void {
  const { items, rows } = replacement(network);
  const names = Object.keys(rows);
  const last = names[names.length - 1];
  const { shape, data } = rows[last];
  const { [last]: _missing, ...others } = rows;
  const withLast = (tensor: Tensor): Weights => ({ ...rows, [last]: tensor });
  const spoilt = data.slice();
  spoilt[spoilt.length - 1] = Number.NaN;
  const refusals: readonly (readonly [what: string, items: Int32Array, rows: Weights])[] = [
    ['an item that is not in the catalogue', items.map((item, k) => (k === 0 ? network.items : item)), rows],
    ['a negative item', items.map((item, k) => (k === 0 ? -1 : item)), rows],
    ['an item twice', Int32Array.of(...items, ...items), rows],
    ['rows of another number of items', items.subarray(1), rows],
    [`rows without ${last}`, items, others],
    ['rows with one tensor too many', items, { ...rows, [`${last}Too`]: rows[last] }],
    [
      'rows of another shape',
      items,
      withLast({ shape: [shape[0], shape[1] + 1], data: new Float32Array(shape[0] * (shape[1] + 1)) }),
    ],
    ['rows with NaN', items, withLast({ shape, data: spoilt })],
  ];
  const before = weightsOf(network);
  for (const [what, given, values] of refusals) {
    checkThrows(() => network.setItemRows?.(given, values), what);
    checkSame(weightsOf(network), before, `weights after ${what} were refused`);
  }
}
