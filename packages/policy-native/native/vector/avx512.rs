//! Sixteen floats: AVX-512F.
use super::Vector;
use std::arch::x86_64::*;

#[derive(Clone, Copy)]
pub struct Avx512(__m512);

/// The first `count` lanes, of at most 16.
#[inline(always)]
fn first(count: usize) -> __mmask16 {
    ((1u32 << count) - 1) as __mmask16
}

/// Two halves of eight floats.
#[inline(always)]
unsafe fn join(low: __m256, high: __m256) -> __m512 {
    let wide = _mm512_castpd256_pd512(_mm256_castps_pd(low));
    _mm512_castpd_ps(_mm512_insertf64x4::<1>(wide, _mm256_castps_pd(high)))
}

impl Vector for Avx512 {
    const LANES: usize = 16;
    const TILE_ROWS: usize = 8;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Avx512(_mm512_set1_ps(x))
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Avx512(_mm512_loadu_ps(from))
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, rest: f32) -> Self {
        Avx512(_mm512_mask_loadu_ps(_mm512_set1_ps(rest), first(count), from))
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        _mm512_storeu_ps(to, self.0)
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        _mm512_mask_storeu_ps(to, first(count), self.0)
    }
    #[inline(always)]
    unsafe fn load_panels(from: *const f32, panel: usize) -> Self {
        let next = (from as *const u8).wrapping_add(panel) as *const f32;
        Avx512(join(_mm256_loadu_ps(from), _mm256_loadu_ps(next)))
    }
    #[inline(always)]
    unsafe fn load_panels_part(from: *const f32, panel: usize, count: usize) -> Self {
        if count <= 8 {
            return Avx512(_mm512_maskz_loadu_ps(first(count), from));
        }
        // The mask moves the row's end to the second half: lanes 8 and up are at `next`, from lane 8 on.
        let next = (from as *const u8).wrapping_add(panel) as *const f32;
        let low = _mm512_maskz_loadu_ps(0xff, from);
        Avx512(_mm512_mask_loadu_ps(low, first(count) & 0xff00, next.wrapping_sub(8)))
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Avx512(_mm512_add_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Avx512(_mm512_sub_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Avx512(_mm512_mul_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        Avx512(_mm512_div_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn madd(self, b: Self, c: Self) -> Self {
        Avx512(_mm512_fmadd_ps(self.0, b.0, c.0))
    }
    // Where one operand is NaN, both instructions give the second.
    #[inline(always)]
    unsafe fn pmin(self, other: Self) -> Self {
        Avx512(_mm512_min_ps(other.0, self.0))
    }
    #[inline(always)]
    unsafe fn pmax(self, other: Self) -> Self {
        Avx512(_mm512_max_ps(other.0, self.0))
    }
    #[inline(always)]
    unsafe fn abs(self) -> Self {
        Avx512(_mm512_abs_ps(self.0))
    }
    #[inline(always)]
    unsafe fn sqrt(self) -> Self {
        Avx512(_mm512_sqrt_ps(self.0))
    }
    #[inline(always)]
    unsafe fn clear_below(self, x: Self, bound: Self) -> Self {
        Avx512(_mm512_maskz_mov_ps(!_mm512_cmp_ps_mask::<_CMP_LT_OQ>(x.0, bound.0), self.0))
    }
    #[inline(always)]
    unsafe fn clear_unless_reached(self, x: Self, bound: Self) -> Self {
        Avx512(_mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_GE_OQ>(x.0, bound.0), self.0))
    }
    #[inline(always)]
    unsafe fn clear_unless_above(self, x: Self, bound: Self) -> Self {
        Avx512(_mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(x.0, bound.0), self.0))
    }
    #[inline(always)]
    unsafe fn any_above(self, bound: Self) -> bool {
        _mm512_cmp_ps_mask::<_CMP_GT_OQ>(self.0, bound.0) != 0
    }
    #[inline(always)]
    unsafe fn add_exponent(self, shifted: Self) -> Self {
        let exponent = _mm512_slli_epi32::<23>(_mm512_castps_si512(shifted.0));
        Avx512(_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(self.0), exponent)))
    }
    #[inline(always)]
    unsafe fn where_allowed(self, bytes: *const u8, count: usize, fill: Self) -> Self {
        let packed = if count >= 16 {
            _mm_loadu_si128(bytes as *const __m128i)
        } else {
            let mut copy = [0u8; 16];
            std::ptr::copy_nonoverlapping(bytes, copy.as_mut_ptr(), count);
            _mm_loadu_si128(copy.as_ptr() as *const __m128i)
        };
        let wide = _mm512_cvtepu8_epi32(packed);
        Avx512(_mm512_mask_mov_ps(fill.0, _mm512_test_epi32_mask(wide, wide), self.0))
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        _mm512_reduce_add_ps(self.0)
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        _mm512_reduce_max_ps(self.0)
    }
    /// In AVX2: a core reads rows from memory no faster than that computes.
    #[inline(always)]
    unsafe fn integer_products<const VECTORS: usize>(
        vectors: [*const i16; VECTORS], rows: *const i8, columns: usize,
    ) -> [[i32; 4]; VECTORS] {
        <super::Avx2 as Vector>::integer_products(vectors, rows, columns)
    }
}
