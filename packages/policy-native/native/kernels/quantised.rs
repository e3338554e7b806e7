//! Scores from weights of 8 bits: a quarter of the memory to read, where reading is what takes the time. A row of weights is `scale * q` with
//! integers `q` from -127 to 127, a state the same with integers of 15 bits, so that sums of products fit 32 bits for states of up to 512
//! elements.
use crate::memory::{get, put, size, Fault, Memory, Outcome};
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

/// `out[b, i] = bias[i] + scale[i] * state_scale[b] * (q[i] . state[b])` for `items` items (a multiple of 4) and all rows; rows of `out` have
/// `items` elements. `columns` is a multiple of 16.
#[inline(always)]
pub unsafe fn score_quantised<V: Vector>(
    memory: &Memory, state: usize, state_scales: usize, weights: usize, scales: usize, bias: usize, out: usize, rows: i32, items: i32,
    columns: i32,
) -> Outcome {
    let (height, width, count) = (size(rows)?, size(columns)?, size(items)?);
    let states = memory.block(state, height.saturating_mul(2 * width))? as *mut i16;
    let all = Table {
        weights: memory.block(weights, count.saturating_mul(width))? as *mut i8,
        scales: memory.floats(scales, items)?,
        biases: memory.floats(bias, items)?,
        items: count,
        columns: width,
    };
    let (of_states, scores) = (memory.floats(state_scales, rows)?, memory.table(out, rows, items)?);
    if width % 16 != 0 || count % 4 != 0 {
        return Err(Fault::Argument);
    }
    let mut row = 0;
    // Two rows share the conversion of the weights.
    while row + 2 <= height {
        let pair = [states.wrapping_add(row * width) as *const i16, states.wrapping_add((row + 1) * width) as *const i16];
        let scales_of_pair = [get(of_states, row), get(of_states, row + 1)];
        all.score::<V, 2>(pair, scales_of_pair, scores.wrapping_add(row * count));
        row += 2;
    }
    if row < height {
        let last = states.wrapping_add(row * width) as *const i16;
        all.score::<V, 1>([last], [get(of_states, row)], scores.wrapping_add(row * count));
    }
    Ok(())
}

/// Bytes by which rows are asked for before they are read: a page, beyond which the processor does not look ahead by itself.
const AHEAD: usize = 4096;

/// Asks for bytes that are read soon. They need not exist.
#[inline(always)]
unsafe fn prefetch(from: *const i8, bytes: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_mm_prefetch, _MM_HINT_T0};
        let mut at = 0;
        while at < bytes {
            _mm_prefetch::<_MM_HINT_T0>(from.wrapping_add(at));
            at += 64;
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (from, bytes);
}

/// Rounded weights of some items.
struct Table {
    weights: *const i8,
    scales: *const f32,
    biases: *const f32,
    items: usize,
    columns: usize,
}

impl Table {
    /// Scores in some states, each with its scale.
    #[inline(always)]
    unsafe fn score<V: Vector, const ROWS: usize>(&self, states: [*const i16; ROWS], scales: [f32; ROWS], out: *mut f32) {
        let mut first = 0;
        while first < self.items {
            prefetch(self.weights.wrapping_add(first * self.columns + AHEAD), 4 * self.columns);
            let sums = V::integer_products(states, self.weights.wrapping_add(first * self.columns), self.columns);
            for (row, of_row) in sums.iter().enumerate() {
                for (k, &sum) in of_row.iter().enumerate() {
                    let item = first + k;
                    let score = get(self.biases, item) + get(self.scales, item) * scales[row] * sum as f32;
                    put(out, row * self.items + item, score);
                }
            }
            first += 4;
        }
    }
}
