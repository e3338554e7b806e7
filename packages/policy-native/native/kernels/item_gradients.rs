//! The gradient of an output layer over the items, whose input is as long as the catalogue.
use super::matrix::{column_sums, product, Left, Right, Rows};
use super::pack::pack_columns;
use crate::memory::{offset, size, Memory, Outcome};
use crate::vector::Vector;

/// Columns of A that are packed together, and rows of it: 16 KiB, what the caller's scratch memory holds.
const COLUMNS: usize = 16;
const CHUNK: usize = 256;

/// `C[i] += sum over b of A[b, i] * B[b]` and `sums[i] += sum over b of A[b, i]` for the columns `i` from `first` up to `last` of A, which
/// is wide: its columns are packed into `scratch` (16 KiB), since a wide matrix has every row on a page of its own.
#[inline(always)]
pub unsafe fn item_gradients<V: Vector>(
    memory: &Memory, a: usize, a_row: usize, b: usize, scratch: usize, c: usize, sums: usize, rows: i32, first: i32, last: i32,
    columns: i32,
) -> Outcome {
    let (height, first_item, width) = (size(rows)?, size(first)?, size(columns)?);
    if last <= first {
        return Ok(());
    }
    let items = size(last)?;
    let wide = memory.rows(a, rows, a_row, last)?;
    let states = memory.table(b, rows, columns)?;
    let packed = memory.block(scratch, 4 * COLUMNS * CHUNK)? as *mut f32;
    let out = memory.table(c, last, columns)?;
    let totals = memory.floats(sums, last)?;
    for item in (first_item..items).step_by(COLUMNS) {
        let count = COLUMNS.min(items - item);
        for from in (0..height).step_by(CHUNK) {
            let steps = CHUNK.min(height - from);
            pack_columns(offset(wide, from * a_row + 4 * item), a_row, steps, count, packed);
            let left = Left { at: packed, row: 4, step: 4 * COLUMNS };
            let right = Right { at: states.wrapping_add(from * width), step: 4 * width, panel: 32 };
            let gradient = Rows { at: out.wrapping_add(item * width), row: 4 * width };
            product::<V>(left, right, gradient, gradient, count, steps, width);
            column_sums::<V>(Rows { at: packed, row: 4 * COLUMNS }, totals.wrapping_add(item), steps, count);
        }
    }
    Ok(())
}
