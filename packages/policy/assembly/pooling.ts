/**
 * Mean pooling of histories: `pooled[b]` is the mean of the state's tokens, followed by four more numbers: the share of
 * the history that is filled, the mean feedback, 0, 0. All are 0 for an empty history.
 *
 * The tokens of state `b` are `token[start[b]]` to `token[start[b + 1] - 1]`.
 */

/** Pools the tokens, `columns` elements each, of the states from `from` up to `to`. */
export function pool(
  tokens: usize, feedback: usize, start: usize, columns: i32, history: i32, pooled: usize, from: i32, to: i32,
): void {
  const width = <usize>columns << 2;
  for (let row = from; row < to; row++) {
    const out = pooled + <usize>row * (width + 16);
    memory.fill(out, 0, width + 16);
    const first = load<i32>(start + (<usize>row << 2)), count = load<i32>(start + (<usize>row << 2), 4) - first;
    if (count == 0) continue;
    let total: f32 = 0;
    for (let k = first; k < first + count; k++) {
      total += load<f32>(feedback + (<usize>k << 2));
      const x = tokens + <usize>k * width;
      for (let d: usize = 0; d < width; d += 16) v128.store(out + d, f32x4.add(v128.load(out + d), v128.load(x + d)));
    }
    const scale = f32x4.splat(<f32>1 / <f32>count);
    for (let d: usize = 0; d < width; d += 16) v128.store(out + d, f32x4.mul(v128.load(out + d), scale));
    store<f32>(out + width, <f32>count / <f32>history);
    store<f32>(out + width, total / <f32>count, 4);
  }
}

/** The gradient of `pool`: each token gets its share of that of the mean. */
export function poolBackward(start: usize, columns: i32, dPooled: usize, dTokens: usize, from: i32, to: i32): void {
  const width = <usize>columns << 2;
  for (let row = from; row < to; row++) {
    const gradient = dPooled + <usize>row * (width + 16);
    const first = load<i32>(start + (<usize>row << 2)), end = load<i32>(start + (<usize>row << 2), 4);
    const scale = f32x4.splat(<f32>1 / <f32>(end - first));
    for (let k = first; k < end; k++) {
      const out = dTokens + <usize>k * width;
      for (let d: usize = 0; d < width; d += 16) v128.store(out + d, f32x4.mul(scale, v128.load(gradient + d)));
    }
  }
}
