//! Rectified linear units.
use crate::memory::{size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// `x = max(0, x)`. NaN for NaN.
#[inline(always)]
pub unsafe fn rectify<V: Vector>(memory: &Memory, x: usize, count: i32) -> Outcome {
    let at = memory.floats(x, count)?;
    for_vectors!(V, size(count)?, |d, part| {
        let value: V = part.load(at.wrapping_add(d));
        part.store(at.wrapping_add(d), value.pmax(V::splat(0.0)));
    });
    Ok(())
}

/// The gradient of `rectify`: 0 where its output was 0.
#[inline(always)]
pub unsafe fn rectify_backward<V: Vector>(memory: &Memory, output: usize, gradient: usize, count: i32) -> Outcome {
    let (outputs, slopes) = (memory.floats(output, count)?, memory.floats(gradient, count)?);
    for_vectors!(V, size(count)?, |d, part| {
        let slope: V = part.load(slopes.wrapping_add(d));
        part.store(slopes.wrapping_add(d), slope.clear_unless_above(part.load(outputs.wrapping_add(d)), V::splat(0.0)));
    });
    Ok(())
}
