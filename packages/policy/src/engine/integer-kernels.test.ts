/** Kernels whose results are the same bits on every build and instruction set: integer products, and the selection of the greatest scores. */
import { createRandom } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { Arena } from './arena.js';
import { fastestBuild, type Kernels, loadKernels } from './kernels.js';
import { nativeAddon } from './native-addon.js';

const SETS = process.arch === 'arm64' ? ['neon', 'scalar'] : ['avx512', 'avx2', 'scalar'];
const FORBIDDEN = -1e30;

/** Kernels on an arena; the reason if they do not run here. */
function kernelsOf(name: string, arena: Arena): Kernels | string {
  if (name === 'portable') return loadKernels(name, arena, false).kernels;
  if (name === 'fused') {
    return fastestBuild() === 'fused' ? loadKernels(name, arena, false).kernels : 'this runtime has no relaxed SIMD';
  }
  try {
    const kernels = nativeAddon().createKernels(name);
    arena.watch((bytes) => kernels.attach(bytes));
    return kernels;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Scores of items in some states, by weights and states that the kernels round. */
function scoresOf(kernels: Kernels, arena: Arena, rows: number, items: number, hidden: number): Float32Array {
  const random = createRandom(rows + items + hidden);
  const columns = Math.ceil(hidden / 16) * 16;
  const filled = (count: number): number => {
    const address = arena.allocateFloats(count);
    arena.floats(address, count).set(Float32Array.from({ length: count }, () => random.normal()));
    return address;
  };
  const [table, bias, state] = [filled(items * hidden), filled(items), filled(rows * hidden)];
  // Rows of zeros have the scale 0.
  arena.floats(table + 4 * hidden, hidden).fill(0);
  arena.floats(state, hidden).fill(0);
  const [weights, scales] = [arena.allocate(items * columns), arena.allocateFloats(items)];
  const [rounded, stateScales] = [arena.allocate(2 * rows * columns), arena.allocateFloats(rows)];
  const out = arena.allocateFloats(rows * items);
  kernels.quantiseWeights(table, items, hidden, weights, scales, columns);
  kernels.quantiseStates(state, rows, hidden, rounded, stateScales, columns);
  kernels.scoreQuantised(rounded, stateScales, weights, scales, bias, out, rows, items, columns);
  return arena.floats(out, rows * items).slice();
}

/** The greatest scores of a row that comes in parts, and again as two lists that are joined; few of them are different. */
function checkBest(kernels: Kernels, arena: Arena, columns: number, count: number): void {
  const random = createRandom(columns);
  const row = arena.allocateFloats(columns);
  const level = (): number => (random.uniform() < 0.3 ? FORBIDDEN : random.integer(columns) - columns / 2);
  const all = Float32Array.from({ length: columns }, level);
  arena.floats(row, columns).set(all);
  const heap = arena.allocate(8 * count);
  const [scores, items] = [arena.allocateFloats(2 * count), arena.allocateFloats(2 * count)];
  const add = (first: number): void =>
    kernels.addToHeap(row + 4 * first, Math.min(36, columns - first), 1000 + first, heap, count);
  const places = [...all.keys()].filter((place) => all[place] > FORBIDDEN);
  places.sort((a, b) => all[b] - all[a] || a - b);
  const fill = (values: number[], value: number): number[] =>
    [...values, ...new Array<number>(count).fill(value)].slice(0, count);
  const check = (): void => {
    expect([...arena.integers(items, count)]).toEqual(
      fill(
        places.map((place) => 1000 + place),
        -1,
      ),
    );
    expect([...arena.floats(scores, count)]).toEqual(
      fill(
        places.map((place) => all[place]),
        Math.fround(FORBIDDEN),
      ),
    );
  };
  kernels.clearHeap(heap, count);
  for (let first = 0; first < columns; first += 36) add(first);
  kernels.sortHeap(heap, scores, items, count);
  check();
  for (const part of [0, 1]) {
    for (let first = 36 * part; first < columns; first += 72) add(first);
    kernels.sortHeap(heap, scores + 4 * part * count, items + 4 * part * count, count);
  }
  kernels.addEntries(scores, items, 2 * count, heap, count);
  kernels.sortHeap(heap, scores, items, count);
  check();
}

describe.each(['portable', 'fused', ...SETS])('%s', (name) => {
  test.for([
    [1, 4, 4],
    [2, 8, 16],
    [3, 20, 20],
    [5, 132, 64],
    [4, 12, 512],
  ])('scores of %i rows and %i items, width %i: the bits of the portable build', ([rows, items, hidden], { skip }) => {
    const [arena, other] = [new Arena(), new Arena()];
    const kernels = kernelsOf(name, arena);
    if (typeof kernels === 'string') return skip(kernels);
    const portable = loadKernels('portable', other, false).kernels;
    expect(scoresOf(kernels, arena, rows, items, hidden)).toEqual(scoresOf(portable, other, rows, items, hidden));
  });

  test.for([4, 36, 100, 1004])('the greatest of %i scores, of equal ones the first', (columns, { skip }) => {
    const arena = new Arena();
    const kernels = kernelsOf(name, arena);
    if (typeof kernels === 'string') return skip(kernels);
    for (const count of [1, 2, 3, 50, 2000]) checkBest(kernels, arena, columns, count);
  });
});
