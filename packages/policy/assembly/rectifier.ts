/** Rectified linear units. Counts are multiples of 4. */

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
  for (; output < end; output += 16, gradient += 16) {
    v128.store(gradient, v128.and(v128.load(gradient), f32x4.gt(v128.load(output), zero)));
  }
}
