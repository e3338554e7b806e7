/** A state alone, whose scores are kept, against the same state in a batch, for which blocks of items are scored again: the same bits. */
import { createRandom, exclusionsOf } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { singleState } from '../../conformance/synthetic-sessions.js';
import type { Evaluation, Network } from '../../network.js';
import { makeStates } from '../../test-support/batch.js';
import { describeBuilds } from '../../test-support/builds.js';
import { createNetwork } from '../built-in-network.js';

describeBuilds(() => {
  const ROWS = 5;

  const networks = new Map<number, Network>();

  /** A network of a catalogue, which is made once. */
  function networkOf(items: number): Network {
    let network = networks.get(items);
    if (network === undefined) {
      network = createNetwork({ items, historyLength: 3, embedding: 4, hidden: 8, random: createRandom(items) });
      network.scaleActor(60);
      networks.set(items, network);
    }
    return network;
  }

  /** States in which only the items of some blocks, and not all of them, are available, and some of these are excluded from each row. */
  function statesOf(items: number, seed: number, closedBlocks: readonly boolean[]) {
    const random = createRandom(seed);
    const available = Uint8Array.from({ length: items }, (_, item) =>
      closedBlocks[Math.floor(item / 512)] || random.uniform() < 0.2 ? 0 : 1,
    );
    // Enough for every slate.
    const some = random.integer(items - 10);
    available.fill(1, some, some + 10);
    const lists = Array.from({ length: ROWS }, () => [...new Set([random.integer(items), random.integer(items)])]);
    return { ...makeStates(ROWS, items, 3, seed), available, exclusions: exclusionsOf(lists) };
  }

  const cases = fc.record({
    items: fc.constantFrom(30, 512, 1030, 2600),
    seed: fc.nat(1000),
    closedBlocks: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    count: fc.integer({ min: 1, max: 6 }),
    approximate: fc.boolean(),
  });

  test('draws, propensities and the best items', () => {
    fc.assert(
      fc.property(cases, ({ items, seed, closedBlocks, count, approximate }) => {
        const network = networkOf(items);
        const states = statesOf(items, seed, closedBlocks);
        const evaluate = (row?: number): Evaluation =>
          network.evaluate(row === undefined ? states : singleState(states, row), { approximate });
        const together = evaluate();
        const drawn = together.sample(createRandom(seed), { count });
        const propensity = together.propensity(drawn.items);
        // Items of any kind: excluded, unavailable, or there twice.
        const random = createRandom(seed + 1);
        const given = Int32Array.from({ length: ROWS * count }, () => random.integer(items + 1) - 1);
        const ofGiven = together.propensity(given);
        const best = together.top(count);
        expect(propensity).toEqual(drawn.propensity);
        const again = createRandom(seed);
        for (let row = 0; row < ROWS; row++) {
          const own = <T extends Int32Array | Float32Array>(all: T): T =>
            all.subarray(row * count, (row + 1) * count) as T;
          const alone = evaluate(row);
          expect(alone.sample(again, { count })).toEqual({
            items: own(drawn.items),
            propensity: own(drawn.propensity),
          });
          expect(alone.propensity(own(given).slice())).toEqual(own(ofGiven));
          expect(alone.propensity(own(drawn.items).slice())).toEqual(own(propensity));
          const ofBest = { items: own(best.items), scores: own(best.scores) };
          expect(alone.top(count)).toEqual(ofBest);
          // The ranking before anything else computes the softmax in the same pass.
          expect(evaluate(row).top(count)).toEqual(ofBest);
        }
      }),
    );
  });

  test('a state after another, and after an update of the weights', () => {
    const network = networkOf(1030).copy();
    const states = statesOf(1030, 7, []);
    const decide = (row: number) => network.evaluate(singleState(states, row)).sample(createRandom(3), { count: 4 });
    // The first state has an empty history, and prefers nothing.
    const first = decide(1);
    const second = decide(2);
    expect(second).not.toEqual(first);
    expect(decide(1)).toEqual(first);
    network.scaleActor(0.5);
    const after = decide(1);
    expect(after.propensity).not.toEqual(first.propensity);
    const other = networkOf(1030).copy();
    other.scaleActor(0.5);
    expect(other.evaluate(singleState(states, 1)).sample(createRandom(3), { count: 4 })).toEqual(after);
  });
});
