//! Whole vectors and what is left at the end of a row, with the same methods.
use super::Vector;

pub trait Part: Copy {
    unsafe fn load<V: Vector>(self, from: *const f32) -> V;
    /// Lanes beyond the end are `rest`.
    unsafe fn load_or<V: Vector>(self, from: *const f32, rest: f32) -> V;
    unsafe fn store<V: Vector>(self, to: *mut f32, x: V);
    unsafe fn count<V: Vector>(self) -> usize;
    unsafe fn load_panels<V: Vector>(self, from: *const f32, panel: usize) -> V;
}

/// A whole vector.
#[derive(Clone, Copy)]
pub struct Whole;

/// The last lanes of a row, fewer than a vector has.
#[derive(Clone, Copy)]
pub struct Rest(pub usize);

impl Part for Whole {
    #[inline(always)]
    unsafe fn load<V: Vector>(self, from: *const f32) -> V {
        V::load(from)
    }
    #[inline(always)]
    unsafe fn load_or<V: Vector>(self, from: *const f32, _rest: f32) -> V {
        V::load(from)
    }
    #[inline(always)]
    unsafe fn store<V: Vector>(self, to: *mut f32, x: V) {
        x.store(to)
    }
    #[inline(always)]
    unsafe fn count<V: Vector>(self) -> usize {
        V::LANES
    }
    #[inline(always)]
    unsafe fn load_panels<V: Vector>(self, from: *const f32, panel: usize) -> V {
        V::load_panels(from, panel)
    }
}

impl Part for Rest {
    #[inline(always)]
    unsafe fn load<V: Vector>(self, from: *const f32) -> V {
        V::load_part(from, self.0, 0.0)
    }
    #[inline(always)]
    unsafe fn load_or<V: Vector>(self, from: *const f32, rest: f32) -> V {
        V::load_part(from, self.0, rest)
    }
    #[inline(always)]
    unsafe fn store<V: Vector>(self, to: *mut f32, x: V) {
        x.store_part(to, self.0)
    }
    #[inline(always)]
    unsafe fn count<V: Vector>(self) -> usize {
        self.0
    }
    #[inline(always)]
    unsafe fn load_panels<V: Vector>(self, from: *const f32, panel: usize) -> V {
        V::load_panels_part(from, panel, self.0)
    }
}
