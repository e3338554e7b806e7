//! Four floats without instructions of a set of its own: runs on every processor.
use super::Vector;
use crate::memory::get;

#[derive(Clone, Copy)]
pub struct Plain([f32; 4]);

macro_rules! lanes {
    (|$k:ident| $value:expr) => {{
        let mut out = [0f32; 4];
        let mut $k = 0;
        while $k < 4 {
            out[$k] = $value;
            $k += 1;
        }
        Plain(out)
    }};
}

impl Vector for Plain {
    const LANES: usize = 4;
    const TILE_ROWS: usize = 4;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Plain([x; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Plain((from as *const [f32; 4]).read_unaligned())
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, rest: f32) -> Self {
        lanes!(|k| if k < count { get(from, k) } else { rest })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        (to as *mut [f32; 4]).write_unaligned(self.0)
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        for k in 0..count {
            to.wrapping_add(k).write_unaligned(self.0[k]);
        }
    }
    #[inline(always)]
    unsafe fn load_panels(from: *const f32, _panel: usize) -> Self {
        Self::load(from)
    }
    #[inline(always)]
    unsafe fn load_panels_part(from: *const f32, _panel: usize, count: usize) -> Self {
        Self::load_part(from, count, 0.0)
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        lanes!(|k| self.0[k] + other.0[k])
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        lanes!(|k| self.0[k] - other.0[k])
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        lanes!(|k| self.0[k] * other.0[k])
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        lanes!(|k| self.0[k] / other.0[k])
    }
    #[inline(always)]
    unsafe fn madd(self, b: Self, c: Self) -> Self {
        lanes!(|k| self.0[k] * b.0[k] + c.0[k])
    }
    #[inline(always)]
    unsafe fn pmin(self, other: Self) -> Self {
        lanes!(|k| if other.0[k] < self.0[k] { other.0[k] } else { self.0[k] })
    }
    #[inline(always)]
    unsafe fn pmax(self, other: Self) -> Self {
        lanes!(|k| if self.0[k] < other.0[k] { other.0[k] } else { self.0[k] })
    }
    #[inline(always)]
    unsafe fn abs(self) -> Self {
        lanes!(|k| self.0[k].abs())
    }
    #[inline(always)]
    unsafe fn sqrt(self) -> Self {
        lanes!(|k| self.0[k].sqrt())
    }
    #[inline(always)]
    unsafe fn clear_below(self, x: Self, bound: Self) -> Self {
        lanes!(|k| if x.0[k] < bound.0[k] { 0.0 } else { self.0[k] })
    }
    #[inline(always)]
    unsafe fn clear_unless_reached(self, x: Self, bound: Self) -> Self {
        lanes!(|k| if x.0[k] >= bound.0[k] { self.0[k] } else { 0.0 })
    }
    #[inline(always)]
    unsafe fn clear_unless_above(self, x: Self, bound: Self) -> Self {
        lanes!(|k| if x.0[k] > bound.0[k] { self.0[k] } else { 0.0 })
    }
    #[inline(always)]
    unsafe fn any_above(self, bound: Self) -> bool {
        (0..4).any(|k| self.0[k] > bound.0[k])
    }
    #[inline(always)]
    unsafe fn add_exponent(self, shifted: Self) -> Self {
        lanes!(|k| f32::from_bits(self.0[k].to_bits().wrapping_add(shifted.0[k].to_bits() << 23)))
    }
    #[inline(always)]
    unsafe fn where_allowed(self, bytes: *const u8, count: usize, fill: Self) -> Self {
        lanes!(|k| if k < count && get(bytes, k) != 0 { self.0[k] } else { fill.0[k] })
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        self.0[0] + self.0[1] + (self.0[2] + self.0[3])
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        self.0.into_iter().fold(self.0[0], |most, x| if most < x { x } else { most })
    }
}
