/**
 * The gated recurrent unit (Cho et al. 2014) in the form that cuDNN and PyTorch have. With the gates' inputs
 * `g = x W + b`, to which `h U` has been added for r and z:
 *
 * `r = sigmoid(g_r)`, `z = sigmoid(g_z)`, `n = tanh(g_n + r * u)`, `h' = (1 - z) * n + z * h`, where `u = h U_n + c`.
 *
 * The matrix products are `multiply`'s; here is what happens element by element. A row of `gates` holds r, z and n side
 * by side, `3 * hidden` elements.
 */
import { madd } from './simd';
import { sigmoid4, tanh4 } from './exponential';

/** One step: `gates` holds `g` and becomes `r, z, n`; `next` becomes `h'`. `previous` is 0 for no state yet (h = 0). */
export function gruCell(gates: usize, u: usize, previous: usize, next: usize, rows: i32, hidden: i32): void {
  const width = <usize>hidden << 2;
  for (let row = 0; row < rows; row++) {
    for (let d: usize = 0; d < width; d += 16) {
      const r = sigmoid4(v128.load(gates + d));
      const z = sigmoid4(v128.load(gates + width + d));
      const n = tanh4(madd(r, v128.load(u + d), v128.load(gates + 2 * width + d)));
      const h = previous ? v128.load(previous + d) : f32x4.splat(0);
      v128.store(gates + d, r);
      v128.store(gates + width + d, z);
      v128.store(gates + 2 * width + d, n);
      v128.store(next + d, madd(z, f32x4.sub(h, n), n));
    }
    gates += 3 * width;
    u += width;
    next += width;
    if (previous) previous += width;
  }
}

/**
 * The gradient of `gruCell`, in place: `gates` becomes that of `g`, `u` that of `u`, and `dState`, which holds that of
 * `h'`, becomes the part of that of `h` that does not go through a matrix: `dh' * z`.
 */
export function gruCellBackward(gates: usize, u: usize, previous: usize, dState: usize, rows: i32, hidden: i32): void {
  const width = <usize>hidden << 2;
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row++) {
    for (let d: usize = 0; d < width; d += 16) {
      const r = v128.load(gates + d), z = v128.load(gates + width + d), n = v128.load(gates + 2 * width + d);
      const h = previous ? v128.load(previous + d) : f32x4.splat(0);
      const dh = v128.load(dState + d);
      const dz = f32x4.mul(dh, f32x4.sub(h, n));
      const dn = f32x4.mul(f32x4.mul(dh, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)));
      const dr = f32x4.mul(dn, v128.load(u + d));
      v128.store(u + d, f32x4.mul(dn, r));
      v128.store(gates + d, f32x4.mul(dr, f32x4.mul(r, f32x4.sub(one, r))));
      v128.store(gates + width + d, f32x4.mul(dz, f32x4.mul(z, f32x4.sub(one, z))));
      v128.store(gates + 2 * width + d, dn);
      v128.store(dState + d, f32x4.mul(dh, z));
    }
    gates += 3 * width;
    u += width;
    dState += width;
    if (previous) previous += width;
  }
}
