/**
 * The built-in engine's arithmetic. Every function works on float32 arrays in the module's memory, given by their byte
 * addresses and sizes; it allocates nothing and keeps no state. Matrices are row-major. Widths (`columns`) are
 * multiples of 4: the caller pads, and the mask keeps padding out of every softmax.
 *
 * Plain WebAssembly SIMD (no relaxed operations), in a fixed order of additions: the same input gives the same bits on
 * every machine.
 */

/** Logits of forbidden items. Finite, so that no product with a zero probability is NaN. */
const FORBIDDEN: f32 = -1e30;

// ---------------------------------------------------------------------------------------------- matrix products

/**
 * `C[i, j] += sum over t of A[i, t] * B[t, j]`, with A's element (i, t) at `a + i * aRow + t * aStep` (bytes), so that
 * one kernel serves `A B` and `A^T B`. B's rows are `columns` apart, C's too.
 */
export function multiplyAdd(
  a: usize, aRow: usize, aStep: usize, b: usize, c: usize, rows: i32, steps: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const a0 = a + <usize>i * aRow;
    const c0 = c + <usize>i * width;
    let j: usize = 0;
    for (; j + 32 <= width; j += 32) block4x8(a0, aRow, aStep, b + j, c0 + j, width, steps);
    if (j < width) block4x4(a0, aRow, aStep, b + j, c0 + j, width, steps);
  }
  for (; i < rows; i++) {
    const a0 = a + <usize>i * aRow;
    const c0 = c + <usize>i * width;
    for (let j: usize = 0; j < width; j += 16) {
      let sum = v128.load(c0 + j);
      let at = a0;
      let bt = b + j;
      for (let t = 0; t < steps; t++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(at), v128.load(bt)));
        at += aStep;
        bt += width;
      }
      v128.store(c0 + j, sum);
    }
  }
}

// @ts-ignore: decorator
@inline
function block4x8(a: usize, aRow: usize, aStep: usize, b: usize, c: usize, width: usize, steps: i32): void {
  const c1 = c + width, c2 = c1 + width, c3 = c2 + width;
  let s00 = v128.load(c), s01 = v128.load(c, 16);
  let s10 = v128.load(c1), s11 = v128.load(c1, 16);
  let s20 = v128.load(c2), s21 = v128.load(c2, 16);
  let s30 = v128.load(c3), s31 = v128.load(c3, 16);
  let a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  for (let t = 0; t < steps; t++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep;
    b += width;
  }
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c1, s10); v128.store(c1, s11, 16);
  v128.store(c2, s20); v128.store(c2, s21, 16);
  v128.store(c3, s30); v128.store(c3, s31, 16);
}

// @ts-ignore: decorator
@inline
function block4x4(a: usize, aRow: usize, aStep: usize, b: usize, c: usize, width: usize, steps: i32): void {
  const c1 = c + width, c2 = c1 + width, c3 = c2 + width;
  let s0 = v128.load(c), s1 = v128.load(c1), s2 = v128.load(c2), s3 = v128.load(c3);
  let a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  for (let t = 0; t < steps; t++) {
    const x = v128.load(b);
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(a0), x));
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(a1), x));
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(a2), x));
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(a3), x));
    a0 += aStep; a1 += aStep; a2 += aStep; a3 += aStep;
    b += width;
  }
  v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
}

