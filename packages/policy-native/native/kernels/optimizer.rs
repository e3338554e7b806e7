//! Optimisers and what they need.
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// A first moment smaller than this counts as 0: one that is no longer fed would decay into the subnormal numbers, and arithmetic on those is
/// several times slower. Next to Adam's `epsilon` of 1e-8 it moves nothing.
const LEAST_MOMENT: f32 = 1e-30;

#[inline(always)]
unsafe fn squares<V: Vector>(x: *const f32, count: usize) -> f32 {
    let mut sum = V::splat(0.0);
    for_vectors!(V, count, |d, part| {
        let value: V = part.load(x.wrapping_add(d));
        sum = value.madd(value, sum);
    });
    sum.sum()
}

/// `out` becomes the sum of squares.
#[inline(always)]
pub unsafe fn sum_squares<V: Vector>(memory: &Memory, x: usize, count: i32, out: usize) -> Outcome {
    let from = memory.floats(x, count)?;
    put(memory.floats(out, 1)?, 0, squares::<V>(from, size(count)?));
    Ok(())
}

/// Numbers of Adam that are the same for all parameters.
#[derive(Clone, Copy)]
struct AdamRates {
    scale: f32,
    rate: f32,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
}

#[inline(always)]
unsafe fn adam_run<V: Vector>(parameters: *mut f32, gradients: *const f32, first: *mut f32, second: *mut f32, count: usize, by: AdamRates) {
    let (s, step, e) = (V::splat(by.scale), V::splat(by.rate), V::splat(by.epsilon));
    let (b1, b2) = (V::splat(by.beta1), V::splat(by.beta2));
    let (r1, r2) = (V::splat(1.0 - by.beta1), V::splat(1.0 - by.beta2));
    let least = V::splat(LEAST_MOMENT);
    for_vectors!(V, count, |d, part| {
        let g: V = part.load(gradients.wrapping_add(d));
        let g = g.mul(s);
        let (old_first, old_second): (V, V) = (part.load(first.wrapping_add(d)), part.load(second.wrapping_add(d)));
        let m = b1.madd(old_first, r1.mul(g));
        let m = m.clear_unless_reached(m.abs(), least);
        let v = b2.madd(old_second, r2.mul(g.mul(g)));
        part.store(first.wrapping_add(d), m);
        part.store(second.wrapping_add(d), v);
        let value: V = part.load(parameters.wrapping_add(d));
        part.store(parameters.wrapping_add(d), value.sub(step.mul(m).div(v.sqrt().add(e))));
    });
}

/// Adam (Kingma and Ba 2015): one step on `parameters` by `gradients * scale`. `rate` holds the learning rate with the bias corrections of
/// both moments, `epsilon` that of the second.
#[inline(always)]
pub unsafe fn adam<V: Vector>(
    memory: &Memory, parameters: usize, gradients: usize, first: usize, second: usize, count: i32, scale: f32, rate: f32, beta1: f32,
    beta2: f32, epsilon: f32,
) -> Outcome {
    let by = AdamRates { scale, rate, beta1, beta2, epsilon };
    let (values, slopes) = (memory.floats(parameters, count)?, memory.floats(gradients, count)?);
    adam_run::<V>(values, slopes, memory.floats(first, count)?, memory.floats(second, count)?, size(count)?, by);
    Ok(())
}

/// Numbers of SGD that are the same for all parameters.
#[derive(Clone, Copy)]
struct SgdRates {
    scale: f32,
    rate: f32,
    momentum: f32,
}

#[inline(always)]
unsafe fn sgd_run<V: Vector>(parameters: *mut f32, gradients: *const f32, velocity: *mut f32, count: usize, by: SgdRates) {
    let (s, step, momentum, least) = (V::splat(by.scale), V::splat(by.rate), V::splat(by.momentum), V::splat(LEAST_MOMENT));
    for_vectors!(V, count, |d, part| {
        let old: V = part.load(velocity.wrapping_add(d));
        let g: V = part.load(gradients.wrapping_add(d));
        let v = momentum.madd(old, g.mul(s));
        let v = v.clear_unless_reached(v.abs(), least);
        part.store(velocity.wrapping_add(d), v);
        let value: V = part.load(parameters.wrapping_add(d));
        part.store(parameters.wrapping_add(d), value.sub(step.mul(v)));
    });
}

/// Stochastic gradient descent with momentum (Polyak 1964, as PyTorch has it): `velocity = momentum * velocity + gradients * scale`,
/// `parameters -= rate * velocity`.
#[inline(always)]
pub unsafe fn sgd<V: Vector>(
    memory: &Memory, parameters: usize, gradients: usize, velocity: usize, count: i32, scale: f32, rate: f32, momentum: f32,
) -> Outcome {
    let (values, slopes) = (memory.floats(parameters, count)?, memory.floats(gradients, count)?);
    sgd_run::<V>(values, slopes, memory.floats(velocity, count)?, size(count)?, SgdRates { scale, rate, momentum });
    Ok(())
}

/// `out` becomes the sum of squares over the listed rows of a table.
#[inline(always)]
pub unsafe fn sum_squares_of_rows<V: Vector>(memory: &Memory, table: usize, index: usize, rows: i32, columns: i32, out: usize) -> Outcome {
    let listed = memory.integers(index, rows)?;
    let mut sum = 0.0;
    for k in 0..size(rows)? {
        sum += squares::<V>(memory.row(table, get(listed, k), columns)?, size(columns)?);
    }
    put(memory.floats(out, 1)?, 0, sum);
    Ok(())
}

