//! Choosing items by their logits: at random from the softmax, or the best.
use super::exponential::exp;
use super::softmax::FORBIDDEN;
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// Items that `sample` adds up at once before it looks where it is.
const STRETCH: usize = 64;

/// Draws an item from each row's softmax by inverting its distribution function at `uniform[b]`: first the stretch of items in which it
/// lies, then the item. A row in which nothing is allowed gives -1.
#[inline(always)]
pub unsafe fn sample<V: Vector>(
    memory: &Memory, logits: usize, peak: usize, lse: usize, uniform: usize, item: usize, rows: i32, columns: i32,
) -> Outcome {
    let all = memory.table(logits, rows, columns)?;
    let (peaks, sums) = (memory.floats(peak, rows)?, memory.floats(lse, rows)?);
    let (uniforms, items) = (memory.floats(uniform, rows)?, memory.integers(item, rows)?);
    let width = size(columns)?;
    for row in 0..size(rows)? {
        let x = all.wrapping_add(row * width);
        let log_sum = get(sums, row);
        if log_sum == FORBIDDEN {
            put(items, row, -1);
            continue;
        }
        let (top, shift) = (V::splat(get(peaks, row)), V::splat(log_sum));
        let mut left = get(uniforms, row);
        let (mut start, mut last) = (0, 0);
        let mut shares = [0f32; STRETCH];
        while start < width {
            let count = STRETCH.min(width - start);
            let sum = probabilities::<V>(x.wrapping_add(start), count, top, shift, &mut shares);
            if sum > left {
                break;
            }
            if sum > 0.0 {
                last = start;
            }
            left -= sum;
            start += STRETCH;
        }
        // Rounding may leave the sum of all a little below 1: the last item that has any probability then stands in.
        if start >= width {
            start = last;
            left = f32::MAX;
            probabilities::<V>(x.wrapping_add(start), STRETCH.min(width - start), top, shift, &mut shares);
        }
        put(items, row, (start + place(&shares[..STRETCH.min(width - start)], left)) as i32);
    }
    Ok(())
}

/// Fills `shares` with the probabilities of a stretch of items and returns their sum.
#[inline(always)]
unsafe fn probabilities<V: Vector>(x: *const f32, count: usize, top: V, shift: V, shares: &mut [f32; STRETCH]) -> f32 {
    let mut total = V::splat(0.0);
    for_vectors!(V, count, |j, part| {
        let logit: V = part.load_or(x.wrapping_add(j), FORBIDDEN);
        let p = exp(logit.sub(top).sub(shift));
        part.store(shares.as_mut_ptr().wrapping_add(j), p);
        total = total.add(p);
    });
    total.sum()
}

/// The first item of a stretch at which the sum of probabilities passes `target`, else its last with any probability.
#[inline(always)]
fn place(shares: &[f32], target: f32) -> usize {
    let (mut sum, mut drawn) = (0.0, 0);
    for (k, &p) in shares.iter().enumerate() {
        if p > 0.0 {
            drawn = k;
        }
        sum += p;
        if sum > target {
            break;
        }
    }
    drawn
}

/// Puts the greatest logits of one row into `best`, which holds `count` scores in descending order with the items they belong to. Equal ones
/// stay in the order in which they came. The row's items are numbered from `first`.
#[inline(always)]
#[allow(unused_assignments)] // After the last vector nobody reads the bound.
pub unsafe fn keep_best<V: Vector>(
    memory: &Memory, logits: usize, columns: i32, first: i32, best: usize, items: usize, count: i32,
) -> Outcome {
    let x = memory.floats(logits, columns)?;
    let (scores, owners) = (memory.floats(best, count)?, memory.integers(items, count)?);
    if count < 1 {
        return Ok(());
    }
    let last = size(count)? - 1;
    let mut least = V::splat(get(scores, last));
    for_vectors!(V, size(columns)?, |j, part| {
        let values: V = part.load_or(x.wrapping_add(j), f32::NEG_INFINITY);
        if values.any_above(least) {
            for k in j..j + part.count::<V>() {
                let score = get(x, k);
                if score > get(scores, last) {
                    let mut place = last;
                    while place > 0 && get(scores, place - 1) < score {
                        put(scores, place, get(scores, place - 1));
                        put(owners, place, get(owners, place - 1));
                        place -= 1;
                    }
                    put(scores, place, score);
                    put(owners, place, first.wrapping_add(k as i32));
                }
            }
            least = V::splat(get(scores, last));
        }
    });
    Ok(())
}
