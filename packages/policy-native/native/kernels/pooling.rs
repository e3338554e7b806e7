//! Mean pooling of histories: `pooled[b]` is the mean of the state's tokens, followed by four more numbers: the share of the history that is
//! filled, the mean feedback, 0, 0. All are 0 for an empty history.
use super::rows::add_row;
use crate::memory::{get, put, size, Fault, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// Pools the tokens, `columns` elements each, of the states from `from` up to `to`.
#[inline(always)]
pub unsafe fn pool<V: Vector>(
    memory: &Memory, tokens: usize, feedback: usize, start: usize, columns: i32, history: i32, pooled: usize, from: i32, to: i32,
) -> Outcome {
    if to <= from {
        return Ok(());
    }
    let starts = memory.integers(start, to.saturating_add(1))?;
    let out = memory.table(pooled, to, columns.saturating_add(4))?;
    let width = size(columns)?;
    for row in size(from)?..size(to)? {
        let y = out.wrapping_add(row * (width + 4));
        std::ptr::write_bytes(y as *mut u8, 0, 4 * (width + 4));
        let (first, end) = ends(starts, row)?;
        if end == first {
            continue;
        }
        let all = memory.table(tokens, end as i32, columns)?;
        let feedbacks = memory.floats(feedback, end as i32)?;
        let mut total = 0.0;
        for k in first..end {
            total += get(feedbacks, k);
            add_row::<V>(all.wrapping_add(k * width), y, width);
        }
        let count = (end - first) as f32;
        scale::<V>(y, 1.0 / count, y, width);
        put(y, width, count / history as f32);
        put(y, width + 1, total / count);
    }
    Ok(())
}

/// The gradient of `pool`: each token gets its share of that of the mean.
#[inline(always)]
pub unsafe fn pool_backward<V: Vector>(
    memory: &Memory, start: usize, columns: i32, d_pooled: usize, d_tokens: usize, from: i32, to: i32,
) -> Outcome {
    if to <= from {
        return Ok(());
    }
    let starts = memory.integers(start, to.saturating_add(1))?;
    let gradients = memory.table(d_pooled, to, columns.saturating_add(4))?;
    let width = size(columns)?;
    for row in size(from)?..size(to)? {
        let (first, end) = ends(starts, row)?;
        let out = memory.table(d_tokens, end as i32, columns)?;
        for k in first..end {
            scale::<V>(gradients.wrapping_add(row * (width + 4)), 1.0 / (end - first) as f32, out.wrapping_add(k * width), width);
        }
    }
    Ok(())
}

/// First token of a state, and the one after its last.
#[inline(always)]
unsafe fn ends(starts: *const i32, row: usize) -> Result<(usize, usize), Fault> {
    let (first, end) = (get(starts, row), get(starts, row + 1));
    size(end.saturating_sub(first))?;
    Ok((size(first)?, size(end)?))
}

/// `out = factor * x`.
#[inline(always)]
unsafe fn scale<V: Vector>(x: *const f32, factor: f32, out: *mut f32, count: usize) {
    let f = V::splat(factor);
    for_vectors!(V, count, |d, part| {
        part.store(out.wrapping_add(d), f.mul(part.load(x.wrapping_add(d))));
    });
}
