import type { Random } from '@ialp/core';

/**
 * Draws `share` of `count` rows without replacement, at least one and not all.
 * @returns the remaining rows and the drawn rows, both ascending.
 */
export function drawHeldOut(count: number, share: number, random: Random): [rest: Int32Array, heldOut: Int32Array] {
  const order = Int32Array.from({ length: count }, (_, row) => row);
  const drawn = Math.min(count - 1, Math.max(1, Math.round(share * count)));
  // The first `drawn` swaps of Fisher and Yates are a sample without replacement.
  for (let row = 0; row < drawn; row++) {
    const other = row + random.integer(count - row);
    [order[row], order[other]] = [order[other], order[row]];
  }
  return [order.slice(drawn).sort(), order.slice(0, drawn).sort()];
}
