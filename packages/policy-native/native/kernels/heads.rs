//! Output heads that give one number a state: the critic, and the score of one given item.
use super::matrix::DEPTH;
use super::rows::{add_scaled, dot};
use crate::memory::{get, offset, put, size, Memory, Outcome};
use crate::vector::Vector;

/// `value[b] = bias + state[b] . weights`.
#[inline(always)]
pub unsafe fn value_head<V: Vector>(
    memory: &Memory, state: usize, weights: usize, bias: usize, value: usize, rows: i32, columns: i32,
) -> Outcome {
    let states = memory.table(state, rows, columns)?;
    let (critic, start, values) = (memory.floats(weights, columns)?, memory.floats(bias, 1)?, memory.floats(value, rows)?);
    let width = size(columns)?;
    for row in 0..size(rows)? {
        put(values, row, get(start, 0) + dot::<V>(states.wrapping_add(row * width), critic, width));
    }
    Ok(())
}

/// The gradient of `value_head` for `d_value[b]`: adds to that of the states `d_value[b] * weights`.
#[inline(always)]
pub unsafe fn value_head_backward<V: Vector>(
    memory: &Memory, weights: usize, d_value: usize, d_state: usize, rows: i32, columns: i32,
) -> Outcome {
    let critic = memory.floats(weights, columns)?;
    let (slopes, gradients) = (memory.floats(d_value, rows)?, memory.table(d_state, rows, columns)?);
    let width = size(columns)?;
    for row in 0..size(rows)? {
        add_scaled::<V>(critic, get(slopes, row), gradients.wrapping_add(row * width), width);
    }
    Ok(())
}

/// `score[b] = bias[i] + state[b] . table[i]` for one item `i = item[b]` of each state: bit for bit what a product of all states with all
/// items would give. A negative item gets 0. Scores, here and below, are `score_step` bytes apart.
#[inline(always)]
pub unsafe fn score_items<V: Vector>(
    memory: &Memory, state: usize, table: usize, bias: usize, item: usize, score: usize, score_step: usize, rows: i32, columns: i32,
) -> Outcome {
    let states = memory.table(state, rows, columns)?;
    let items = memory.integers(item, rows)?;
    let scores = memory.rows(score, rows, score_step, 1)?;
    let (count, width) = (size(rows)?, size(columns)?);
    let mut first = 0;
    while first < count {
        let group = GROUP.min(count - first);
        // Places without an item are computed with the state itself, and not used.
        let mut left = [states as *const f32; GROUP];
        let mut right = left;
        let mut start = [0.0; GROUP];
        for k in 0..group {
            let i = get(items, first + k);
            left[k] = states.wrapping_add((first + k) * width);
            right[k] = if i < 0 { left[k] } else { memory.row(table, i, columns)? };
            start[k] = if i < 0 { 0.0 } else { get(memory.row(bias, i, 1)?, 0) };
        }
        let found = score_group::<V>(left, right, start, width);
        for (k, &score) in found.iter().enumerate().take(group) {
            let is_item = get(items, first + k) >= 0;
            put(offset(scores, (first + k) * score_step), 0, if is_item { score } else { 0.0 });
        }
        first += GROUP;
    }
    Ok(())
}

/// Items scored together: as many sums, none of which waits for another.
const GROUP: usize = 4;

/// `start + left . right` in the order of `product`.
#[inline(always)]
unsafe fn score_group<V: Vector>(
    left: [*const f32; GROUP], right: [*const f32; GROUP], mut start: [f32; GROUP], width: usize,
) -> [f32; GROUP] {
    let mut from = 0;
    while from < width {
        let end = width.min(from + DEPTH);
        let mut sums = [V::splat(0.0); GROUP];
        for t in from..end {
            for k in 0..GROUP {
                sums[k] = V::splat(get(left[k], t)).madd(V::splat(get(right[k], t)), sums[k]);
            }
        }
        for k in 0..GROUP {
            let mut sum = 0f32;
            sums[k].store_part(&mut sum, 1);
            start[k] += sum;
        }
        from = end;
    }
    start
}

/// The gradient of `score_items` for `d_score[b]`: adds to that of the states `d_score[b] * table[item[b]]`.
#[inline(always)]
pub unsafe fn score_items_backward<V: Vector>(
    memory: &Memory, table: usize, item: usize, d_score: usize, score_step: usize, d_state: usize, rows: i32, columns: i32,
) -> Outcome {
    let items = memory.integers(item, rows)?;
    let slopes = memory.rows(d_score, rows, score_step, 1)?;
    let gradients = memory.table(d_state, rows, columns)?;
    let width = size(columns)?;
    for row in 0..size(rows)? {
        let slope = get(offset(slopes, row * score_step), 0);
        let from = memory.row(table, get(items, row), columns)?;
        add_scaled::<V>(from, slope, gradients.wrapping_add(row * width), width);
    }
    Ok(())
}

/// Adds to the gradients of `table` and `bias` what `score_items` asks for: `d_score[b] * state[b]`, `d_score[b]`.
#[inline(always)]
pub unsafe fn score_items_gradients<V: Vector>(
    memory: &Memory, state: usize, item: usize, d_score: usize, score_step: usize, d_table: usize, d_bias: usize, rows: i32, columns: i32,
) -> Outcome {
    let states = memory.table(state, rows, columns)?;
    let items = memory.integers(item, rows)?;
    let slopes = memory.rows(d_score, rows, score_step, 1)?;
    let width = size(columns)?;
    for row in 0..size(rows)? {
        let i = get(items, row);
        let slope = get(offset(slopes, row * score_step), 0);
        let of_bias = memory.row(d_bias, i, 1)?;
        put(of_bias, 0, get(of_bias, 0) + slope);
        add_scaled::<V>(states.wrapping_add(row * width), slope, memory.row(d_table, i, columns)?, width);
    }
    Ok(())
}
