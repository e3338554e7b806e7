/**
 * Matrix products, `C = D + A B` and `C += A^T B`, in blocks of 4 rows by 8 columns that stay in registers.
 *
 * B is read in panels of 8 columns: the vectors of step `t` of panel `p` lie at `b + p * bPanel + t * bStep`. A plain
 * row-major matrix is such panels with `bPanel` = 32 bytes and its row's length as `bStep`; a packed one (`pack`) has
 * its panels one after the other, which is what caches like where B is used again and again.
 *
 * Each element of C is summed over `t` in ascending order, in runs of `DEPTH`, whatever block it falls in: a row's
 * result does not depend on the rows beside it.
 */
import { madd } from './simd';

/** Steps that are summed up in registers before C is touched: B's panel of as many steps fits the first-level cache. */
const DEPTH: usize = 256;

/**
 * `C[i, j] = D[i, j] + sum over t of A[i, t] * B[t, j]`. Rows of A are contiguous, `aRow` bytes apart; those of D, `dRow`,
 * and those of C, `cRow`. D may be C itself, or, with `dRow` 0, one row: a bias, or zeros. `columns` is a multiple of 4.
 */
export function multiply(
  a: usize, aRow: usize, b: usize, bStep: usize, bPanel: usize, d: usize, dRow: usize, c: usize, cRow: usize, rows: i32,
  steps: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  const length = <usize>steps << 2;
  const blocks = <usize>rows & ~3;
  for (let from: usize = 0; from < length; from += DEPTH << 2) {
    const run = min(DEPTH << 2, length - from);
    const at = a + from;
    const first = b + (from >> 2) * bStep;
    let panel = first;
    let j: usize = 0;
    for (; j + 32 <= width; j += 32, panel += bPanel) {
      for (let i: usize = 0; i < blocks; i += 4) {
        rows4x8(at + i * aRow, aRow, panel, bStep, d + i * dRow + j, dRow, c + i * cRow + j, cRow, run);
      }
    }
    if (j < width) {
      for (let i: usize = 0; i < blocks; i += 4) {
        rows4x4(at + i * aRow, aRow, panel, bStep, d + i * dRow + j, dRow, c + i * cRow + j, cRow, run);
      }
    }
    for (let i = blocks; i < <usize>rows; i++) {
      row(at + i * aRow, first, bStep, bPanel, d + i * dRow, c + i * cRow, width, run);
    }
    // What was summed up so far is in C.
    d = c;
    dRow = cRow;
  }
}

function rows4x8(
  a: usize, aRow: usize, b: usize, bStep: usize, d: usize, dRow: usize, c: usize, cRow: usize, run: usize,
): void {
  const a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (let t: usize = 0; t < run; t += 4) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a + t);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a1 + t);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a2 + t);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a3 + t);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    b += bStep;
  }
  add8(d, c, s00, s01);
  add8(d + dRow, c + cRow, s10, s11);
  add8(d + 2 * dRow, c + 2 * cRow, s20, s21);
  add8(d + 3 * dRow, c + 3 * cRow, s30, s31);
}

function rows4x4(
  a: usize, aRow: usize, b: usize, bStep: usize, d: usize, dRow: usize, c: usize, cRow: usize, run: usize,
): void {
  const a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let t: usize = 0; t < run; t += 4) {
    const x = v128.load(b);
    s0 = madd(v128.load32_splat(a + t), x, s0);
    s1 = madd(v128.load32_splat(a1 + t), x, s1);
    s2 = madd(v128.load32_splat(a2 + t), x, s2);
    s3 = madd(v128.load32_splat(a3 + t), x, s3);
    b += bStep;
  }
  add4(d, c, s0);
  add4(d + dRow, c + cRow, s1);
  add4(d + 2 * dRow, c + 2 * cRow, s2);
  add4(d + 3 * dRow, c + 3 * cRow, s3);
}