/** `C[i, j] += sum over t of A[i, t] * B[j, t]`: rows of A with rows of B. `steps` and `columns` are multiples of 4. */
export function multiplyTransposedAdd(a: usize, b: usize, c: usize, rows: i32, steps: i32, columns: i32): void {
  const length = <usize>steps << 2;
  const width = <usize>columns << 2;
  let i = 0;
  for (; i + 2 <= rows; i += 2) {
    const a0 = a + <usize>i * length;
    const a1 = a0 + length;
    for (let j: usize = 0; j < width; j += 16) {
      const b0 = b + (j >> 2) * length;
      const b1 = b0 + length, b2 = b1 + length, b3 = b2 + length;
      let s00 = f32x4.splat(0), s01 = f32x4.splat(0), s02 = f32x4.splat(0), s03 = f32x4.splat(0);
      let s10 = f32x4.splat(0), s11 = f32x4.splat(0), s12 = f32x4.splat(0), s13 = f32x4.splat(0);
      for (let t: usize = 0; t < length; t += 16) {
        const x0 = v128.load(a0 + t), x1 = v128.load(a1 + t);
        let y = v128.load(b0 + t);
        s00 = f32x4.add(s00, f32x4.mul(x0, y));
        s10 = f32x4.add(s10, f32x4.mul(x1, y));
        y = v128.load(b1 + t);
        s01 = f32x4.add(s01, f32x4.mul(x0, y));
        s11 = f32x4.add(s11, f32x4.mul(x1, y));
        y = v128.load(b2 + t);
        s02 = f32x4.add(s02, f32x4.mul(x0, y));
        s12 = f32x4.add(s12, f32x4.mul(x1, y));
        y = v128.load(b3 + t);
        s03 = f32x4.add(s03, f32x4.mul(x0, y));
        s13 = f32x4.add(s13, f32x4.mul(x1, y));
      }
      const c0 = c + <usize>i * width + j;
      v128.store(c0, f32x4.add(v128.load(c0), sumsOf4(s00, s01, s02, s03)));
      const c1 = c0 + width;
      v128.store(c1, f32x4.add(v128.load(c1), sumsOf4(s10, s11, s12, s13)));
    }
  }
  for (; i < rows; i++) {
    const a0 = a + <usize>i * length;
    for (let j: usize = 0; j < width; j += 4) {
      const b0 = b + (j >> 2) * length;
      let s = f32x4.splat(0);
      for (let t: usize = 0; t < length; t += 16) s = f32x4.add(s, f32x4.mul(v128.load(a0 + t), v128.load(b0 + t)));
      const c0 = c + <usize>i * width + j;
      store<f32>(c0, load<f32>(c0) + sumOf(s));
    }
  }
}

/** The sums of four vectors, as one. */
// @ts-ignore: decorator
@inline
function sumsOf4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const ab = f32x4.add(ab0, ab1), cd = f32x4.add(cd0, cd1);
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

// @ts-ignore: decorator
@inline
function sumOf(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** Every row of C becomes `bias`. */
export function fillRows(bias: usize, c: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let i = 0; i < rows; i++) memory.copy(c + <usize>i * width, bias, width);
}

/** `sums[j] += sum over i of C[i, j]`. */
export function addColumnSums(c: usize, sums: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let j: usize = 0; j < width; j += 16) {
    let sum = v128.load(sums + j);
    let at = c + j;
    for (let i = 0; i < rows; i++) {
      sum = f32x4.add(sum, v128.load(at));
      at += width;
    }
    v128.store(sums + j, sum);
  }
}

// ------------------------------------------------------------------------------------------------ state encoder

/**
 * Mean pooling of histories. Item `i` with feedback `f` counts as `f * liked[i] + (1 - f) * passed[i]`; padding (a
 * negative item) counts as nothing. `pooled[b]` is the mean over the interactions, followed by four more numbers: the
 * share of the history that is filled, the mean feedback, 0, 0.
 */
export function pool(
  items: usize, feedback: usize, history: i32, liked: usize, passed: usize, dimension: i32, pooled: usize, rows: i32,
): void {
  const width = <usize>dimension << 2;
  for (let row = 0; row < rows; row++) {
    const out = pooled + <usize>row * (width + 16);
    memory.fill(out, 0, width + 16);
    let count = 0;
    let total: f32 = 0;
    for (let k = 0; k < history; k++) {
      const at = <usize>(row * history + k) << 2;
      const item = load<i32>(items + at);
      if (item < 0) continue;
      const f = load<f32>(feedback + at);
      count++;
      total += f;
      const weight = f32x4.splat(f), rest = f32x4.splat(1 - f);
      const yes = liked + <usize>item * width, no = passed + <usize>item * width;
      for (let d: usize = 0; d < width; d += 16) {
        const x = f32x4.add(f32x4.mul(weight, v128.load(yes + d)), f32x4.mul(rest, v128.load(no + d)));
        v128.store(out + d, f32x4.add(v128.load(out + d), x));
      }
    }
    if (count == 0) continue;
    const scale = f32x4.splat(<f32>1 / <f32>count);
    for (let d: usize = 0; d < width; d += 16) v128.store(out + d, f32x4.mul(v128.load(out + d), scale));
    store<f32>(out + width, <f32>count / <f32>history);
    store<f32>(out + width, total / <f32>count, 4);
  }
}

