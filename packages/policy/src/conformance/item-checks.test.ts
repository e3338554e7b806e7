import { createRandom } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import { readItemRows } from '../catalogue/item-rows.js';
import type { Head, ItemTensor, Network, Weights } from '../network.js';
import { rightNetwork, Wrapped } from '../test-support/network.js';
import { itemChecks } from './item-checks.js';

const HEADS: readonly Head[] = ['actor', 'value', 'q'];

/** The right network with its item tensors; faults override. */
class WithItems extends Wrapped {
  get itemTensors(): readonly ItemTensor[] {
    return this.right.itemTensors!;
  }

  setItemRows(items: Int32Array, rows: Weights): void {
    this.right.setItemRows!(items, rows);
  }
}

const naming =
  (name: (tensors: readonly ItemTensor[]) => readonly ItemTensor[]) =>
  (seed: number): Network =>
    new (class extends WithItems {
      override get itemTensors(): readonly ItemTensor[] {
        return name(this.right.itemTensors!);
      }
    })(rightNetwork(seed, HEADS));

const setting =
  (set: (right: Network, items: Int32Array, rows: Weights) => void) =>
  (seed: number): Network =>
    new (class extends WithItems {
      override setItemRows(items: Int32Array, rows: Weights): void {
        set(this.right, items, rows);
      }
    })(rightNetwork(seed, HEADS));

const ARE_TENSORS = 'item tensors are tensors of the weights, with the items along their axis';
const ARE_ALL = 'all tensors that depend on the items are item tensors: items in another order have the same outputs';
const ARE_REPLACED = "rows of items can be replaced, with their optimiser's state, and nothing else changes";
const ARE_REFUSED = 'rows of items that do not fit or are not finite are refused, and change nothing';

const FAULTS: { rule: string; fault: string; make: (seed: number) => Network }[] = [
  {
    rule: ARE_TENSORS,
    fault: 'names one that it does not have',
    make: naming((tensors) => [...tensors, { name: 'rating', axis: 0 }]),
  },
  {
    rule: ARE_TENSORS,
    fault: 'names another axis',
    make: naming((tensors) => tensors.map((tensor) => ({ ...tensor, axis: 0 }))),
  },
  {
    rule: ARE_TENSORS,
    fault: 'has given features beyond its rows',
    make: naming(([first, ...others]) => [{ ...first, given: { begin: 0, width: 5 } }, ...others]),
  },
  ...['positive', 'negative', 'actor', 'actorBias', 'q', 'qBias'].map((name) => ({
    rule: ARE_ALL,
    fault: `does not name ${name}`,
    make: naming((tensors) => tensors.filter((tensor) => tensor.name !== name)),
  })),
  {
    rule: ARE_REPLACED,
    fault: "keeps the optimiser's state of the rows",
    make: setting((right, items, rows) => {
      const before = right.trainingState();
      right.setItemRows!(items, rows);
      right.setTrainingState({ ...before, ...right.weights() });
    }),
  },
  {
    rule: ARE_REPLACED,
    fault: "resets the optimiser's state of all rows",
    make: setting((right, items, rows) => {
      right.setItemRows!(items, rows);
      const all = Int32Array.from({ length: right.items }, (_, item) => item);
      right.setItemRows!(all, readItemRows(right.weights(), right.itemTensors!, all));
    }),
  },
  {
    rule: ARE_REPLACED,
    fault: 'replaces the rows of the next items',
    make: setting((right, items, rows) =>
      right.setItemRows!(
        items.map((item) => (item + 1) % right.items),
        rows,
      ),
    ),
  },
  {
    rule: ARE_REPLACED,
    fault: 'changes another tensor',
    make: setting((right, items, rows) => {
      right.setItemRows!(items, rows);
      const { critic } = right.weights();
      const changed = { shape: critic.shape, data: critic.data.map((value) => value + 1e-3) };
      right.setWeights({ ...right.weights(), critic: changed });
    }),
  },
  {
    rule: ARE_REFUSED,
    fault: 'takes what is not finite for 0',
    make: setting((right, items, rows) => {
      const cleaned = Object.entries(rows).map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value) => (Number.isFinite(value) ? value : 0)) },
      ]);
      right.setItemRows!(items, Object.fromEntries(cleaned));
    }),
  },
  {
    rule: ARE_REFUSED,
    fault: 'ignores items that it does not have',
    make: setting((right, items, rows) => {
      if (items.every((item) => item >= 0 && item < right.items)) right.setItemRows!(items, rows);
    }),
  },
  {
    rule: ARE_REFUSED,
    fault: 'fills in what is missing',
    make: setting((right, items, rows) => {
      const own = readItemRows(right.weights(), right.itemTensors!, items);
      right.setItemRows!(items, { ...own, ...rows });
    }),
  },
];

const options = { createRandom };

describe('itemChecks', () => {
  for (const { name, run } of itemChecks((seed) => new WithItems(rightNetwork(seed, HEADS)), options)) {
    test(`the right network passes: ${name}`, run);
  }

  test.each(FAULTS)('a network that $fault fails: $rule', ({ rule, make }) => {
    const check = itemChecks(make, options).find(({ name }) => name === rule);
    expect(check?.run).toThrow(ConformanceError);
  });

  test('ask nothing of a network that does not name its item tensors', () => {
    expect(itemChecks((seed) => new Wrapped(rightNetwork(seed)), options)).toEqual([]);
  });

  test('ask for no faster way than the training state', () => {
    const make = (seed: number): Network =>
      new (class extends Wrapped {
        readonly itemTensors = this.right.itemTensors!;
      })(rightNetwork(seed));
    const checks = itemChecks(make, options);
    expect(checks.map(({ name }) => name)).toEqual([ARE_TENSORS, ARE_ALL]);
    for (const { run } of checks) run();
  });
});