/** One row: four panels at a time, so that the sums do not wait for one another. */
function row(a: usize, b: usize, bStep: usize, bPanel: usize, d: usize, c: usize, width: usize, run: usize): void {
  let j: usize = 0;
  for (; j + 128 <= width; j += 128, b += bPanel << 2) {
    let b0 = b, b1 = b0 + bPanel, b2 = b1 + bPanel, b3 = b2 + bPanel;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (let t: usize = 0; t < run; t += 4) {
      const x = v128.load32_splat(a + t);
      s0 = madd(x, v128.load(b0), s0);
      s1 = madd(x, v128.load(b0, 16), s1);
      s2 = madd(x, v128.load(b1), s2);
      s3 = madd(x, v128.load(b1, 16), s3);
      s4 = madd(x, v128.load(b2), s4);
      s5 = madd(x, v128.load(b2, 16), s5);
      s6 = madd(x, v128.load(b3), s6);
      s7 = madd(x, v128.load(b3, 16), s7);
      b0 += bStep;
      b1 += bStep;
      b2 += bStep;
      b3 += bStep;
    }
    add8(d + j, c + j, s0, s1);
    add8(d + j + 32, c + j + 32, s2, s3);
    add8(d + j + 64, c + j + 64, s4, s5);
    add8(d + j + 96, c + j + 96, s6, s7);
  }
  for (; j < width; j += 16) {
    let at = b + (j & 16);
    let s = f32x4.splat(0);
    for (let t: usize = 0; t < run; t += 4, at += bStep) s = madd(v128.load32_splat(a + t), v128.load(at), s);
    add4(d + j, c + j, s);
    if (j & 16) b += bPanel;
  }
}

/**
 * `C[i, j] += sum over t of A[t, i] * B[t, j]`: the gradient of a matrix from its input and its output's gradient.
 * `steps` of A are `aStep` bytes apart. `rows` and `columns` are multiples of 4.
 */
export function multiplyTransposed(
  a: usize, aStep: usize, b: usize, bStep: usize, bPanel: usize, c: usize, cRow: usize, rows: i32, steps: i32,
  columns: i32,
): void {
  const width = <usize>columns << 2;
  const height = <usize>rows << 2;
  for (let from: usize = 0; from < <usize>steps; from += DEPTH) {
    const run = min(DEPTH, <usize>steps - from);
    let panel = b + from * bStep;
    let j: usize = 0;
    for (; j + 32 <= width; j += 32, panel += bPanel) {
      for (let i: usize = 0; i < height; i += 16) {
        columns4x8(a + from * aStep + i, aStep, panel, bStep, c + (i >> 2) * cRow + j, cRow, run);
      }
    }
    if (j < width) {
      for (let i: usize = 0; i < height; i += 16) {
        columns4x4(a + from * aStep + i, aStep, panel, bStep, c + (i >> 2) * cRow + j, cRow, run);
      }
    }
  }
}

function columns4x8(a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, run: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  for (let t: usize = 0; t < run; t++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a, 4);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a, 8);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a, 12);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    a += aStep;
    b += bStep;
  }
  add8(c, c, s00, s01);
  add8(c + cRow, c + cRow, s10, s11);
  add8(c + 2 * cRow, c + 2 * cRow, s20, s21);
  add8(c + 3 * cRow, c + 3 * cRow, s30, s31);
}

function columns4x4(a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cRow: usize, run: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let t: usize = 0; t < run; t++) {
    const x = v128.load(b);
    s0 = madd(v128.load32_splat(a), x, s0);
    s1 = madd(v128.load32_splat(a, 4), x, s1);
    s2 = madd(v128.load32_splat(a, 8), x, s2);
    s3 = madd(v128.load32_splat(a, 12), x, s3);
    a += aStep;
    b += bStep;
  }
  add4(c, c, s0);
  add4(c + cRow, c + cRow, s1);
  add4(c + 2 * cRow, c + 2 * cRow, s2);
  add4(c + 3 * cRow, c + 3 * cRow, s3);
}

// @ts-ignore: decorator
@inline
function add8(d: usize, c: usize, x: v128, y: v128): void {
  v128.store(c, f32x4.add(v128.load(d), x));
  v128.store(c, f32x4.add(v128.load(d, 16), y), 16);
}

// @ts-ignore: decorator
@inline
function add4(d: usize, c: usize, x: v128): void {
  v128.store(c, f32x4.add(v128.load(d), x));
}

/** `sums[j] += sum over i of C[i, j]`; rows of C are `cRow` bytes apart. */
export function addColumnSums(c: usize, cRow: usize, sums: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let j: usize = 0; j < width; j += 16) {
    let sum = v128.load(sums + j);
    let at = c + j;
    for (let i = 0; i < rows; i++, at += cRow) sum = f32x4.add(sum, v128.load(at));
    v128.store(sums + j, sum);
  }
}
