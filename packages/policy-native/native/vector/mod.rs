//! Vectors of floats, one type for each instruction set. Kernels are generic over them.
//!
//! All functions are `unsafe`: they may only run inside a function that is compiled for the instruction set.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod part;
mod plain;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub use neon::Neon;
pub use part::{Part, Rest, Whole};
pub use plain::Plain;

pub trait Vector: Copy {
    /// Numbers in a vector: a multiple of 4, at most 16.
    const LANES: usize;
    /// Rows of a matrix product's tile of two vectors that stays in registers.
    const TILE_ROWS: usize;

    unsafe fn splat(x: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    /// The first `count` lanes from memory, the others `rest`.
    unsafe fn load_part(from: *const f32, count: usize, rest: f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn store_part(self, to: *mut f32, count: usize);
    /// Loads columns of a matrix in panels of 8 columns, which are `panel` bytes apart.
    unsafe fn load_panels(from: *const f32, panel: usize) -> Self;
    /// The same for the first `count` columns; the others are 0.
    unsafe fn load_panels_part(from: *const f32, panel: usize, count: usize) -> Self;

    unsafe fn add(self, other: Self) -> Self;
    unsafe fn sub(self, other: Self) -> Self;
    unsafe fn mul(self, other: Self) -> Self;
    unsafe fn div(self, other: Self) -> Self;
    /// `self * b + c`: with one rounding where the instruction set can.
    unsafe fn madd(self, b: Self, c: Self) -> Self;
    /// `other < self ? other : self`: this one if either is NaN.
    unsafe fn pmin(self, other: Self) -> Self;
    /// `self < other ? other : self`: this one if either is NaN.
    unsafe fn pmax(self, other: Self) -> Self;
    unsafe fn abs(self) -> Self;
    unsafe fn sqrt(self) -> Self;
    /// 0 in the lanes in which `x < bound`.
    unsafe fn clear_below(self, x: Self, bound: Self) -> Self;
    /// 0 in the lanes in which not `x >= bound`.
    unsafe fn clear_unless_reached(self, x: Self, bound: Self) -> Self;
    /// 0 in the lanes in which not `x > bound`.
    unsafe fn clear_unless_above(self, x: Self, bound: Self) -> Self;
    unsafe fn any_above(self, bound: Self) -> bool;
    /// Adds the low bits of `shifted` to the exponent: a product with a power of 2.
    unsafe fn add_exponent(self, shifted: Self) -> Self;
    /// `fill` in the lanes whose byte is 0. `bytes` holds `count` of them; the lanes beyond become `fill`.
    unsafe fn where_allowed(self, bytes: *const u8, count: usize, fill: Self) -> Self;
    /// The sum of the lanes, in a fixed order.
    unsafe fn sum(self) -> f32;
    /// The greatest lane.
    unsafe fn greatest(self) -> f32;
    /// Sums of products of four consecutive rows of `columns` 8-bit numbers, a multiple of 16, with vectors of 16-bit numbers: a row of sums for
    /// each vector. They are exact within 32 bits, so that every instruction set gives the same.
    #[inline(always)]
    unsafe fn integer_products<const VECTORS: usize>(
        vectors: [*const i16; VECTORS], rows: *const i8, columns: usize,
    ) -> [[i32; 4]; VECTORS] {
        let mut sums = [[0i32; 4]; VECTORS];
        for (of_vector, vector) in sums.iter_mut().zip(vectors) {
            for (k, sum) in of_vector.iter_mut().enumerate() {
                let row = rows.wrapping_add(k * columns);
                let mut d = 0;
                while d < columns {
                    let x = (vector.wrapping_add(d) as *const [i16; 16]).read_unaligned();
                    let y = (row.wrapping_add(d) as *const [i8; 16]).read_unaligned();
                    *sum = sum.wrapping_add((0..16).fold(0, |part: i32, j| part.wrapping_add(x[j] as i32 * y[j] as i32)));
                    d += 16;
                }
            }
        }
        sums
    }
}

/// Runs a block for each vector of `count` numbers, `$at` being the place of its first: for whole vectors with `$part = Whole`, for what is
/// left at the end with `$part = Rest(..)`.
macro_rules! for_vectors {
    ($vector:ident, $count:expr, |$at:ident, $part:ident| $body:block) => {{
        let count: usize = $count;
        let mut $at: usize = 0;
        while $at + $vector::LANES <= count {
            let $part = $crate::vector::Whole;
            $body
            $at += $vector::LANES;
        }
        if $at < count {
            let $part = $crate::vector::Rest(count - $at);
            $body
        }
    }};
}
pub(crate) use for_vectors;
