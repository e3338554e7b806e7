//! Rows of matrices that are picked by an index, and whole runs of numbers.
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// `out = x`.
#[inline(always)]
pub unsafe fn copy<V: Vector>(memory: &Memory, x: usize, out: usize, count: i32) -> Outcome {
    std::ptr::copy(memory.floats(x, count)? as *const u8, memory.floats(out, count)? as *mut u8, 4 * size(count)?);
    Ok(())
}

/// `rows` rows of `out` become `x`.
#[inline(always)]
pub unsafe fn fill_rows<V: Vector>(memory: &Memory, x: usize, out: usize, rows: i32, columns: i32) -> Outcome {
    let from = memory.floats(x, columns)?;
    let to = memory.table(out, rows, columns)?;
    let width = size(columns)?;
    for k in 0..size(rows)? {
        std::ptr::copy(from as *const u8, to.wrapping_add(k * width) as *mut u8, 4 * width);
    }
    Ok(())
}

/// `out += x`.
#[inline(always)]
pub unsafe fn add_to<V: Vector>(memory: &Memory, x: usize, out: usize, count: i32) -> Outcome {
    add_row::<V>(memory.floats(x, count)?, memory.floats(out, count)?, size(count)?);
    Ok(())
}

/// `out += x` for blocks that were checked.
#[inline(always)]
pub unsafe fn add_row<V: Vector>(x: *const f32, out: *mut f32, count: usize) {
    for_vectors!(V, count, |d, part| {
        let sum: V = part.load(out.wrapping_add(d));
        part.store(out.wrapping_add(d), sum.add(part.load(x.wrapping_add(d))));
    });
}

/// `out += weight * x` for blocks that were checked.
#[inline(always)]
pub unsafe fn add_scaled<V: Vector>(x: *const f32, weight: f32, out: *mut f32, count: usize) {
    let w = V::splat(weight);
    for_vectors!(V, count, |d, part| {
        let value = w.madd(part.load(x.wrapping_add(d)), part.load(out.wrapping_add(d)));
        part.store(out.wrapping_add(d), value);
    });
}

/// `x . y` for blocks that were checked.
#[inline(always)]
pub unsafe fn dot<V: Vector>(x: *const f32, y: *const f32, count: usize) -> f32 {
    let mut sum = V::splat(0.0);
    for_vectors!(V, count, |d, part| {
        let a: V = part.load(x.wrapping_add(d));
        sum = a.madd(part.load(y.wrapping_add(d)), sum);
    });
    sum.sum()
}

/// `sum += sum of x`: one number, in the order of `x`.
#[inline(always)]
pub unsafe fn add_sum<V: Vector>(memory: &Memory, x: usize, sum: usize, count: i32) -> Outcome {
    let from = memory.floats(x, count)?;
    let to = memory.floats(sum, 1)?;
    let mut total = get(to, 0);
    for k in 0..size(count)? {
        total += get(from, k);
    }
    put(to, 0, total);
    Ok(())
}

/// `count` floats become 0.
#[inline(always)]
pub unsafe fn clear<V: Vector>(memory: &Memory, x: usize, count: i32) -> Outcome {
    std::ptr::write_bytes(memory.floats(x, count)? as *mut u8, 0, 4 * size(count)?);
    Ok(())
}

/// `out[k] = matrix[index[k]]`; a negative index gives a row of zeros.
#[inline(always)]
pub unsafe fn gather_rows<V: Vector>(memory: &Memory, matrix: usize, index: usize, out: usize, rows: i32, columns: i32) -> Outcome {
    let rows_of = memory.integers(index, rows)?;
    let to = memory.table(out, rows, columns)?;
    let width = size(columns)?;
    for k in 0..size(rows)? {
        let from = get(rows_of, k);
        let row = to.wrapping_add(k * width) as *mut u8;
        if from < 0 {
            std::ptr::write_bytes(row, 0, 4 * width);
        } else {
            std::ptr::copy(memory.row(matrix, from, columns)? as *const u8, row, 4 * width);
        }
    }
    Ok(())
}

/// `out[index[k]] += rows[k]`; a negative index is left out.
#[inline(always)]
pub unsafe fn add_to_rows<V: Vector>(memory: &Memory, source: usize, index: usize, out: usize, rows: i32, columns: i32) -> Outcome {
    let from = memory.table(source, rows, columns)?;
    let rows_of = memory.integers(index, rows)?;
    let width = size(columns)?;
    for k in 0..size(rows)? {
        let to = get(rows_of, k);
        if to >= 0 {
            add_row::<V>(from.wrapping_add(k * width), memory.row(out, to, columns)?, width);
        }
    }
    Ok(())
}

/// `out += sum over k of weight[k] * matrix[k]`.
#[inline(always)]
pub unsafe fn add_weighted_rows<V: Vector>(memory: &Memory, matrix: usize, weight: usize, out: usize, rows: i32, columns: i32) -> Outcome {
    let from = memory.table(matrix, rows, columns)?;
    let weights = memory.floats(weight, rows)?;
    let to = memory.floats(out, columns)?;
    let width = size(columns)?;
    for k in 0..size(rows)? {
        add_scaled::<V>(from.wrapping_add(k * width), get(weights, k), to, width);
    }
    Ok(())
}
