/** Optimisers and what they need. Counts are multiples of 4. */
import { sumOf } from './simd';

/**
 * A first moment smaller than this counts as 0. One that is no longer fed (an item that is not shown any more) would
 * decay into the subnormal numbers and stay there, and arithmetic on those is several times slower. Next to Adam's
 * `epsilon` of 1e-8 it moves nothing.
 */
const LEAST_MOMENT: f32 = 1e-30;

/** `out` becomes the sum of squares. */
export function sumSquares(x: usize, count: i32, out: usize): void {
  store<f32>(out, squares(x, count));
}

function squares(x: usize, count: i32): f32 {
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

/**
 * Stochastic gradient descent with momentum (Polyak 1964, as PyTorch has it): `velocity = momentum * velocity +
 * gradients * scale`, `parameters -= rate * velocity`.
 */
export function sgd(
  parameters: usize, gradients: usize, velocity: usize, count: i32, scale: f32, rate: f32, momentum: f32,
): void {
  const end = parameters + (<usize>count << 2);
  const s = f32x4.splat(scale), step = f32x4.splat(rate), keep = f32x4.splat(momentum), least = f32x4.splat(LEAST_MOMENT);
  for (; parameters < end; parameters += 16, gradients += 16, velocity += 16) {
    let v = f32x4.add(f32x4.mul(keep, v128.load(velocity)), f32x4.mul(v128.load(gradients), s));
    v = v128.and(v, f32x4.ge(f32x4.abs(v), least));
    v128.store(velocity, v);
    v128.store(parameters, f32x4.sub(v128.load(parameters), f32x4.mul(step, v)));
  }
}

/** The rows of a table that a batch has touched: `index[k]`, each once. What is not in the list is left as it is. */

/** `out` becomes the sum of squares over the listed rows. */
export function sumSquaresOfRows(table: usize, index: usize, rows: i32, columns: i32, out: usize): void {
  let sum: f32 = 0;
  for (let k: usize = 0; k < <usize>rows; k++) {
    sum += squares(table + <usize>load<i32>(index + (k << 2)) * (<usize>columns << 2), columns);
  }
  store<f32>(out, sum);
}

/** The listed rows become 0. */
export function clearRows(table: usize, index: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let k: usize = 0; k < <usize>rows; k++) memory.fill(table + <usize>load<i32>(index + (k << 2)) * width, 0, width);
}

/** The columns from `from` on of the first `rows` rows become 0. Rows have `columns` elements. */
export function clearColumns(table: usize, rows: i32, columns: i32, from: i32): void {
  const width = <usize>columns << 2;
  const left = <usize>from << 2;
  for (let k: usize = 0; k < <usize>rows; k++, table += width) memory.fill(table + left, 0, width - left);
}

/** `clearColumns` of the listed rows. */
export function clearColumnsOfRows(table: usize, index: usize, rows: i32, columns: i32, from: i32): void {
  const width = <usize>columns << 2;
  const left = <usize>from << 2;
  for (let k: usize = 0; k < <usize>rows; k++) {
    memory.fill(table + <usize>load<i32>(index + (k << 2)) * width + left, 0, width - left);
  }
}

/** `adam` on the listed rows alone: the moments of the others stand still ("lazy" Adam). */
export function adamRows(
  parameters: usize, gradients: usize, first: usize, second: usize, index: usize, rows: i32, columns: i32, scale: f32,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32,
): void {
  for (let k: usize = 0; k < <usize>rows; k++) {
    const at = <usize>load<i32>(index + (k << 2)) * (<usize>columns << 2);
    adam(parameters + at, gradients + at, first + at, second + at, columns, scale, rate, beta1, beta2, epsilon);
  }
}

/** `sgd` on the listed rows alone. */
export function sgdRows(
  parameters: usize, gradients: usize, velocity: usize, index: usize, rows: i32, columns: i32, scale: f32, rate: f32,
  momentum: f32,
): void {
  for (let k: usize = 0; k < <usize>rows; k++) {
    const at = <usize>load<i32>(index + (k << 2)) * (<usize>columns << 2);
    sgd(parameters + at, gradients + at, velocity + at, columns, scale, rate, momentum);
  }
}

/**
 * Row-wise Adagrad (Naumov et al. 2019; `EXACT_ROWWISE_ADAGRAD` of FBGEMM) on the listed rows of a table, whose gradients are rows `0` to
 * `rows - 1` of a block of their own: `sum[r] += mean(g^2)`, `parameters[r] -= rate * g / (sqrt(sum[r]) + epsilon)` with `g = gradient * scale`.
 * Rows have `stride` elements, of which the first `columns` are trained.
 */
export function rowwiseAdagrad(
  parameters: usize, gradients: usize, sum: usize, index: usize, rows: i32, stride: i32, columns: i32, scale: f32,
  rate: f32, epsilon: f32,
): void {
  const width = <usize>stride << 2, trained = <usize>columns << 2;
  for (let k: usize = 0; k < <usize>rows; k++, gradients += width) {
    const row = <usize>load<i32>(index + (k << 2));
    const at = sum + (row << 2);
    const total = load<f32>(at) + (squares(gradients, columns) * scale * scale) / <f32>columns;
    store<f32>(at, total);
    // A row that never had a gradient stays as it is, also with an epsilon of 0.
    if (!(total > 0)) continue;
    const step = f32x4.splat((scale * rate) / (sqrt<f32>(total) + epsilon));
    const out = parameters + row * width;
    for (let d: usize = 0; d < trained; d += 16) {
      v128.store(out + d, f32x4.sub(v128.load(out + d), f32x4.mul(step, v128.load(gradients + d))));
    }
  }
}

/** Adagrad (Duchi et al. 2011) on the listed numbers of a vector, whose gradients are a vector of their own: `rowwiseAdagrad` of one column. */
export function adagrad(
  parameters: usize, gradients: usize, sum: usize, index: usize, count: i32, scale: f32, rate: f32, epsilon: f32,
): void {
  for (let k: usize = 0; k < <usize>count << 2; k += 4) {
    const item = <usize>load<i32>(index + k) << 2;
    const g = load<f32>(gradients + k) * scale;
    const total = load<f32>(sum + item) + g * g;
    store<f32>(sum + item, total);
    if (!(total > 0)) continue;
    store<f32>(parameters + item, load<f32>(parameters + item) - (rate * g) / (sqrt<f32>(total) + epsilon));
  }
}
