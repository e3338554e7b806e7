//! Scores from weights of 8 bits: a quarter of the memory to read, where reading is what takes the time. A row of weights is `scale * q` with
//! integers `q` from -127 to 127, a state the same with integers of 15 bits, so that sums of products fit 32 bits for states of up to 512
//! elements.
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// The greatest magnitude of a row.
#[inline(always)]
unsafe fn magnitude<V: Vector>(row: *const f32, count: usize) -> f32 {
    let mut most = V::splat(0.0);
    for_vectors!(V, count, |d, part| {
        let value: V = part.load(row.wrapping_add(d));
        most = most.pmax(value.abs());
    });
    most.greatest()
}

/// Rounds rows of `from` floats to integers of 8 bits, `columns` to a row (zeros beyond `from`), and their scales:
/// `scales[i] = max |row i| / 127`.
#[inline(always)]
pub unsafe fn quantise_weights<V: Vector>(
    memory: &Memory, table: usize, rows: i32, from: i32, out: usize, scales: usize, columns: i32,
) -> Outcome {
    let all = memory.table(table, rows, from)?;
    let factors = memory.floats(scales, rows)?;
    let (rows, given, width) = (size(rows)?, size(from)?, size(columns)?);
    let to = memory.block(out, rows.saturating_mul(width))? as *mut i8;
    for i in 0..rows {
        let row = all.wrapping_add(i * given);
        let most = magnitude::<V>(row, given);
        let factor = if most > 0.0 { 127.0 / most } else { 0.0 };
        put(factors, i, most / 127.0);
        for d in 0..width {
            let value = if d < given { (get(row, d) * factor).round_ties_even() as i8 } else { 0 };
            put(to, i * width + d, value);
        }
    }
    Ok(())
}

/// The same for states, with integers of up to 32,767 in 16 bits.
#[inline(always)]
pub unsafe fn quantise_states<V: Vector>(
    memory: &Memory, state: usize, rows: i32, from: i32, out: usize, scales: usize, columns: i32,
) -> Outcome {
    let all = memory.table(state, rows, from)?;
    let factors = memory.floats(scales, rows)?;
    let (rows, given, width) = (size(rows)?, size(from)?, size(columns)?);
    let to = memory.block(out, rows.saturating_mul(2 * width))? as *mut i16;
    for i in 0..rows {
        let row = all.wrapping_add(i * given);
        let most = magnitude::<V>(row, given);
        let factor = if most > 0.0 { 32767.0 / most } else { 0.0 };
        put(factors, i, most / 32767.0);
        for d in 0..width {
            let value = if d < given { (get(row, d) * factor).round_ties_even() as i16 } else { 0 };
            put(to, i * width + d, value);
        }
    }
    Ok(())
}

/// The sum of the products of `columns` weights of 8 bits and states of 16: exact, so that its order does not matter.
#[inline(always)]
unsafe fn products(state: *const i16, weights: *const i8, columns: usize) -> i32 {
    let mut sum = 0i32;
    let mut d = 0;
    while d + 16 <= columns {
        let w = (weights.wrapping_add(d) as *const [i8; 16]).read_unaligned();
        let s = (state.wrapping_add(d) as *const [i16; 16]).read_unaligned();
        let mut partial = 0i32;
        for k in 0..16 {
            partial = partial.wrapping_add(w[k] as i32 * s[k] as i32);
        }
        sum = sum.wrapping_add(partial);
        d += 16;
    }
    for k in d..columns {
        sum = sum.wrapping_add(get(weights, k) as i32 * get(state, k) as i32);
    }
    sum
}

/// `out[b, i] = bias[i] + scale[i] * state_scale[b] * (q[i] . state[b])` for `items` items and all rows; rows of `out` have `items` elements.
#[inline(always)]
pub unsafe fn score_quantised<V: Vector>(
    memory: &Memory, state: usize, state_scales: usize, weights: usize, scales: usize, bias: usize, out: usize, rows: i32, items: i32,
    columns: i32,
) -> Outcome {
    let (height, width, count) = (size(rows)?, size(columns)?, size(items)?);
    let states = memory.block(state, height.saturating_mul(2 * width))? as *mut i16;
    let table = memory.block(weights, count.saturating_mul(width))? as *mut i8;
    let (of_states, of_items) = (memory.floats(state_scales, rows)?, memory.floats(scales, items)?);
    let (biases, scores) = (memory.floats(bias, items)?, memory.table(out, rows, items)?);
    for row in 0..height {
        let s = states.wrapping_add(row * width);
        let state_scale = get(of_states, row);
        for i in 0..count {
            let sum = products(s, table.wrapping_add(i * width), width);
            put(scores, row * count + i, get(biases, i) + get(of_items, i) * state_scale * sum as f32);
        }
    }
    Ok(())
}
