import { type Allowances, writeMask } from '@ialp/core';
import { checkCount } from '../checks/options.js';
import type { Ranking } from '../policy.js';

/**
 * The `count` allowed items of greatest score in each row, best first; ties in catalogue order.
 * @param scores `[rows, items]`
 */
export function rank(scores: Float32Array, states: Allowances, count: number): Ranking {
  const { rows, items } = states;
  checkCount(count, items);
  const ranking = { items: new Int32Array(rows * count).fill(-1), scores: new Float32Array(rows * count) };
  const mask = new Uint8Array(items);
  for (let row = 0; row < rows; row++) {
    writeMask(states, row, mask);
    const best = bestOf(scores.subarray(row * items, (row + 1) * items), mask, count);
    for (const [place, item] of best.entries()) {
      ranking.items[row * count + place] = item;
      ranking.scores[row * count + place] = scores[row * items + item];
    }
  }
  return ranking;
}

/** The best items, selected with a heap whose top is the worst of them. */
function bestOf(scores: Float32Array, mask: Uint8Array, count: number): number[] {
  const heap: number[] = [];
  const worse = (a: number, b: number): boolean => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
  const sink = (): void => {
    const item = heap[0];
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && worse(heap[child + 1], heap[child])) child++;
      if (!worse(heap[child], item)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = item;
  };
  const rise = (): void => {
    let place = heap.length - 1;
    const item = heap[place];
    for (let parent = (place - 1) >> 1; place > 0 && worse(item, heap[parent]); parent = (place - 1) >> 1) {
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = item;
  };
  for (let item = 0; item < scores.length; item++) {
    if (mask[item] === 0) continue;
    if (heap.length < count) {
      heap.push(item);
      rise();
    } else if (worse(heap[0], item)) {
      heap[0] = item;
      sink();
    }
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1));
}