/** The gradient of `pool`: adds to the gradients of `liked` and `passed` what `dPooled` asks for. */
export function poolBackward(
  items: usize, feedback: usize, history: i32, dLiked: usize, dPassed: usize, dimension: i32, dPooled: usize, rows: i32,
): void {
  const width = <usize>dimension << 2;
  for (let row = 0; row < rows; row++) {
    const gradient = dPooled + <usize>row * (width + 16);
    const first = <usize>(row * history) << 2;
    let count = 0;
    for (let k = 0; k < history; k++) if (load<i32>(items + first + (<usize>k << 2)) >= 0) count++;
    if (count == 0) continue;
    const scale: f32 = <f32>1 / <f32>count;
    for (let k = 0; k < history; k++) {
      const at = first + (<usize>k << 2);
      const item = load<i32>(items + at);
      if (item < 0) continue;
      const f = load<f32>(feedback + at);
      const weight = f32x4.splat(f * scale), rest = f32x4.splat((1 - f) * scale);
      const yes = dLiked + <usize>item * width, no = dPassed + <usize>item * width;
      for (let d: usize = 0; d < width; d += 16) {
        const g = v128.load(gradient + d);
        v128.store(yes + d, f32x4.add(v128.load(yes + d), f32x4.mul(weight, g)));
        v128.store(no + d, f32x4.add(v128.load(no + d), f32x4.mul(rest, g)));
      }
    }
  }
}

/** `x = max(0, x)`. */
export function rectify(x: usize, count: i32): void {
  const end = x + (<usize>count << 2);
  const zero = f32x4.splat(0);
  for (; x < end; x += 16) v128.store(x, f32x4.max(v128.load(x), zero));
}

/** The gradient of `rectify`: 0 where its output was 0. */
export function rectifyBackward(output: usize, gradient: usize, count: i32): void {
  const end = output + (<usize>count << 2);
  const zero = f32x4.splat(0);
  for (; output < end; output += 16) {
    v128.store(gradient, v128.and(v128.load(gradient), f32x4.gt(v128.load(output), zero)));
    gradient += 16;
  }
}

// -------------------------------------------------------------------------------------------------- actor, critic

/**
 * e^x to about 2 ulp for x in [-87, 88], 0 below: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2], with ln 2 in two
 * parts (the scheme of Cephes' expf).
 */
// @ts-ignore: decorator
@inline
function exp4(x: v128): v128 {
  const clamped = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.and(f32x4.mul(p, scale), f32x4.ge(x, f32x4.splat(-87)));
}

/** Natural logarithm of a positive, normal x to about 2 ulp (the scheme of Cephes' logf). */
function log1(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  let exponent = <f32>(((bits >> 23) & 255) - 126);
  let m = reinterpret<f32>((bits & 0x007fffff) | 0x3f000000);
  if (m < <f32>0.70710678118) {
    exponent -= 1;
    m = m + m - 1;
  } else m -= 1;
  const z = m * m;
  let p: f32 = 7.0376836292e-2;
  p = p * m - 1.1514610310e-1;
  p = p * m + 1.1676998740e-1;
  p = p * m - 1.2420140846e-1;
  p = p * m + 1.4249322787e-1;
  p = p * m - 1.6668057665e-1;
  p = p * m + 2.0000714765e-1;
  p = p * m - 2.4999993993e-1;
  p = p * m + 3.3333331174e-1;
  let y = m * z * p;
  y += exponent * <f32>-2.12194440e-4;
  y -= <f32>0.5 * z;
  return m + y + exponent * <f32>0.693359375;
}

/**
 * The softmax over allowed items, as what is needed of it: each row's greatest logit is taken off it, so that huge
 * logits keep the precision of their differences, and forbidden ones are set far below all others; `lse[b]` becomes
 * `log sum exp` of what is left, at least 0, and `entropy[b]` the entropy in nats. A row in which nothing is allowed
 * gets `lse` = FORBIDDEN and entropy 0; one whose logits are not all numbers gets an `lse` that is negative or none. The
 * mask is `[rows, columns]` bytes.
 */
