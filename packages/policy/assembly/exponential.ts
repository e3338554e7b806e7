/** Elementary functions in single precision, four at a time. */
import { madd } from './simd';

/**
 * Constants of `exp4`, four times each, in memory: engines build a constant vector anew wherever it is used, which takes
 * longer than to load it.
 */
const EXP: usize = memory.data<f32>(
  [
    1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 127, 127, 127, 127,
    -126, -126, -126, -126, 12582912, 12582912, 12582912, 12582912,
    1.53533719e-4, 1.53533719e-4, 1.53533719e-4, 1.53533719e-4, 1.339888046e-3, 1.339888046e-3, 1.339888046e-3, 1.339888046e-3,
    9.61843737e-3, 9.61843737e-3, 9.61843737e-3, 9.61843737e-3, 5.550332457e-2, 5.550332457e-2, 5.550332457e-2, 5.550332457e-2,
    2.402264791e-1, 2.402264791e-1, 2.402264791e-1, 2.402264791e-1, 6.931472028e-1, 6.931472028e-1, 6.931472028e-1, 6.931472028e-1,
    1, 1, 1, 1, -87, -87, -87, -87,
  ],
  16,
);

/**
 * e^x for x up to 88, 0 below -87, NaN for NaN; relative error about `1e-7 * max(1, |x|)`. With `y = x / ln 2` and `n` the
 * integer next to it, `2^n` times a polynomial for `2^(y - n)` (minimax, degree 6). Adding 1.5 * 2^23 rounds `y` to an
 * integer in the low bits of the sum, from where it is added to the exponent.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(f32x4.mul(x, v128.load(EXP)), v128.load(EXP, 16)), v128.load(EXP, 32));
  const shifted = f32x4.add(y, v128.load(EXP, 48));
  const f = f32x4.sub(y, f32x4.sub(shifted, v128.load(EXP, 48)));
  let p = v128.load(EXP, 64);
  p = madd(p, f, v128.load(EXP, 80));
  p = madd(p, f, v128.load(EXP, 96));
  p = madd(p, f, v128.load(EXP, 112));
  p = madd(p, f, v128.load(EXP, 128));
  p = madd(p, f, v128.load(EXP, 144));
  p = madd(p, f, v128.load(EXP, 160));
  return v128.andnot(i32x4.add(p, i32x4.shl(shifted, 23)), f32x4.lt(x, v128.load(EXP, 176)));
}

/** `exp4` of one number. */
// @ts-ignore: decorator
@inline
export function exponential(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** Natural logarithm of a positive, normal x to about 2 ulp (the scheme of S. Moshier's Cephes). */
export function log1(x: f32): f32 {
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

/** `1 / (1 + e^-x)`. NaN for NaN. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** `tanh(x) = 2 sigmoid(2 x) - 1`, to an absolute error of about 1e-7. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.sub(f32x4.mul(f32x4.splat(2), sigmoid4(f32x4.add(x, x))), one);
}
