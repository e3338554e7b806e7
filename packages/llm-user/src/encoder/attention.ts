/** Heads of each layer. */
const HEADS = 4;

/**
 * Scaled dot-product attention (Vaswani et al. 2017, section 3.2) of each text's tokens to one another, with four heads.
 * Texts stand one after the other; no text sees another, and there is no padding.
 * @param packed `[tokens, 3 * width]` queries, keys and values of each token.
 * @param starts Where each text's tokens begin, and, last, their number.
 * @returns `[tokens, width]`
 */
export function attend(packed: Float32Array, starts: readonly number[], width: number): Float32Array {
  const out = new Float32Array((packed.length / (3 * width)) * width);
  for (let text = 0; text + 1 < starts.length; text++) {
    for (let head = 0; head < HEADS; head++) attendHead(packed, out, width, starts[text], starts[text + 1], head);
  }
  return out;
}

function attendHead(packed: Float32Array, out: Float32Array, width: number, from: number, to: number, head: number) {
  const size = width / HEADS;
  const row = 3 * width;
  const scale = 1 / Math.sqrt(size);
  const weights = new Float64Array(to - from);
  for (let token = from; token < to; token++) {
    const query = token * row + head * size;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let other = from; other < to; other++) {
      const key = other * row + width + head * size;
      // Four sums, which do not wait for one another.
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let k = 0; k < size; k += 4) {
        a += packed[query + k] * packed[key + k];
        b += packed[query + k + 1] * packed[key + k + 1];
        c += packed[query + k + 2] * packed[key + k + 2];
        d += packed[query + k + 3] * packed[key + k + 3];
      }
      const score = (a + b + (c + d)) * scale;
      weights[other - from] = score;
      if (score > greatest) greatest = score;
    }
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k] = Math.exp(weights[k] - greatest);
    const at = token * width + head * size;
    for (let other = from; other < to; other++) {
      const value = other * row + 2 * width + head * size;
      const weight = weights[other - from] / sum;
      for (let k = 0; k < size; k++) out[at + k] += weight * packed[value + k];
    }
  }
}
