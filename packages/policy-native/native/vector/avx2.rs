//! Eight floats: AVX2 with fused multiply-add.
use super::Vector;
use std::arch::x86_64::*;

#[derive(Clone, Copy)]
pub struct Avx2(__m256);

/// All bits set in the first 8 entries; a window of it selects lanes.
static WINDOW: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

/// All bits set in the first `count` lanes, of at most 8.
#[inline(always)]
unsafe fn first(count: usize) -> __m256i {
    _mm256_loadu_si256(WINDOW.as_ptr().wrapping_add(8 - count) as *const __m256i)
}

impl Vector for Avx2 {
    const LANES: usize = 8;
    const TILE_ROWS: usize = 6;

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Avx2(_mm256_set1_ps(x))
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        Avx2(_mm256_loadu_ps(from))
    }
    #[inline(always)]
    unsafe fn load_part(from: *const f32, count: usize, rest: f32) -> Self {
        let mask = first(count);
        Avx2(_mm256_blendv_ps(_mm256_set1_ps(rest), _mm256_maskload_ps(from, mask), _mm256_castsi256_ps(mask)))
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        _mm256_storeu_ps(to, self.0)
    }
    #[inline(always)]
    unsafe fn store_part(self, to: *mut f32, count: usize) {
        _mm256_maskstore_ps(to, first(count), self.0)
    }
    #[inline(always)]
    unsafe fn load_panels(from: *const f32, _panel: usize) -> Self {
        Self::load(from)
    }
    #[inline(always)]
    unsafe fn load_panels_part(from: *const f32, _panel: usize, count: usize) -> Self {
        Avx2(_mm256_maskload_ps(from, first(count)))
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        Avx2(_mm256_add_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn sub(self, other: Self) -> Self {
        Avx2(_mm256_sub_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn mul(self, other: Self) -> Self {
        Avx2(_mm256_mul_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn div(self, other: Self) -> Self {
        Avx2(_mm256_div_ps(self.0, other.0))
    }
    #[inline(always)]
    unsafe fn madd(self, b: Self, c: Self) -> Self {
        Avx2(_mm256_fmadd_ps(self.0, b.0, c.0))
    }
    // Where one operand is NaN, both instructions give the second.
    #[inline(always)]
    unsafe fn pmin(self, other: Self) -> Self {
        Avx2(_mm256_min_ps(other.0, self.0))
    }
    #[inline(always)]
    unsafe fn pmax(self, other: Self) -> Self {
        Avx2(_mm256_max_ps(other.0, self.0))
    }
    #[inline(always)]
    unsafe fn abs(self) -> Self {
        Avx2(_mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0))
    }
    #[inline(always)]
    unsafe fn sqrt(self) -> Self {
        Avx2(_mm256_sqrt_ps(self.0))
    }
    #[inline(always)]
    unsafe fn clear_below(self, x: Self, bound: Self) -> Self {
        Avx2(_mm256_andnot_ps(_mm256_cmp_ps::<_CMP_LT_OQ>(x.0, bound.0), self.0))
    }
    #[inline(always)]
    unsafe fn clear_unless_reached(self, x: Self, bound: Self) -> Self {
        Avx2(_mm256_and_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(x.0, bound.0), self.0))
    }
    #[inline(always)]
    unsafe fn clear_unless_above(self, x: Self, bound: Self) -> Self {
        Avx2(_mm256_and_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(x.0, bound.0), self.0))
    }
    #[inline(always)]
    unsafe fn any_above(self, bound: Self) -> bool {
        _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(self.0, bound.0)) != 0
    }
    #[inline(always)]
    unsafe fn add_exponent(self, shifted: Self) -> Self {
        let exponent = _mm256_slli_epi32::<23>(_mm256_castps_si256(shifted.0));
        Avx2(_mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(self.0), exponent)))
    }
    #[inline(always)]
    unsafe fn where_allowed(self, bytes: *const u8, count: usize, fill: Self) -> Self {
        let packed = if count >= 8 { (bytes as *const u64).read_unaligned() } else { few_bytes(bytes, count) };
        let wide = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(packed as i64));
        let forbidden = _mm256_castsi256_ps(_mm256_cmpeq_epi32(wide, _mm256_setzero_si256()));
        Avx2(_mm256_blendv_ps(self.0, fill.0, forbidden))
    }
    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        let four = _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }
    #[inline(always)]
    unsafe fn greatest(self) -> f32 {
        let four = _mm_max_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
        let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }
    // Without closures, which would not be compiled for the instruction set.
    #[inline(always)]
    unsafe fn integer_products<const VECTORS: usize>(
        vectors: [*const i16; VECTORS], rows: *const i8, columns: usize,
    ) -> [[i32; 4]; VECTORS] {
        let mut sums = [[_mm256_setzero_si256(); 4]; VECTORS];
        let mut d = 0;
        while d < columns {
            let from = rows.wrapping_add(d);
            let a = _mm256_cvtepi8_epi16(_mm_loadu_si128(from as *const __m128i));
            let b = _mm256_cvtepi8_epi16(_mm_loadu_si128(from.wrapping_add(columns) as *const __m128i));
            let c = _mm256_cvtepi8_epi16(_mm_loadu_si128(from.wrapping_add(2 * columns) as *const __m128i));
            let e = _mm256_cvtepi8_epi16(_mm_loadu_si128(from.wrapping_add(3 * columns) as *const __m128i));
            let mut k = 0;
            while k < VECTORS {
                let x = _mm256_loadu_si256(vectors[k].wrapping_add(d) as *const __m256i);
                sums[k][0] = _mm256_add_epi32(sums[k][0], _mm256_madd_epi16(a, x));
                sums[k][1] = _mm256_add_epi32(sums[k][1], _mm256_madd_epi16(b, x));
                sums[k][2] = _mm256_add_epi32(sums[k][2], _mm256_madd_epi16(c, x));
                sums[k][3] = _mm256_add_epi32(sums[k][3], _mm256_madd_epi16(e, x));
                k += 1;
            }
            d += 16;
        }
        let mut out = [[0i32; 4]; VECTORS];
        let mut k = 0;
        while k < VECTORS {
            let [a, b, c, d] = sums[k];
            let halves = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
            let whole = _mm_add_epi32(_mm256_castsi256_si128(halves), _mm256_extracti128_si256::<1>(halves));
            _mm_storeu_si128(out[k].as_mut_ptr() as *mut __m128i, whole);
            k += 1;
        }
        out
    }
}

/// Fewer than 8 bytes, as the low bytes of a number.
#[inline(always)]
pub unsafe fn few_bytes(bytes: *const u8, count: usize) -> u64 {
    if count == 4 {
        return (bytes as *const u32).read_unaligned() as u64;
    }
    let mut packed = 0;
    for k in 0..count {
        packed |= (bytes.wrapping_add(k).read() as u64) << (8 * k);
    }
    packed
}
