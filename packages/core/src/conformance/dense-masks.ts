import { type Allowances, writeMask } from '../observation/allowed-items.js';
import { type Exclusions, exclusionsOf } from '../observation/exclusions.js';

/** `[rows, items]`: 1 for each item that a row allows, otherwise 0. For checks and tests; it is as large as the catalogue. */
export function denseMasks(allowances: Allowances): Uint8Array {
  const { rows, items } = allowances;
  const masks = new Uint8Array(rows * items);
  for (let row = 0; row < rows; row++) writeMask(allowances, row, masks.subarray(row * items, (row + 1) * items));
  return masks;
}

/** The lists of the items whose entry in `masks`, `[rows, items]`, is 0. */
export function exclusionsOfMasks(masks: ArrayLike<number>, rows: number): Exclusions {
  const items = masks.length / rows;
  return exclusionsOf(
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: items }, (__, item) => item).filter((item) => masks[row * items + item] === 0),
    ),
  );
}
