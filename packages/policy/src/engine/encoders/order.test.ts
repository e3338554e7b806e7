/** What an encoder can tell from a history: mean pooling does not know what came last, the others do. */
import { createRandom } from '@ialp/core';
import { expect, test } from 'vitest';
import type { States } from '../../network.js';
import { describeBuilds } from '../../test-support/builds.js';
import { observationOf } from '../../test-support/observations.js';
import { createNetwork } from '../built-in-network.js';

describeBuilds(() => {
  const ITEMS = 12;
  const HISTORY = 6;
  const ROWS = 64;

  /** Users who chose some items in any order; the next item is the one after the newest in the catalogue. */
  function batch(seed: number): { states: States; next: Int32Array } {
    const random = createRandom(seed);
    const historyItems = new Int32Array(ROWS * HISTORY).fill(-1);
    const next = new Int32Array(ROWS);
    for (let row = 0; row < ROWS; row++) {
      const filled = 2 + random.integer(HISTORY - 1);
      for (let k = HISTORY - filled; k < HISTORY; k++) historyItems[row * HISTORY + k] = random.integer(ITEMS);
      next[row] = (historyItems[row * HISTORY + HISTORY - 1] + 1) % ITEMS;
    }
    const historyFeedback = new Float32Array(ROWS * HISTORY).fill(1);
    const states = observationOf(ROWS, ITEMS, { historyLength: HISTORY, historyItems, historyFeedback });
    return { states, next };
  }

  test.each([
    { encoder: 'mean', blocks: 1, least: 0, most: 0.7 },
    { encoder: 'gru', blocks: 1, least: 0.95, most: 1 },
    { encoder: 'attention', blocks: 1, least: 0.95, most: 1 },
    { encoder: 'attention', blocks: 2, least: 0.95, most: 1 },
  ] as const)('$encoder, $blocks blocks, learns the supervised next item', ({ encoder, blocks, least, most }) => {
    const sizes = { items: ITEMS, historyLength: HISTORY, embedding: 16, hidden: 32 };
    const network = createNetwork({ ...sizes, encoder, blocks, heads: ['actor'], random: createRandom(1) });
    const policyWeight = new Float32Array(ROWS).fill(1);
    const settings = { learningRate: 0.01, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 };
    for (let step = 0; step < 400; step++) {
      const { states, next } = batch(step);
      network.trainStep(states, next, () => ({ policyWeight }), settings);
    }
    const { states, next } = batch(1e6);
    const { items } = network.evaluate(states).top(1);
    const right = items.filter((item, row) => item === next[row]).length / ROWS;
    expect(right).toBeGreaterThanOrEqual(least);
    expect(right).toBeLessThanOrEqual(most);
  });
});
