import { checkDistinctItems, checkItemRows } from '../checks/item-rows.js';
import type { ItemTensor, Weights } from '../network.js';
import { TIED_TABLE } from './item-projection.js';
import type { Architecture } from './network-options.js';
import type { Parameters } from './parameters.js';

/** The tensors of a built-in network with a row for each item: the tables of its encoder, and the output layers. */
export function itemTensorsOf({
  embedding,
  itemEmbeddings,
  heads,
  tiedItems = false,
}: Pick<Architecture, 'embedding' | 'heads'> & {
  readonly itemEmbeddings: { readonly width: number } | undefined;
  readonly tiedItems?: boolean;
}): ItemTensor[] {
  const table = (name: string, place: number): ItemTensor => {
    if (itemEmbeddings === undefined) return { name, axis: 0 };
    const { width } = itemEmbeddings;
    return { name, axis: 0, given: { begin: embedding + place * width, width } };
  };
  const output = (name: string): ItemTensor[] => [
    { name, axis: 0 },
    { name: `${name}Bias`, axis: 1 },
  ];
  const ofActor: ItemTensor[] = tiedItems ? [{ name: 'actorBias', axis: 1 }] : output('actor');
  return [
    ...(tiedItems ? [table(TIED_TABLE, 0)] : [table('positive', 0), table('negative', 1)]),
    ...(heads.includes('actor') ? ofActor : []),
    ...(heads.includes('q') ? output('q') : []),
  ];
}

/**
 * Replaces the rows of some items, of `all` items, in all item tensors, and sets the optimiser's moments of these rows to 0.
 * @throws {InvalidOptionError} {WeightsError} Nothing is then changed.
 */
export function writeItemRows(
  parameters: Parameters,
  itemTensors: readonly ItemTensor[],
  all: number,
  items: Int32Array,
  rows: Weights,
): void {
  checkDistinctItems(items, all);
  checkItemRows(rows, items.length, itemTensors, ({ name, axis }) => (axis === 0 ? parameters.slot(name).columns : 1));
  for (const tensor of itemTensors) parameters.writeItems(tensor, items, rows[tensor.name].data);
}
