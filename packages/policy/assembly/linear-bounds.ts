/** Upper confidence bounds of a linear bandit, in double precision. */

/**
 * `bounds[i] = (intercept + slope . P[i]) + alpha * sqrt(constant + form . P[i])` for items whose numbers `P[i]` are
 * `terms` long; `slope` has to do with the first `features` of them only. All are float64. Where rounding has taken what
 * is under the root a little below 0, it is 0.
 */
export function linearBounds(
  products: usize, terms: i32, slope: usize, features: i32, form: usize, intercept: f64, constant: f64, alpha: f64,
  bounds: usize, items: i32,
): void {
  const row = <usize>terms << 3;
  let item = 0;
  for (; item + 1 < items; item += 2, products += 2 * row, bounds += 16) {
    // Two items at a time: each sum waits for itself, and neither for the other's.
    const end = <usize>(terms & ~3) << 3;
    const next = products + row;
    let a = f64x2.splat(0), b = a, c = a, d = a;
    for (let at: usize = 0; at < end; at += 32) {
      const x = v128.load(form + at), y = v128.load(form + at, 16);
      a = f64x2.add(a, f64x2.mul(v128.load(products + at), x));
      b = f64x2.add(b, f64x2.mul(v128.load(products + at, 16), y));
      c = f64x2.add(c, f64x2.mul(v128.load(next + at), x));
      d = f64x2.add(d, f64x2.mul(v128.load(next + at, 16), y));
    }
    const square = constant + total(a, b, products, form, end, row);
    const other = constant + total(c, d, next, form, end, row);
    store<f64>(bounds, intercept + dot(products, slope, features) + alpha * sqrt(max(<f64>0, square)));
    store<f64>(bounds, intercept + dot(next, slope, features) + alpha * sqrt(max(<f64>0, other)), 8);
  }
  if (item < items) {
    const square = constant + dot(products, form, terms);
    store<f64>(bounds, intercept + dot(products, slope, features) + alpha * sqrt(max(<f64>0, square)));
  }
}

function dot(x: usize, y: usize, length: i32): f64 {
  const end = <usize>(length & ~3) << 3;
  let a = f64x2.splat(0), b = a;
  for (let at: usize = 0; at < end; at += 32) {
    a = f64x2.add(a, f64x2.mul(v128.load(x + at), v128.load(y + at)));
    b = f64x2.add(b, f64x2.mul(v128.load(x + at, 16), v128.load(y + at, 16)));
  }
  return total(a, b, x, y, end, <usize>length << 3);
}

/** Puts four partial sums together, with the products from byte `from` up to `to` that did not fill a vector. */
// @ts-ignore: decorator
@inline
function total(a: v128, b: v128, x: usize, y: usize, from: usize, to: usize): f64 {
  let first = f64x2.extract_lane(a, 0);
  for (let at = from; at < to; at += 8) first += load<f64>(x + at) * load<f64>(y + at);
  return first + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1));
}
