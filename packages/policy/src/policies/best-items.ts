/** Lists up to this length are selected while the items are read; longer ones are sorted. */
const MAX_SELECTED = 256;

/**
 * The items with the greatest values, best first; equal ones in catalogue order.
 * @param values `[items]`.
 * @param mask `[items]`: 1 for an item that can be in the list.
 */
export function bestItems(values: Float32Array, mask: Uint8Array, count: number): number[] {
  if (count > MAX_SELECTED) {
    const items = Array.from(mask.keys()).filter((item) => mask[item] === 1);
    return items.sort((a, b) => values[b] - values[a]).slice(0, count);
  }
  const best: number[] = [];
  for (let item = 0; item < values.length; item++) {
    if (mask[item] === 0) continue;
    if (best.length === count) {
      if (values[item] <= values[best[count - 1]]) continue;
      best.pop();
    }
    let place = best.length;
    while (place > 0 && values[best[place - 1]] < values[item]) place--;
    best.splice(place, 0, item);
  }
  return best;
}
