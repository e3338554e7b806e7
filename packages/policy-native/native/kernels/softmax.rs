//! The softmax over the allowed items, and its gradient.
use super::exponential::{exp, exponential, log};
use crate::memory::{get, put, size, Fault, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// Logits of forbidden items. Finite, so that no product with a zero probability is NaN.
pub const FORBIDDEN: f32 = -1e30;

/// The rows of a mask of bytes, `stride` bytes apart.
#[inline(always)]
fn mask_rows(memory: &Memory, mask: usize, stride: usize, rows: i32, columns: i32) -> Result<*mut u8, Fault> {
    let (rows, columns) = (size(rows)?, size(columns)?);
    let bytes = if rows == 0 { 0 } else { (rows - 1).saturating_mul(stride).saturating_add(columns) };
    memory.block(mask, bytes)
}

/// Scores of items that the mask forbids become FORBIDDEN.
#[inline(always)]
pub unsafe fn forbid<V: Vector>(memory: &Memory, scores: usize, mask: usize, mask_row: usize, rows: i32, columns: i32) -> Outcome {
    let all = memory.table(scores, rows, columns)?;
    let masks = mask_rows(memory, mask, mask_row, rows, columns)?;
    let width = size(columns)?;
    for row in 0..size(rows)? {
        let (x, allowed) = (all.wrapping_add(row * width), masks.wrapping_add(row * mask_row));
        for_vectors!(V, width, |j, part| {
            let value: V = part.load(x.wrapping_add(j));
            part.store(x.wrapping_add(j), value.where_allowed(allowed.wrapping_add(j), part.count::<V>(), V::splat(FORBIDDEN)));
        });
    }
    Ok(())
}

/// The softmax over allowed items, as what is needed of it: each row's greatest logit, the `log sum exp` of the distances from it, and the
/// entropy in nats. Forbidden logits become FORBIDDEN. A row in which nothing is allowed gets `peak` and `lse` = FORBIDDEN and entropy 0; one
/// whose logits are not all numbers gets an `lse` of NaN.
#[inline(always)]
pub unsafe fn softmax<V: Vector>(
    memory: &Memory, logits: usize, mask: usize, mask_row: usize, peak: usize, lse: usize, entropy: usize, rows: i32, columns: i32,
) -> Outcome {
    let all = memory.table(logits, rows, columns)?;
    let masks = mask_rows(memory, mask, mask_row, rows, columns)?;
    let (peaks, sums, entropies) = (memory.floats(peak, rows)?, memory.floats(lse, rows)?, memory.floats(entropy, rows)?);
    let width = size(columns)?;
    let forbidden = V::splat(FORBIDDEN);
    for row in 0..size(rows)? {
        let (x, allowed) = (all.wrapping_add(row * width), masks.wrapping_add(row * mask_row));
        let mut most = forbidden;
        for_vectors!(V, width, |j, part| {
            let logit: V = part.load(x.wrapping_add(j));
            let value = logit.where_allowed(allowed.wrapping_add(j), part.count::<V>(), forbidden);
            part.store(x.wrapping_add(j), value);
            most = most.pmax(value);
        });
        let top = most.greatest();
        put(peaks, row, top);
        if top == FORBIDDEN {
            put(sums, row, FORBIDDEN);
            put(entropies, row, 0.0);
            continue;
        }
        let shift = V::splat(top);
        let (mut total, mut weighted) = (V::splat(0.0), V::splat(0.0));
        for_vectors!(V, width, |j, part| {
            let logit: V = part.load_or(x.wrapping_add(j), FORBIDDEN);
            let shifted = logit.sub(shift);
            let e = exp(shifted);
            total = total.add(e);
            weighted = e.madd(shifted, weighted);
        });
        let sum = total.sum();
        // The peak's own share is 1; a sum of less, or of none, has a score in it that is no number.
        let log_sum = if sum >= 1.0 { log(sum) } else { f32::NAN };
        put(sums, row, log_sum);
        put(entropies, row, log_sum - weighted.sum() / sum);
    }
    Ok(())
}

/// Puts the softmaxes of blocks of items together; for the formula see the WebAssembly kernel.
#[inline(always)]
pub unsafe fn join_softmax<V: Vector>(
    memory: &Memory, peak: usize, lse: usize, entropy: usize, stride: usize, blocks: i32, top: usize, total: usize, all: usize, rows: i32,
) -> Outcome {
    let peaks = memory.rows(peak, blocks, stride, rows)?;
    let sums = memory.rows(lse, blocks, stride, rows)?;
    let entropies = memory.rows(entropy, blocks, stride, rows)?;
    let (tops, totals, entire) = (memory.floats(top, rows)?, memory.floats(total, rows)?, memory.floats(all, rows)?);
    let blocks = size(blocks)?;
    for row in 0..size(rows)? {
        let mut most = FORBIDDEN;
        let mut sound = true;
        for k in 0..blocks {
            let (own, logarithm) = (at(peaks, k * stride, row), at(sums, k * stride, row));
            // NaN goes through, as it does through the comparison below.
            if own > most || own.is_nan() {
                most = own;
            }
            sound = sound && (logarithm >= 0.0 || own == FORBIDDEN);
        }
        if !sound || most == FORBIDDEN {
            put(entire, row, if sound { FORBIDDEN } else { f32::NAN });
            continue;
        }
        let (mut sum, mut mean) = (0.0f32, 0.0f32);
        for k in 0..blocks {
            if at(peaks, k * stride, row) == FORBIDDEN {
                continue;
            }
            let (below, own) = (at(peaks, k * stride, row) - most, at(sums, k * stride, row));
            let mass = exponential::<V>(own + below);
            sum += mass;
            mean += mass * (own - at(entropies, k * stride, row) + below);
        }
        let log_sum = log(sum);
        put(tops, row, most);
        put(totals, row, log_sum);
        put(entire, row, log_sum - mean / sum);
    }
    Ok(())
}

#[inline(always)]
unsafe fn at(block: *mut f32, bytes: usize, row: usize) -> f32 {
    get(crate::memory::offset(block, bytes), row)
}

/// Turns logits into the gradient of `sum over b of  -policy_weight[b] * log pi(action[b]) - entropy_weight * H(pi_b)`; for the formula and
/// `offset` see the WebAssembly kernel.
#[inline(always)]
pub unsafe fn softmax_backward<V: Vector>(
    memory: &Memory, logits: usize, peak: usize, lse: usize, entropy: usize, action: usize, policy_weight: usize, entropy_weight: f32,
    offset: f32, rows: i32, first: i32, columns: i32,
) -> Outcome {
    let all = memory.table(logits, rows, columns)?;
    let (peaks, sums, entropies) = (memory.floats(peak, rows)?, memory.floats(lse, rows)?, memory.floats(entropy, rows)?);
    let (actions, weights) = (memory.integers(action, rows)?, memory.floats(policy_weight, rows)?);
    let width = size(columns)?;
    let bonus = V::splat(entropy_weight);
    for row in 0..size(rows)? {
        let x = all.wrapping_add(row * width);
        let (weight, own_peak, own_sum) = (get(weights, row), get(peaks, row), get(sums, row));
        let (top, shift) = (V::splat(own_peak), V::splat(own_sum));
        let scale = V::splat(weight + entropy_weight * (get(entropies, row) - offset));
        let column = get(actions, row).wrapping_sub(first);
        let within = column >= 0 && column < columns;
        let chosen = if within { column as usize } else { 0 };
        let own = if within { get(x, chosen) - own_peak - own_sum } else { 0.0 };
        for_vectors!(V, width, |j, part| {
            let logit: V = part.load(x.wrapping_add(j));
            let logp = logit.sub(top).sub(shift);
            part.store(x.wrapping_add(j), exp(logp).mul(bonus.madd(logp, scale)));
        });
        if within {
            let correction = if offset == 0.0 { 0.0 } else { entropy_weight * offset * exponential::<V>(own) };
            put(x, chosen, get(x, chosen) - weight + correction);
        }
    }
    Ok(())
}
