//! Causal self-attention with one head (Vaswani et al. 2017). Tokens of state `b` are rows `start[b]` to `start[b + 1] - 1`.
use super::exponential::exp;
use super::rows::{add_scaled, dot};
use crate::memory::{get, put, size, Fault, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// The tokens of a state, and the first of them that asks.
#[inline(always)]
unsafe fn tokens(starts: *const i32, row: usize, newest: bool) -> Result<(usize, usize, usize), Fault> {
    let (first, end) = (size(get(starts, row))?, size(get(starts, row + 1))?);
    let asks = if newest { first.max(end.max(1) - 1) } else { first };
    Ok((first, end, asks))
}

/// Adds to `out` the attended values of the states from `from` up to `to`. With `newest`, `query` and `out` have one row a state, else one a
/// token. The weights of query row `q` go to `weights + q * history`, oldest token first.
#[inline(always)]
pub unsafe fn attend<V: Vector>(
    memory: &Memory, query: usize, key: usize, value: usize, start: usize, newest: i32, history: i32, columns: i32, weights: usize,
    out: usize, from: i32, to: i32,
) -> Outcome {
    if to <= from {
        return Ok(());
    }
    let (width, states) = (size(columns)?, size(from)?..size(to)?);
    let starts = memory.integers(start, to.saturating_add(1))?;
    let scale = 1.0 / (columns as f32).sqrt();
    for row in states {
        let (first, end, asks) = tokens(starts, row, newest != 0)?;
        let (keys, values) = (memory.table(key, end as i32, columns)?, memory.table(value, end as i32, columns)?);
        for t in asks..end {
            let at = (if newest != 0 { row } else { t }) as i32;
            let (q, y) = (memory.row(query, at, columns)?, memory.row(out, at, columns)?);
            let count = t + 1 - first;
            let p = memory.floats(weights.saturating_add((at as usize).saturating_mul(4 * size(history)?)), count as i32)?;
            let mut peak = f32::MIN;
            for s in 0..count {
                let score = scale * dot::<V>(q, keys.wrapping_add((first + s) * width), width);
                put(p, s, score);
                if peak < score {
                    peak = score;
                }
            }
            let mut total = V::splat(0.0);
            for_vectors!(V, count, |s, part| {
                let score: V = part.load_or(p.wrapping_add(s), f32::NEG_INFINITY);
                let e = exp(score.sub(V::splat(peak)));
                total = total.add(e);
                part.store(p.wrapping_add(s), e);
            });
            let total = total.sum();
            for s in 0..count {
                let weight = get(p, s) / total;
                put(p, s, weight);
                add_scaled::<V>(values.wrapping_add((first + s) * width), weight, y, width);
            }
        }
    }
    Ok(())
}

/// The gradient of `attend` for `d_out`: adds to those of keys and values; that of a query it sets. With `g_s = d_out . v_s` the slope of
/// score `s` is `p_s (g_s - sum over j of p_j g_j) / sqrt(columns)`.
#[inline(always)]
pub unsafe fn attend_backward<V: Vector>(
    memory: &Memory, query: usize, key: usize, value: usize, start: usize, newest: i32, history: i32, columns: i32, weights: usize,
    d_out: usize, d_query: usize, d_key: usize, d_value: usize, from: i32, to: i32,
) -> Outcome {
    if to <= from {
        return Ok(());
    }
    let (width, states) = (size(columns)?, size(from)?..size(to)?);
    let starts = memory.integers(start, to.saturating_add(1))?;
    let scale = 1.0 / (columns as f32).sqrt();
    for row in states {
        let (first, end, asks) = tokens(starts, row, newest != 0)?;
        let (keys, values) = (memory.table(key, end as i32, columns)?, memory.table(value, end as i32, columns)?);
        let (d_keys, d_values) = (memory.table(d_key, end as i32, columns)?, memory.table(d_value, end as i32, columns)?);
        for t in asks..end {
            let at = (if newest != 0 { row } else { t }) as i32;
            let (q, g, dq) = (memory.row(query, at, columns)?, memory.row(d_out, at, columns)?, memory.row(d_query, at, columns)?);
            let count = t + 1 - first;
            let p = memory.floats(weights.saturating_add((at as usize).saturating_mul(4 * size(history)?)), count as i32)?;
            std::ptr::write_bytes(dq as *mut u8, 0, 4 * width);
            let mut mean = 0.0;
            for s in 0..count {
                mean += get(p, s) * dot::<V>(g, values.wrapping_add((first + s) * width), width);
            }
            for s in 0..count {
                let place = (first + s) * width;
                let weight = get(p, s);
                let slope = scale * weight * (dot::<V>(g, values.wrapping_add(place), width) - mean);
                add_scaled::<V>(g, weight, d_values.wrapping_add(place), width);
                add_scaled::<V>(keys.wrapping_add(place), slope, dq, width);
                add_scaled::<V>(q, slope, d_keys.wrapping_add(place), width);
            }
        }
    }
    Ok(())
}
