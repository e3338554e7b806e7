//! Matrices in the layout in which `multiply` reads its second factor fastest: panels of 8 columns, one after the other.
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::Vector;

/// Packs the transpose of a matrix of `rows` contiguous rows of `steps` elements: `out[p][t]` holds element `t` of rows `8 p` to `8 p + 7`,
/// with zeros beyond the last.
#[inline(always)]
pub unsafe fn pack_transposed<V: Vector>(memory: &Memory, matrix: usize, rows: i32, steps: i32, out: usize) -> Outcome {
    let from = memory.table(matrix, rows, steps)?;
    let (rows, steps) = (size(rows)?, size(steps)?);
    let panels = rows.div_ceil(8);
    let to = memory.block(out, panels * 32 * steps)? as *mut f32;
    for panel in 0..panels {
        let (first, to) = (from.wrapping_add(8 * panel * steps), to.wrapping_add(8 * panel * steps));
        let count = 8.min(rows - 8 * panel);
        if count == 8 {
            // The numbers that are written lie side by side, so that the compiler makes vectors of them.
            for t in 0..steps {
                let mut column = [0f32; 8];
                for (k, value) in column.iter_mut().enumerate() {
                    *value = get(first, k * steps + t);
                }
                (to.wrapping_add(8 * t) as *mut [f32; 8]).write_unaligned(column);
            }
            continue;
        }
        for t in 0..steps {
            for k in 0..8 {
                put(to, 8 * t + k, if k < count { get(first, k * steps + t) } else { 0.0 });
            }
        }
    }
    Ok(())
}

/// Packs `columns` columns, at most 16, of a matrix with rows `stride` bytes apart: `out[t]` holds those of row `t`, 16 numbers apart, with
/// zeros beyond the last.
#[inline(always)]
pub unsafe fn pack_columns(matrix: *const f32, stride: usize, steps: usize, columns: usize, out: *mut f32) {
    for t in 0..steps {
        let from = (matrix as *const u8).wrapping_add(t * stride) as *const f32;
        let to = out.wrapping_add(16 * t) as *mut [f32; 16];
        if columns == 16 {
            to.write_unaligned((from as *const [f32; 16]).read_unaligned());
            continue;
        }
        let mut row = [0f32; 16];
        for (k, value) in row.iter_mut().enumerate().take(columns) {
            *value = get(from, k);
        }
        to.write_unaligned(row);
    }
}
