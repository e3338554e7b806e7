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

/** What a head needs of one text, packed: queries and keys `[tokens, size]`, values `[size / 8, tokens, 8]`. */
interface HeadInput {
  readonly queries: Float64Array;
  readonly keys: Float64Array;
  readonly values: Float64Array;
}

function attendHead(packed: Float32Array, out: Float32Array, width: number, from: number, to: number, head: number) {
  const size = width / HEADS;
  const tokens = to - from;
  const { queries, keys, values } = packHead(packed, width, from, to, head);
  const scale = 1 / Math.sqrt(size);
  const weights = new Float64Array(tokens);
  for (let token = 0; token < tokens; token++) {
    scoreKeys(queries, keys, size, token, scale, weights);
    let greatest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < tokens; k++) if (weights[k] > greatest) greatest = weights[k];
    let sum = 0;
    for (let k = 0; k < tokens; k++) sum += weights[k] = Math.exp(weights[k] - greatest);
    for (let k = 0; k < tokens; k++) weights[k] /= sum;
    weighValues(values, weights, out, (from + token) * width + head * size, size);
  }
}

/** Copies a head's part of each token's row: rows lie far apart, and caches hold few of them. */
function packHead(packed: Float32Array, width: number, from: number, to: number, head: number): HeadInput {
  const size = width / HEADS;
  const tokens = to - from;
  const queries = new Float64Array(tokens * size);
  const keys = new Float64Array(tokens * size);
  const values = new Float64Array(tokens * size);
  for (let token = 0; token < tokens; token++) {
    const query = (from + token) * 3 * width + head * size;
    for (let k = 0; k < size; k++) {
      queries[token * size + k] = packed[query + k];
      keys[token * size + k] = packed[query + width + k];
      values[(k - (k % 8)) * tokens + 8 * token + (k % 8)] = packed[query + 2 * width + k];
    }
  }
  return { queries, keys, values };
}

/** Writes a query's products with all keys. Two keys at a time, each in four sums: they do not wait for one another. */
function scoreKeys(
  queries: Float64Array,
  keys: Float64Array,
  size: number,
  token: number,
  scale: number,
  scores: Float64Array,
): void {
  const query = token * size;
  for (let other = 0; other < scores.length; other += 2) {
    const one = other * size;
    // The last one of an odd number is computed twice.
    const two = other + 1 < scores.length ? one + size : one;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let k = 0; k < size; k += 4) {
      const p = queries[query + k];
      const q = queries[query + k + 1];
      const r = queries[query + k + 2];
      const s = queries[query + k + 3];
      a += p * keys[one + k];
      b += q * keys[one + k + 1];
      c += r * keys[one + k + 2];
      d += s * keys[one + k + 3];
      e += p * keys[two + k];
      f += q * keys[two + k + 1];
      g += r * keys[two + k + 2];
      h += s * keys[two + k + 3];
    }
    scores[other] = (a + b + (c + d)) * scale;
    if (two !== one) scores[other + 1] = (e + f + (g + h)) * scale;
  }
}

/**
 * Writes the weighted sum of the values, in single precision after each of them. Eight numbers at a time: rounding takes
 * long, and their sums do not wait for one another.
 */
function weighValues(values: Float64Array, weights: Float64Array, out: Float32Array, at: number, size: number): void {
  const tokens = weights.length;
  for (let k = 0; k < size; k += 8) {
    const first = k * tokens;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    for (let token = 0; token < tokens; token++) {
      const weight = weights[token];
      const value = first + 8 * token;
      a = Math.fround(a + weight * values[value]);
      b = Math.fround(b + weight * values[value + 1]);
      c = Math.fround(c + weight * values[value + 2]);
      d = Math.fround(d + weight * values[value + 3]);
      e = Math.fround(e + weight * values[value + 4]);
      f = Math.fround(f + weight * values[value + 5]);
      g = Math.fround(g + weight * values[value + 6]);
      h = Math.fround(h + weight * values[value + 7]);
    }
    out[at + k] = a;
    out[at + k + 1] = b;
    out[at + k + 2] = c;
    out[at + k + 3] = d;
    out[at + k + 4] = e;
    out[at + k + 5] = f;
    out[at + k + 6] = g;
    out[at + k + 7] = h;
  }
}
