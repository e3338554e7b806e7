/** Layer normalisation (Ba et al. 2016): `y = (x - mean(x)) / sqrt(var(x) + 1e-5) * scale + shift`, row by row. */
import { madd, sumOf } from './simd';

const EPSILON: f32 = 1e-5;

/** Fills `out`, and `normal` with the normalised rows before scale and shift; `inverse[row]` is `1 / sqrt(var + epsilon)`. */
export function layerNorm(
  x: usize, scale: usize, shift: usize, normal: usize, inverse: usize, out: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    let sum = f32x4.splat(0);
    for (let d: usize = 0; d < width; d += 16) sum = f32x4.add(sum, v128.load(x + d));
    const mean = f32x4.splat(sumOf(sum) / <f32>columns);
    let squares = f32x4.splat(0);
    for (let d: usize = 0; d < width; d += 16) {
      const centred = f32x4.sub(v128.load(x + d), mean);
      squares = madd(centred, centred, squares);
    }
    const factor: f32 = <f32>1 / sqrt<f32>(sumOf(squares) / <f32>columns + EPSILON);
    store<f32>(inverse, factor);
    const f = f32x4.splat(factor);
    for (let d: usize = 0; d < width; d += 16) {
      const y = f32x4.mul(f32x4.sub(v128.load(x + d), mean), f);
      v128.store(normal + d, y);
      v128.store(out + d, madd(y, v128.load(scale + d), v128.load(shift + d)));
    }
    x += width;
    normal += width;
    out += width;
    inverse += 4;
  }
}

/**
 * The gradient of `layerNorm`: adds to `dX` that of `x`,
 * `inverse * (g - mean(g) - normal * mean(g * normal))` with `g = dOut * scale`.
 */
export function layerNormBackward(
  normal: usize, inverse: usize, scale: usize, dOut: usize, dX: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    let sum = f32x4.splat(0), product = f32x4.splat(0);
    for (let d: usize = 0; d < width; d += 16) {
      const g = f32x4.mul(v128.load(dOut + d), v128.load(scale + d));
      sum = f32x4.add(sum, g);
      product = madd(g, v128.load(normal + d), product);
    }
    const mean = f32x4.splat(sumOf(sum) / <f32>columns), slope = f32x4.splat(sumOf(product) / <f32>columns);
    const factor = f32x4.splat(load<f32>(inverse));
    for (let d: usize = 0; d < width; d += 16) {
      const g = f32x4.mul(v128.load(dOut + d), v128.load(scale + d));
      const change = f32x4.sub(f32x4.sub(g, mean), f32x4.mul(v128.load(normal + d), slope));
      v128.store(dX + d, madd(factor, change, v128.load(dX + d)));
    }
    normal += width;
    dOut += width;
    dX += width;
    inverse += 4;
  }
}

/** Adds to the gradients of `scale` and `shift`: sums over the rows of `dOut * normal` and of `dOut`. */
export function layerNormGradients(
  normal: usize, dOut: usize, dScale: usize, dShift: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  for (let row = 0; row < rows; row++) {
    for (let d: usize = 0; d < width; d += 16) {
      const g = v128.load(dOut + d);
      v128.store(dScale + d, madd(g, v128.load(normal + d), v128.load(dScale + d)));
      v128.store(dShift + d, f32x4.add(v128.load(dShift + d), g));
    }
    normal += width;
    dOut += width;
  }
}
