/** The softmax over the allowed items, and its gradient. Rows of logits are `columns` floats, a multiple of 4. */
import { exp4, exponential, log1 } from './exponential';
import { madd, maxOf, sumOf } from './simd';

/** Logits of forbidden items. Finite, so that no product with a zero probability is NaN. */
export const FORBIDDEN: f32 = -1e30;

/** All bits set where a byte of the mask is not 0, for four items. */
// @ts-ignore: decorator
@inline
function allowed4(mask: usize): v128 {
  const bytes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(mask)));
  return i32x4.ne(bytes, i32x4.splat(0));
}

/** Scores of items that the mask forbids become FORBIDDEN. The mask is bytes, rows `maskRow` apart. */
export function forbid(scores: usize, mask: usize, maskRow: usize, rows: i32, columns: i32): void {
  const width = <usize>columns << 2;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const x = scores + row * width, allowed = mask + row * maskRow;
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(x + j, v128.bitselect(v128.load(x + j), f32x4.splat(FORBIDDEN), allowed4(allowed + (j >> 2))));
    }
  }
}

/**
 * The softmax over allowed items, as what is needed of it: `peak[b]` becomes each row's greatest logit, `lse[b]` the
 * `log sum exp` of the distances from it, at least 0, and `entropy[b]` the entropy in nats. With the peak apart, huge
 * logits keep the precision of their differences: `log pi = (logit - peak) - lse`. Forbidden logits become FORBIDDEN.
 *
 * A row in which nothing is allowed gets `peak` and `lse` = FORBIDDEN and entropy 0; one whose logits are not all numbers
 * gets an `lse` of NaN. The mask is bytes, rows `maskRow` apart.
 */
export function softmax(
  logits: usize, mask: usize, maskRow: usize, peak: usize, lse: usize, entropy: usize, rows: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  const forbidden = f32x4.splat(FORBIDDEN);
  for (let row: usize = 0; row < <usize>rows; row++) {
    const x = logits + row * width;
    const allowed = mask + row * maskRow;
    let most = forbidden;
    for (let j: usize = 0; j < width; j += 16) {
      const value = v128.bitselect(v128.load(x + j), forbidden, allowed4(allowed + (j >> 2)));
      v128.store(x + j, value);
      most = f32x4.pmax(most, value);
    }
    const top = maxOf(most);
    store<f32>(peak + (row << 2), top);
    if (top == FORBIDDEN) {
      store<f32>(lse + (row << 2), FORBIDDEN);
      store<f32>(entropy + (row << 2), 0);
      continue;
    }
    const shift = f32x4.splat(top);
    let total = f32x4.splat(0), weighted = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      const shifted = f32x4.sub(v128.load(x + j), shift);
      const e = exp4(shifted);
      total = f32x4.add(total, e);
      weighted = madd(e, shifted, weighted);
    }
    const sum = sumOf(total);
    // The peak's own share is 1; a sum of less, or of none, has a score in it that is no number.
    const logSum = sum >= 1 ? log1(sum) : NaN;
    store<f32>(lse + (row << 2), logSum);
    store<f32>(entropy + (row << 2), logSum - sumOf(weighted) / sum);
  }
}

/**
 * Puts the softmaxes of blocks of items together. `peak`, `lse` and `entropy` hold for each block what `softmax` found,
 * blocks `stride` bytes apart; `top[b]`, `total[b]` and `all[b]` become the same for all blocks. `all` is FORBIDDEN where
 * nothing is allowed, and NaN where a score is no number.
 *
 * With `m_k = lse_k + peak_k - top`, `total = log sum exp m_k` and `pi_k = exp(m_k - total)`, the entropy is
 * `total - sum over k of pi_k (E_k + peak_k - top)`, where `E_k = lse_k - entropy_k` is the mean distance in the block.
 */
export function joinSoftmax(
  peak: usize, lse: usize, entropy: usize, stride: usize, blocks: i32, top: usize, total: usize, all: usize, rows: i32,
): void {
  const end = <usize>blocks * stride;
  for (let at: usize = 0; at < <usize>rows << 2; at += 4) {
    let most = FORBIDDEN;
    let sound = true;
    for (let k: usize = 0; k < end; k += stride) {
      most = max(most, load<f32>(peak + k + at));
      sound = sound && (load<f32>(lse + k + at) >= 0 || load<f32>(peak + k + at) == FORBIDDEN);
    }
    if (!sound || most == FORBIDDEN) {
      store<f32>(all + at, sound ? FORBIDDEN : NaN);
      continue;
    }
    let sum: f32 = 0, mean: f32 = 0;
    for (let k: usize = 0; k < end; k += stride) {
      if (load<f32>(peak + k + at) == FORBIDDEN) continue;
      const below = load<f32>(peak + k + at) - most, own = load<f32>(lse + k + at);
      const mass = exponential(own + below);
      sum += mass;
      mean += mass * (own - load<f32>(entropy + k + at) + below);
    }
    const logSum = log1(sum);
    store<f32>(top + at, most);
    store<f32>(total + at, logSum);
    store<f32>(all + at, logSum - mean / sum);
  }
}

/**
 * Turns logits into the gradient of `sum over b of  -policyWeight[b] * log pi(action[b]) - entropyWeight * H(pi_b)`:
 * `policyWeight * (pi - 1{action}) + entropyWeight * pi * (log pi + H)`, with `log pi = (logit - peak) - lse`.
 *
 * The columns are the items from `first` on; an action outside this range does not contribute.
 *
 * Where every column but the action's stands for `exp(offset)` items (a sampled softmax, `offset` having been added to
 * the logits), `log pi` in the second term is that of one item. 0 for a whole catalogue.
 */
export function softmaxBackward(
  logits: usize, peak: usize, lse: usize, entropy: usize, action: usize, policyWeight: usize, entropyWeight: f32,
  offset: f32, rows: i32, first: i32, columns: i32,
): void {
  const width = <usize>columns << 2;
  const bonus = f32x4.splat(entropyWeight);
  for (let row: usize = 0; row < <usize>rows; row++) {
    const x = logits + row * width;
    const at = row << 2;
    const weight = load<f32>(policyWeight + at);
    const top = v128.load32_splat(peak + at), shift = v128.load32_splat(lse + at);
    // policyWeight + entropyWeight * (log pi + H) = (policyWeight + entropyWeight * (H - offset)) + entropyWeight * log pi
    const scale = f32x4.splat(weight + entropyWeight * (load<f32>(entropy + at) - offset));
    const column = load<i32>(action + at) - first;
    const within = column >= 0 && column < columns;
    const chosen = x + (<usize>(within ? column : 0) << 2);
    const own = load<f32>(chosen) - load<f32>(peak + at) - load<f32>(lse + at);
    for (let j: usize = 0; j < width; j += 16) {
      const logp = f32x4.sub(f32x4.sub(v128.load(x + j), top), shift);
      v128.store(x + j, f32x4.mul(exp4(logp), madd(bonus, logp, scale)));
    }
    if (!within) continue;
    const correction = offset == 0 ? <f32>0 : entropyWeight * offset * exponential(own);
    store<f32>(chosen, load<f32>(chosen) - weight + correction);
  }
}
