import { type Address, Arena } from '../engine/arena.js';
import { instantiate, type Kernels, kernelModule } from '../engine/kernels.js';

/** Rows that are multiplied at once, at most: they, and their products, stay in the caches. A multiple of the 4 rows of the kernel's blocks. */
const MAX_ROWS = 64;
/** Columns of a panel of the kernel. */
const PANEL = 8;

interface Workspace {
  readonly arena: Arena;
  readonly kernels: Kernels;
  readonly start: Address;
}

let workspace: Workspace | undefined;

/** Made on first use, once: a WebAssembly memory reserves gigabytes of addresses until it is collected. */
function sharedWorkspace(): Workspace {
  if (workspace === undefined) {
    const arena = new Arena();
    workspace = { arena, kernels: instantiate(kernelModule('portable', false), arena.memory), start: arena.mark };
  }
  return workspace;
}

/**
 * Finds the pairs of rows and queries whose dot product is above a threshold of the query, in single precision: far faster than JavaScript
 * multiplies. All instances share one memory, so that a new one invalidates those before.
 */
export class ProductScreen {
  /** Rows that are screened at once, at most. */
  readonly maxRows = MAX_ROWS;
  /** `[maxRows, width]`: the rows, which the caller writes. */
  readonly rows: Float32Array;
  readonly #stride: number;
  /** `[#stride]`: the negative thresholds, to which the products are added. */
  readonly #offsets: Float32Array;
  /** `[maxRows, #stride]`: bits of the sums. Those of a product below its threshold are a negative integer. */
  readonly #sums: Int32Array;
  readonly #multiply: (rows: number) => void;

  /**
   * Thresholds are -Infinity at first.
   * @param queries `[count, width]`.
   */
  constructor(queries: Float32Array, width: number) {
    const { arena, kernels, start } = sharedWorkspace();
    const count = queries.length / width;
    const stride = Math.ceil(count / PANEL) * PANEL;
    arena.release(start);
    const lengths = [MAX_ROWS * width, stride * width, stride, MAX_ROWS * stride];
    const [rows, packed, offsets, sums] = lengths.map((length) => arena.allocateFloats(length));
    const panels = arena.floats(packed, stride * width).fill(0);
    for (let k = 0; k < count; k++) {
      const first = Math.floor(k / PANEL) * PANEL * width + (k % PANEL);
      for (let column = 0; column < width; column++) panels[first + column * PANEL] = queries[k * width + column];
    }
    this.rows = arena.floats(rows, MAX_ROWS * width);
    this.#stride = stride;
    this.#sums = arena.integers(sums, MAX_ROWS * stride);
    // Columns beyond the last query are never above their threshold.
    this.#offsets = arena.floats(offsets, stride).fill(Number.POSITIVE_INFINITY, 0, count).fill(-1, count);
    const [rowBytes, panelBytes, sumBytes] = [4 * width, 4 * PANEL * width, 4 * stride];
    this.#multiply = (filled) => {
      const into = [offsets, 0, sums, sumBytes, filled, width, stride] as const;
      kernels.multiply(rows, rowBytes, packed, 4 * PANEL, panelBytes, ...into);
    };
  }

  setThreshold(query: number, threshold: number): void {
    this.#offsets[query] = -threshold;
  }

  /** Visits the pairs of the first `filled` rows, row by row, that are above the thresholds of before. */
  visit(filled: number, visit: (row: number, query: number) => void): void {
    this.#multiply(filled);
    const [sums, stride] = [this.#sums, this.#stride];
    for (let row = 0; row < filled; row++) {
      const end = (row + 1) * stride;
      for (let at = row * stride; at < end; at += PANEL) {
        const low = sums[at] & sums[at + 1] & sums[at + 2] & sums[at + 3];
        const high = sums[at + 4] & sums[at + 5] & sums[at + 6] & sums[at + 7];
        if ((low & high) < 0) continue;
        for (let k = at; k < at + PANEL; k++) if (sums[k] >= 0) visit(row, k - row * stride);
      }
    }
  }
}
