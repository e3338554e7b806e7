//! Upper confidence bounds of a linear bandit, in double precision.
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::Vector;

/// `bounds[i] = (intercept + slope . P[i]) + alpha * sqrt(constant + form . P[i])` for items whose numbers `P[i]` are `terms` long; `slope`
/// has to do with the first `features` of them only. All are float64. What rounding has taken below 0 under the root counts as 0.
#[inline(always)]
pub unsafe fn linear_bounds<V: Vector>(
    memory: &Memory, products: usize, terms: i32, slope: usize, features: i32, form: usize, intercept: f64, constant: f64, alpha: f64,
    bounds: usize, items: i32,
) -> Outcome {
    let (length, short, count) = (size(terms)?, size(features.min(terms))?, size(items)?);
    let numbers = memory.block(products, count.saturating_mul(8 * length))? as *mut f64;
    let slopes = memory.block(slope, 8 * short)? as *mut f64;
    let forms = memory.block(form, 8 * length)? as *mut f64;
    let out = memory.block(bounds, 8 * count)? as *mut f64;
    for item in 0..count {
        let own = numbers.wrapping_add(item * length);
        let square = constant + dot(own, forms, length);
        let root = if square > 0.0 || square.is_nan() { square.sqrt() } else { 0.0 };
        put(out, item, intercept + dot(own, slopes, short) + alpha * root);
    }
    Ok(())
}

/// `x . y` in four partial sums.
#[inline(always)]
unsafe fn dot(x: *const f64, y: *const f64, count: usize) -> f64 {
    let mut sums = [0f64; 4];
    let whole = count & !3;
    for at in (0..whole).step_by(4) {
        for (k, sum) in sums.iter_mut().enumerate() {
            *sum += get(x, at + k) * get(y, at + k);
        }
    }
    for at in whole..count {
        sums[0] += get(x, at) * get(y, at);
    }
    sums[0] + sums[1] + (sums[2] + sums[3])
}
