//! Four floats: NEON.
use super::Vector;
use crate::memory::get;
use std::arch::aarch64::*;

#[derive(Clone, Copy)]
pub struct Neon(float32x4_t);

impl Neon {
    #[inline(always)]
    unsafe fn select(mask: uint32x4_t, yes: Neon, no: Neon) -> Neon {
        Neon(vbslq_f32(mask, yes.0, no.0))
    }
}

impl Vector for Neon {
    const LANES: usize = 4;
    const TILE_ROWS: usize = 8;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Neon(vdupq_n_f32(x))
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Neon(vld1q_f32(from))
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, rest: f32) -> Self {
        let mut copy = [rest; 4];
        for (k, value) in copy.iter_mut().enumerate().take(count) {
            *value = get(from, k);
        }
        Self::load(copy.as_ptr())
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        vst1q_f32(to, self.0)
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        let mut copy = [0f32; 4];
        self.store(copy.as_mut_ptr());
        for (k, value) in copy.into_iter().enumerate().take(count) {
            to.wrapping_add(k).write_unaligned(value);
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
        Neon(vaddq_f32(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Neon(vsubq_f32(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Neon(vmulq_f32(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        Neon(vdivq_f32(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn madd(self, b: Self, c: Self) -> Self {
        Neon(vfmaq_f32(c.0, self.0, b.0))
    }
    #[inline(always)]
    unsafe fn pmin(self, other: Self) -> Self {
        Self::select(vcltq_f32(other.0, self.0), other, self)
    }
    #[inline(always)]
    unsafe fn pmax(self, other: Self) -> Self {
        Self::select(vcltq_f32(self.0, other.0), other, self)
    }
    #[inline(always)]
    unsafe fn abs(self) -> Self {
        Neon(vabsq_f32(self.0))
    }
    #[inline(always)]
    unsafe fn sqrt(self) -> Self {
        Neon(vsqrtq_f32(self.0))
    }
    #[inline(always)]
    unsafe fn clear_below(self, x: Self, bound: Self) -> Self {
        Self::select(vcltq_f32(x.0, bound.0), Self::splat(0.0), self)
    }
    #[inline(always)]
    unsafe fn clear_unless_reached(self, x: Self, bound: Self) -> Self {
        Self::select(vcgeq_f32(x.0, bound.0), self, Self::splat(0.0))
    }
    #[inline(always)]
    unsafe fn clear_unless_above(self, x: Self, bound: Self) -> Self {
        Self::select(vcgtq_f32(x.0, bound.0), self, Self::splat(0.0))
    }
    #[inline(always)]
    unsafe fn any_above(self, bound: Self) -> bool {
        vmaxvq_u32(vcgtq_f32(self.0, bound.0)) != 0
    }
    #[inline(always)]
    unsafe fn add_exponent(self, shifted: Self) -> Self {
        let exponent = vshlq_n_s32::<23>(vreinterpretq_s32_f32(shifted.0));
        Neon(vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(self.0), exponent)))
    }
    #[inline(always)]
    unsafe fn where_allowed(self, bytes: *const u8, count: usize, fill: Self) -> Self {
        let mut wide = [0u32; 4];
        for (k, value) in wide.iter_mut().enumerate().take(count) {
            *value = get(bytes, k) as u32;
        }
        Self::select(vcgtq_u32(vld1q_u32(wide.as_ptr()), vdupq_n_u32(0)), self, fill)
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        vaddvq_f32(self.0)
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        vmaxvq_f32(self.0)
    }
}