export function softmax(logits: usize, mask: usize, lse: usize, entropy: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  const forbidden = f32x4.splat(FORBIDDEN);
  const zero = i32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    const x = logits + <usize>row * width;
    const allowed = mask + <usize>row * <usize>columns;
    let most = forbidden;
    for (let j: usize = 0; j < width; j += 16) {
      const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(allowed + (j >> 2))));
      const value = v128.bitselect(v128.load(x + j), forbidden, i32x4.ne(bytes, zero));
      v128.store(x + j, value);
      most = f32x4.max(most, value);
    }
    const peak = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    if (peak == FORBIDDEN) {
      store<f32>(lse + (<usize>row << 2), FORBIDDEN);
      store<f32>(entropy + (<usize>row << 2), 0);
      continue;
    }
    const top = f32x4.splat(peak);
    let total = f32x4.splat(0), weighted = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      const shifted = f32x4.sub(v128.load(x + j), top);
      v128.store(x + j, shifted);
      const e = exp4(shifted);
      total = f32x4.add(total, e);
      weighted = f32x4.add(weighted, f32x4.mul(e, shifted));
    }
    const sum = sumOf(total);
    const logSum = log1(sum);
    store<f32>(lse + (<usize>row << 2), logSum);
    store<f32>(entropy + (<usize>row << 2), logSum - sumOf(weighted) / sum);
  }
}

/** Items that `sample` adds up at once before it looks where it is: 16 vectors. */
const STRETCH: usize = 256;

/**
 * Draws an item from each row's softmax by inverting its distribution function at `uniform[b]`: first the stretch of
 * items in which it lies, then the item. A row in which nothing is allowed gives -1.
 */
export function sample(
  logits: usize, lse: usize, uniform: usize, item: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    const x = logits + <usize>row * width;
    const at = <usize>row << 2;
    const logSum = load<f32>(lse + at);
    if (logSum == FORBIDDEN) {
      store<i32>(item + at, -1);
      continue;
    }
    const shift = f32x4.splat(logSum);
    let left = load<f32>(uniform + at);
    let start: usize = 0;
    let last: usize = 0;
    for (; start < width; start += STRETCH) {
      const end = min(start + STRETCH, width);
      let total = f32x4.splat(0);
      for (let j = start; j < end; j += 16) total = f32x4.add(total, exp4(f32x4.sub(v128.load(x + j), shift)));
      const sum = sumOf(total);
      if (sum > left) break;
      if (sum > 0) last = start;
      left -= sum;
    }
    // Rounding may leave the sum of all a little below 1: the last item that has any probability then stands in.
    if (start >= width) {
      start = last;
      left = f32.MAX_VALUE;
    }
    store<i32>(item + at, itemAt(x, start, min(start + STRETCH, width), shift, left));
  }
}

/** The first item of a stretch at which the sum of probabilities passes `target`, else its last with any probability. */
function itemAt(x: usize, start: usize, end: usize, shift: v128, target: f32): i32 {
  let sum: f32 = 0;
  let drawn: usize = start;
  for (let j = start; j < end; j += 16) {
    const p = exp4(f32x4.sub(v128.load(x + j), shift));
    const p0 = f32x4.extract_lane(p, 0), p1 = f32x4.extract_lane(p, 1);
    const p2 = f32x4.extract_lane(p, 2), p3 = f32x4.extract_lane(p, 3);
    if (p0 > 0) drawn = j;
    sum += p0;
    if (sum > target) break;
    if (p1 > 0) drawn = j + 4;
    sum += p1;
    if (sum > target) break;
    if (p2 > 0) drawn = j + 8;
    sum += p2;
    if (sum > target) break;
    if (p3 > 0) drawn = j + 12;
    sum += p3;
    if (sum > target) break;
  }
  return <i32>(drawn >> 2);
}

/**
 * Turns logits into the gradient of `sum over b of  -policyWeight[b] * log pi(action[b]) - entropyWeight * H(pi_b)`:
 * `policyWeight * (pi - 1{action}) + entropyWeight * pi * (log pi + H)`.
 */
