/**
 * Causal self-attention with one head (Vaswani et al. 2017; for recommendation Kang and McAuley 2018): the token at
 * place `t` of a history attends to those at places `s <= t` with weights `softmax(q_t . k_s / sqrt(columns))`.
 *
 * Tokens of state `b` are rows `start[b]` to `start[b + 1] - 1`, oldest first. Queries may be those of every token, or
 * of the newest one of each state alone: in the last block nothing else is looked at.
 */
import { exponential } from './exponential';
import { madd, sumOf } from './simd';

// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, width: usize): f32 {
  let sum = f32x4.splat(0);
  for (let d: usize = 0; d < width; d += 16) sum = madd(v128.load(a + d), v128.load(b + d), sum);
  return sumOf(sum);
}

/** `out += weight * x`. */
// @ts-ignore: decorator
@inline
function addScaled(x: usize, weight: f32, out: usize, width: usize): void {
  const w = f32x4.splat(weight);
  for (let d: usize = 0; d < width; d += 16) v128.store(out + d, madd(w, v128.load(x + d), v128.load(out + d)));
}

/**
 * Adds to `out` the attended values of the states from `from` up to `to`. With `newest`, `query` and `out` have one row
 * a state, else one a token. The weights of query row `q` go to `weights + q * history`, oldest token first.
 */
export function attend(
  query: usize, key: usize, value: usize, start: usize, newest: i32, history: i32, columns: i32, weights: usize,
  out: usize, from: i32, to: i32,
): void {
  const width = <usize>columns << 2;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>columns);
  for (let row = from; row < to; row++) {
    const first = load<i32>(start + (<usize>row << 2)), end = load<i32>(start + (<usize>row << 2), 4);
    for (let t = newest ? max(first, end - 1) : first; t < end; t++) {
      const at = <usize>(newest ? row : t);
      const q = query + at * width, p = weights + at * (<usize>history << 2);
      let peak = -f32.MAX_VALUE;
      for (let s = first; s <= t; s++) {
        const score = scale * dot(q, key + <usize>s * width, width);
        store<f32>(p + (<usize>(s - first) << 2), score);
        peak = max(peak, score);
      }
      let total: f32 = 0;
      for (let s = first; s <= t; s++) {
        const place = p + (<usize>(s - first) << 2);
        const e = exponential(load<f32>(place) - peak);
        store<f32>(place, e);
        total += e;
      }
      for (let s = first; s <= t; s++) {
        const place = p + (<usize>(s - first) << 2);
        const weight = load<f32>(place) / total;
        store<f32>(place, weight);
        addScaled(value + <usize>s * width, weight, out + at * width, width);
      }
    }
  }
}

/**
 * The gradient of `attend` for `dOut`: adds to those of keys and values; that of a query it sets. With
 * `g_s = dOut . v_s` the slope of score `s` is `p_s (g_s - sum over j of p_j g_j) / sqrt(columns)`. `weights` is
 * overwritten by the slopes.
 */
export function attendBackward(
  query: usize, key: usize, value: usize, start: usize, newest: i32, history: i32, columns: i32, weights: usize,
  dOut: usize, dQuery: usize, dKey: usize, dValue: usize, from: i32, to: i32,
): void {
  const width = <usize>columns << 2;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>columns);
  for (let row = from; row < to; row++) {
    const first = load<i32>(start + (<usize>row << 2)), end = load<i32>(start + (<usize>row << 2), 4);
    for (let t = newest ? max(first, end - 1) : first; t < end; t++) {
      const at = <usize>(newest ? row : t);
      const q = query + at * width, g = dOut + at * width, p = weights + at * (<usize>history << 2);
      memory.fill(dQuery + at * width, 0, width);
      let mean: f32 = 0;
      for (let s = first; s <= t; s++) {
        const weight = load<f32>(p + (<usize>(s - first) << 2));
        mean += weight * dot(g, value + <usize>s * width, width);
      }
      for (let s = first; s <= t; s++) {
        const place = p + (<usize>(s - first) << 2);
        const weight = load<f32>(place);
        const slope = scale * weight * (dot(g, value + <usize>s * width, width) - mean);
        addScaled(g, weight, dValue + <usize>s * width, width);
        addScaled(key + <usize>s * width, slope, dQuery + at * width, width);
        addScaled(q, slope, dKey + <usize>s * width, width);
      }
    }
  }
}
