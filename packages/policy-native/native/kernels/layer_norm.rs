//! Layer normalisation (Ba et al. 2016): `y = (x - mean(x)) / sqrt(var(x) + 1e-5) * scale + shift`, row by row.
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

const EPSILON: f32 = 1e-5;

/// Fills `out`, and `normal` with the normalised rows before scale and shift; `inverse[row]` is `1 / sqrt(var + epsilon)`.
#[inline(always)]
pub unsafe fn layer_norm<V: Vector>(
    memory: &Memory, x: usize, scale: usize, shift: usize, normal: usize, inverse: usize, out: usize, rows: i32, columns: i32,
) -> Outcome {
    let (all, normals, outs) = (memory.table(x, rows, columns)?, memory.table(normal, rows, columns)?, memory.table(out, rows, columns)?);
    let (scales, shifts, inverses) = (memory.floats(scale, columns)?, memory.floats(shift, columns)?, memory.floats(inverse, rows)?);
    let width = size(columns)?;
    for row in 0..size(rows)? {
        let from = all.wrapping_add(row * width);
        let mut sum = V::splat(0.0);
        for_vectors!(V, width, |d, part| {
            sum = sum.add(part.load(from.wrapping_add(d)));
        });
        let mean = sum.sum() / columns as f32;
        let centre = V::splat(mean);
        let mut squares = V::splat(0.0);
        for_vectors!(V, width, |d, part| {
            let value: V = part.load_or(from.wrapping_add(d), mean);
            let centred = value.sub(centre);
            squares = centred.madd(centred, squares);
        });
        let factor = 1.0 / (squares.sum() / columns as f32 + EPSILON).sqrt();
        put(inverses, row, factor);
        let f = V::splat(factor);
        for_vectors!(V, width, |d, part| {
            let value: V = part.load(from.wrapping_add(d));
            let y = value.sub(centre).mul(f);
            part.store(normals.wrapping_add(row * width + d), y);
            let scaled = y.madd(part.load(scales.wrapping_add(d)), part.load(shifts.wrapping_add(d)));
            part.store(outs.wrapping_add(row * width + d), scaled);
        });
    }
    Ok(())
}

/// The gradient of `layer_norm`: adds to `d_x` that of `x`, `inverse * (g - mean(g) - normal * mean(g * normal))` with `g = d_out * scale`.
#[inline(always)]
pub unsafe fn layer_norm_backward<V: Vector>(
    memory: &Memory, normal: usize, inverse: usize, scale: usize, d_out: usize, d_x: usize, rows: i32, columns: i32,
) -> Outcome {
    let (normals, slopes) = (memory.table(normal, rows, columns)?, memory.table(d_out, rows, columns)?);
    let (gradients, scales, inverses) = (memory.table(d_x, rows, columns)?, memory.floats(scale, columns)?, memory.floats(inverse, rows)?);
    let width = size(columns)?;
    for row in 0..size(rows)? {
        let (own, y, to) = (slopes.wrapping_add(row * width), normals.wrapping_add(row * width), gradients.wrapping_add(row * width));
        let (mut sum, mut product) = (V::splat(0.0), V::splat(0.0));
        for_vectors!(V, width, |d, part| {
            let slope: V = part.load(own.wrapping_add(d));
            let g = slope.mul(part.load(scales.wrapping_add(d)));
            sum = sum.add(g);
            product = g.madd(part.load(y.wrapping_add(d)), product);
        });
        let (mean, slope) = (V::splat(sum.sum() / columns as f32), V::splat(product.sum() / columns as f32));
        let factor = V::splat(get(inverses, row));
        for_vectors!(V, width, |d, part| {
            let g: V = part.load(own.wrapping_add(d));
            let g = g.mul(part.load(scales.wrapping_add(d)));
            let normalised: V = part.load(y.wrapping_add(d));
            let change = g.sub(mean).sub(normalised.mul(slope));
            part.store(to.wrapping_add(d), factor.madd(change, part.load(to.wrapping_add(d))));
        });
    }
    Ok(())
}

/// Adds to the gradients of `scale` and `shift`: sums over the rows of `d_out * normal` and of `d_out`.
#[inline(always)]
pub unsafe fn layer_norm_gradients<V: Vector>(
    memory: &Memory, normal: usize, d_out: usize, d_scale: usize, d_shift: usize, rows: i32, columns: i32,
) -> Outcome {
    let (normals, slopes) = (memory.table(normal, rows, columns)?, memory.table(d_out, rows, columns)?);
    let (scales, shifts) = (memory.floats(d_scale, columns)?, memory.floats(d_shift, columns)?);
    let (rows, width) = (size(rows)?, size(columns)?);
    for_vectors!(V, width, |d, part| {
        let (mut scale, mut shift): (V, V) = (part.load(scales.wrapping_add(d)), part.load(shifts.wrapping_add(d)));
        for row in 0..rows {
            let g: V = part.load(slopes.wrapping_add(row * width + d));
            scale = g.madd(part.load(normals.wrapping_add(row * width + d)), scale);
            shift = shift.add(g);
        }
        part.store(scales.wrapping_add(d), scale);
        part.store(shifts.wrapping_add(d), shift);
    });
    Ok(())
}