export function softmaxBackward(
  logits: usize, lse: usize, entropy: usize, action: usize, policyWeight: usize, entropyWeight: f32, rows: i32,
  columns: i32,
): void {
  const width = <usize>columns << 2;
  const bonus = f32x4.splat(entropyWeight);
  for (let row = 0; row < rows; row++) {
    const x = logits + <usize>row * width;
    const at = <usize>row << 2;
    const weight = load<f32>(policyWeight + at);
    const scale = f32x4.splat(weight);
    const shift = f32x4.splat(load<f32>(lse + at)), h = f32x4.splat(load<f32>(entropy + at));
    for (let j: usize = 0; j < width; j += 16) {
      const logp = f32x4.sub(v128.load(x + j), shift);
      const slope = f32x4.add(scale, f32x4.mul(bonus, f32x4.add(logp, h)));
      v128.store(x + j, f32x4.mul(exp4(logp), slope));
    }
    const chosen = x + (<usize>load<i32>(action + at) << 2);
    store<f32>(chosen, load<f32>(chosen) - weight);
  }
}

/** `value[b] = bias + hidden[b] . weights`. */
export function valueHead(hidden: usize, weights: usize, bias: usize, value: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    const x = hidden + <usize>row * width;
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(x + j), v128.load(weights + j)));
    store<f32>(value + (<usize>row << 2), load<f32>(bias) + sumOf(sum));
  }
}

/** The gradient of `valueHead` for `dValue[b]`: adds to those of weights, bias and hidden. */
export function valueHeadBackward(
  hidden: usize, weights: usize, dValue: usize, dWeights: usize, dBias: usize, dHidden: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    const x = hidden + <usize>row * width;
    const d = dHidden + <usize>row * width;
    const slope = load<f32>(dValue + (<usize>row << 2));
    const g = f32x4.splat(slope);
    store<f32>(dBias, load<f32>(dBias) + slope);
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(dWeights + j, f32x4.add(v128.load(dWeights + j), f32x4.mul(g, v128.load(x + j))));
      v128.store(d + j, f32x4.add(v128.load(d + j), f32x4.mul(g, v128.load(weights + j))));
    }
  }
}

// ------------------------------------------------------------------------------------------------------- optimiser

/**
 * A first moment smaller than this counts as 0. One that is no longer fed (an item that is not shown any more) would
 * decay into the subnormal numbers and stay there, and arithmetic on those is several times slower. Next to Adam's
 * `epsilon` of 1e-8 it moves nothing.
 */
const LEAST_MOMENT: f32 = 1e-30;

/** Sum of squares. */
export function sumSquares(x: usize, count: i32): f32 {
  const end = x + (<usize>count << 2);
  let sum = f32x4.splat(0);
  for (; x < end; x += 16) {
    const value = v128.load(x);
    sum = f32x4.add(sum, f32x4.mul(value, value));
  }
  return sumOf(sum);
}

/**
 * Adam (Kingma and Ba 2015): one step on `parameters` by `gradients * scale`. `rate` holds the learning rate with the
 * bias corrections of both moments, `epsilon` that of the second.
 */
export function adam(
  parameters: usize, gradients: usize, first: usize, second: usize, count: i32, scale: f32, rate: f32, beta1: f32,
  beta2: f32, epsilon: f32,
): void {
  const end = parameters + (<usize>count << 2);
  const s = f32x4.splat(scale), step = f32x4.splat(rate), e = f32x4.splat(epsilon);
  const b1 = f32x4.splat(beta1), b2 = f32x4.splat(beta2), r1 = f32x4.splat(1 - beta1), r2 = f32x4.splat(1 - beta2);
  const least = f32x4.splat(LEAST_MOMENT);
  for (; parameters < end; parameters += 16) {
    const g = f32x4.mul(v128.load(gradients), s);
    let m = f32x4.add(f32x4.mul(b1, v128.load(first)), f32x4.mul(r1, g));
    m = v128.and(m, f32x4.ge(f32x4.abs(m), least));
    const v = f32x4.add(f32x4.mul(b2, v128.load(second)), f32x4.mul(r2, f32x4.mul(g, g)));
    v128.store(first, m);
    v128.store(second, v);
    const move = f32x4.div(f32x4.mul(step, m), f32x4.add(f32x4.sqrt(v), e));
    v128.store(parameters, f32x4.sub(v128.load(parameters), move));
    gradients += 16;
    first += 16;
    second += 16;
  }
}