/// The listed rows become 0.
#[inline(always)]
pub unsafe fn clear_rows<V: Vector>(memory: &Memory, table: usize, index: usize, rows: i32, columns: i32) -> Outcome {
    let listed = memory.integers(index, rows)?;
    for k in 0..size(rows)? {
        std::ptr::write_bytes(memory.row(table, get(listed, k), columns)? as *mut u8, 0, 4 * size(columns)?);
    }
    Ok(())
}

/// The columns from `from` on of the first `rows` rows become 0. Rows have `columns` elements.
#[inline(always)]
pub unsafe fn clear_columns<V: Vector>(memory: &Memory, table: usize, rows: i32, columns: i32, from: i32) -> Outcome {
    let (first, width, left) = (memory.table(table, rows, columns)?, size(columns)?, size(from.min(columns))?);
    for k in 0..size(rows)? {
        std::ptr::write_bytes(first.wrapping_add(k * width + left), 0, width - left);
    }
    Ok(())
}

/// `clear_columns` of the listed rows.
#[inline(always)]
pub unsafe fn clear_columns_of_rows<V: Vector>(
    memory: &Memory, table: usize, index: usize, rows: i32, columns: i32, from: i32,
) -> Outcome {
    let listed = memory.integers(index, rows)?;
    let (width, left) = (size(columns)?, size(from.min(columns))?);
    for k in 0..size(rows)? {
        std::ptr::write_bytes(memory.row(table, get(listed, k), columns)?.wrapping_add(left), 0, width - left);
    }
    Ok(())
}

/// `adam` on the listed rows alone: the moments of the others stand still ("lazy" Adam).
#[inline(always)]
pub unsafe fn adam_rows<V: Vector>(
    memory: &Memory, parameters: usize, gradients: usize, first: usize, second: usize, index: usize, rows: i32, columns: i32, scale: f32,
    rate: f32, beta1: f32, beta2: f32, epsilon: f32,
) -> Outcome {
    let listed = memory.integers(index, rows)?;
    let by = AdamRates { scale, rate, beta1, beta2, epsilon };
    for k in 0..size(rows)? {
        let row = get(listed, k);
        let (values, slopes) = (memory.row(parameters, row, columns)?, memory.row(gradients, row, columns)?);
        let (m, v) = (memory.row(first, row, columns)?, memory.row(second, row, columns)?);
        adam_run::<V>(values, slopes, m, v, size(columns)?, by);
    }
    Ok(())
}

/// `sgd` on the listed rows alone.
#[inline(always)]
pub unsafe fn sgd_rows<V: Vector>(
    memory: &Memory, parameters: usize, gradients: usize, velocity: usize, index: usize, rows: i32, columns: i32, scale: f32, rate: f32,
    momentum: f32,
) -> Outcome {
    let listed = memory.integers(index, rows)?;
    for k in 0..size(rows)? {
        let row = get(listed, k);
        let (values, slopes) = (memory.row(parameters, row, columns)?, memory.row(gradients, row, columns)?);
        sgd_run::<V>(values, slopes, memory.row(velocity, row, columns)?, size(columns)?, SgdRates { scale, rate, momentum });
    }
    Ok(())
}

/// Row-wise Adagrad (Naumov et al. 2019; `EXACT_ROWWISE_ADAGRAD` of FBGEMM) on the listed rows of a table, whose gradients are rows `0` to
/// `rows - 1` of a block of their own: `sum[r] += mean(g^2)`, `parameters[r] -= rate * g / (sqrt(sum[r]) + epsilon)` with
/// `g = gradient * scale`. Rows have `stride` elements, of which the first `columns` are trained.
#[inline(always)]
pub unsafe fn rowwise_adagrad<V: Vector>(
    memory: &Memory, parameters: usize, gradients: usize, sum: usize, index: usize, rows: i32, stride: i32, columns: i32, scale: f32,
    rate: f32, epsilon: f32,
) -> Outcome {
    let listed = memory.integers(index, rows)?;
    let trained = size(columns.min(stride))?;
    for k in 0..rows {
        let row = get(listed, size(k)?);
        let (slopes, values) = (memory.row(gradients, k, stride)?, memory.row(parameters, row, stride)?);
        let of_row = memory.row(sum, row, 1)?;
        let total = get(of_row, 0) + squares::<V>(slopes, trained) * scale * scale / columns as f32;
        put(of_row, 0, total);
        // A row that never had a gradient stays as it is, also with an epsilon of 0.
        if total > 0.0 {
            let step = V::splat(scale * rate / (total.sqrt() + epsilon));
            for_vectors!(V, trained, |d, part| {
                let slope: V = part.load(slopes.wrapping_add(d));
                let value: V = part.load(values.wrapping_add(d));
                part.store(values.wrapping_add(d), value.sub(step.mul(slope)));
            });
        }
    }
    Ok(())
}

/// Adagrad (Duchi et al. 2011) on the listed numbers of a vector, whose gradients are a vector of their own: `rowwise_adagrad` of one column.
#[inline(always)]
pub unsafe fn adagrad<V: Vector>(
    memory: &Memory, parameters: usize, gradients: usize, sum: usize, index: usize, count: i32, scale: f32, rate: f32, epsilon: f32,
) -> Outcome {
    let (listed, slopes) = (memory.integers(index, count)?, memory.floats(gradients, count)?);
    for k in 0..size(count)? {
        let item = get(listed, k);
        let (value, of_item) = (memory.row(parameters, item, 1)?, memory.row(sum, item, 1)?);
        let g = get(slopes, k) * scale;
        let total = get(of_item, 0) + g * g;
        put(of_item, 0, total);
        if total > 0.0 {
            put(value, 0, get(value, 0) - rate * g / (total.sqrt() + epsilon));
        }
    }
    Ok(())
}
