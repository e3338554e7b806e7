/** The gradient of an output layer over the items, whose input is as long as the catalogue. */
import { addColumnSums, multiplyTransposed } from './matrix';
import { pack } from './pack';

/** Rows of A that `itemGradients` packs at a time. */
const CHUNK: usize = 256;

/**
 * The gradients of an output layer over the items: `C[i] += sum over b of A[b, i] * B[b]` and `sums[i] += sum over b of
 * A[b, i]` for the columns `i` from `first` up to `last` of A, which is wide. 16 columns of A at a time are packed into
 * `scratch` (16 KiB), since a wide matrix has every row on a page of its own. `first` and `last` are multiples of 4.
 */
export function itemGradients(
  a: usize, aRow: usize, b: usize, scratch: usize, c: usize, sums: usize, rows: i32, first: i32, last: i32,
  columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let item = first; item < last; item += 16) {
    const count = min(16, last - item);
    for (let from: usize = 0; from < <usize>rows; from += CHUNK) {
      const steps = min(CHUNK, <usize>rows - from);
      pack(a + from * aRow + (<usize>item << 2), aRow, <i32>steps, count, scratch);
      for (let panel = 0; panel < count; panel += 8) {
        const packed = scratch + <usize>panel * (steps << 2);
        const to = c + <usize>(item + panel) * width;
        const own = min(8, count - panel);
        multiplyTransposed(packed, 32, b + from * width, width, 32, to, width, own, <i32>steps, columns);
        addColumnSums(packed, 32, sums + (<usize>(item + panel) << 2), <i32>steps, own);
      }
    }
  }
}
