/** Matrices in the layout in which `multiply` reads its second factor fastest: panels of 8 columns, one after the other. */

/**
 * Packs a matrix of `steps` rows and `columns` columns, rows `stride` bytes apart, into panels of 8 columns: `out[p][t]`
 * holds columns `8 p` to `8 p + 7` of row `t`, with zeros beyond the last.
 */
export function pack(matrix: usize, stride: usize, steps: i32, columns: i32, out: usize): void {
  const width = <usize>columns << 2;
  for (let j: usize = 0; j < width; j += 32) {
    const whole = j + 32 <= width;
    let at = matrix + j;
    for (let t = 0; t < steps; t++) {
      v128.store(out, v128.load(at));
      v128.store(out, whole ? v128.load(at, 16) : f32x4.splat(0), 16);
      out += 32;
      at += stride;
    }
  }
}

/**
 * Packs the transpose of a matrix of `rows` contiguous rows of `steps` elements: `out[p][t]` holds element `t` of rows
 * `8 p` to `8 p + 7`, with zeros beyond the last. `steps` is a multiple of 4.
 */
export function packTransposed(matrix: usize, rows: i32, steps: i32, out: usize): void {
  const length = <usize>steps << 2;
  for (let i = 0; i < rows; i += 8) {
    const r0 = matrix + <usize>i * length;
    for (let half: usize = 0; half < 2; half++) {
      const first = i + <i32>(half << 2);
      const left = rows - first;
      const r = r0 + (half << 2) * length;
      for (let t: usize = 0; t < length; t += 16) {
        const x0 = left > 0 ? v128.load(r + t) : f32x4.splat(0);
        const x1 = left > 1 ? v128.load(r + length + t) : f32x4.splat(0);
        const x2 = left > 2 ? v128.load(r + 2 * length + t) : f32x4.splat(0);
        const x3 = left > 3 ? v128.load(r + 3 * length + t) : f32x4.splat(0);
        const y0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), y1 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
        const y2 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), y3 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
        const to = out + (t << 3) + (half << 4);
        v128.store(to, v128.shuffle<f32>(y0, y1, 0, 1, 4, 5));
        v128.store(to, v128.shuffle<f32>(y0, y1, 2, 3, 6, 7), 32);
        v128.store(to, v128.shuffle<f32>(y2, y3, 0, 1, 4, 5), 64);
        v128.store(to, v128.shuffle<f32>(y2, y3, 2, 3, 6, 7), 96);
      }
    }
    out += length << 3;
  }
}
