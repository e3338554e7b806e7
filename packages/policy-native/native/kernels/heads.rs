//! Output heads that give one number a state: the critic, and the score of one given item.
use super::matrix::{product, Left, Right, Rows};
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
    let width = size(columns)?;
    for row in 0..size(rows)? {
        let i = get(items, row);
        let to = offset(scores, row * score_step);
        if i < 0 {
            put(to, 0, 0.0);
            continue;
        }
        let left = Left { at: states.wrapping_add(row * width), row: 4 * width, step: 4 };
        // One column of the product: the item's weights, one below the other.
        let right = Right { at: memory.row(table, i, columns)?, step: 4, panel: 32 };
        let start = Rows { at: memory.row(bias, i, 1)?, row: 4 };
        product::<V>(left, right, start, Rows { at: to, row: 4 }, 1, width, 1);
    }
    Ok(())
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
