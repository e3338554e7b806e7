//! The gated recurrent unit (Cho et al. 2014), element by element; for the formulas see the WebAssembly kernels. A row of `gates` holds r, z
//! and n side by side.
use super::exponential::{sigmoid, tanh};
use crate::memory::{size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// One step: `gates` holds the gates' inputs and becomes `r, z, n`; `next` becomes the state. `previous` is 0 for no state yet.
#[inline(always)]
pub unsafe fn gru_cell<V: Vector>(
    memory: &Memory, gates: usize, u: usize, previous: usize, next: usize, rows: i32, hidden: i32,
) -> Outcome {
    let width = size(hidden)?;
    let all = memory.rows(gates, rows, 12 * width, hidden.saturating_mul(3))?;
    let candidates = memory.table(u, rows, hidden)?;
    let before = if previous == 0 { std::ptr::null_mut() } else { memory.table(previous, rows, hidden)? };
    let states = memory.table(next, rows, hidden)?;
    for row in 0..size(rows)? {
        let (g, c, out) = (all.wrapping_add(3 * row * width), candidates.wrapping_add(row * width), states.wrapping_add(row * width));
        for_vectors!(V, width, |d, part| {
            let (at_r, at_z, at_n) = (g.wrapping_add(d), g.wrapping_add(width + d), g.wrapping_add(2 * width + d));
            let r: V = sigmoid(part.load(at_r));
            let z: V = sigmoid(part.load(at_z));
            let n: V = tanh(r.madd(part.load(c.wrapping_add(d)), part.load(at_n)));
            let h: V = if before.is_null() { V::splat(0.0) } else { part.load(before.wrapping_add(row * width + d)) };
            part.store(at_r, r);
            part.store(at_z, z);
            part.store(at_n, n);
            part.store(out.wrapping_add(d), z.madd(h.sub(n), n));
        });
    }
    Ok(())
}

/// The gradient of `gru_cell`, in place: `gates` and `u` become their own; `d_state` becomes the part of the previous state's gradient that
/// does not go through a matrix.
#[inline(always)]
pub unsafe fn gru_cell_backward<V: Vector>(
    memory: &Memory, gates: usize, u: usize, previous: usize, d_state: usize, rows: i32, hidden: i32,
) -> Outcome {
    let width = size(hidden)?;
    let all = memory.rows(gates, rows, 12 * width, hidden.saturating_mul(3))?;
    let candidates = memory.table(u, rows, hidden)?;
    let before = if previous == 0 { std::ptr::null_mut() } else { memory.table(previous, rows, hidden)? };
    let gradients = memory.table(d_state, rows, hidden)?;
    let one = V::splat(1.0);
    for row in 0..size(rows)? {
        let (g, c, own) = (all.wrapping_add(3 * row * width), candidates.wrapping_add(row * width), gradients.wrapping_add(row * width));
        for_vectors!(V, width, |d, part| {
            let (at_r, at_z, at_n) = (g.wrapping_add(d), g.wrapping_add(width + d), g.wrapping_add(2 * width + d));
            let (r, z, n): (V, V, V) = (part.load(at_r), part.load(at_z), part.load(at_n));
            let h: V = if before.is_null() { V::splat(0.0) } else { part.load(before.wrapping_add(row * width + d)) };
            let dh: V = part.load(own.wrapping_add(d));
            let dz = dh.mul(h.sub(n));
            let dn = dh.mul(one.sub(z)).mul(one.sub(n.mul(n)));
            let dr = dn.mul(part.load(c.wrapping_add(d)));
            part.store(c.wrapping_add(d), dn.mul(r));
            part.store(at_r, dr.mul(r.mul(one.sub(r))));
            part.store(at_z, dz.mul(z.mul(one.sub(z))));
            part.store(at_n, dn);
            part.store(own.wrapping_add(d), dh.mul(z));
        });
    }
    Ok(())
}
