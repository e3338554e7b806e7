//! Elementary functions in single precision: the formulas of the WebAssembly kernels.
use crate::vector::Vector;

/// e^x for x up to 88, 0 below -87, NaN for NaN; relative error about `1e-7 * max(1, |x|)`. With `y = x / ln 2` and `n` the integer next to
/// it, `2^n` times a polynomial for `2^(y - n)` (minimax, degree 6). Adding 1.5 * 2^23 rounds `y` to an integer in the low bits of the sum,
/// from where it is added to the exponent.
#[inline(always)]
pub unsafe fn exp<V: Vector>(x: V) -> V {
    let y = x.mul(V::splat(std::f32::consts::LOG2_E)).pmin(V::splat(127.0)).pmax(V::splat(-126.0));
    let magic = V::splat(12582912.0);
    let shifted = y.add(magic);
    let f = y.sub(shifted.sub(magic));
    let mut p = V::splat(1.535_337_2e-4);
    p = p.madd(f, V::splat(1.339_888_1e-3));
    p = p.madd(f, V::splat(9.618_437e-3));
    p = p.madd(f, V::splat(5.550_332_5e-2));
    p = p.madd(f, V::splat(2.402_264_8e-1));
    p = p.madd(f, V::splat(6.931_472e-1));
    p = p.madd(f, V::splat(1.0));
    p.add_exponent(shifted).clear_below(x, V::splat(-87.0))
}

/// `exp` of one number.
#[inline(always)]
pub unsafe fn exponential<V: Vector>(x: f32) -> f32 {
    let mut lanes = [0f32; 16];
    exp(V::splat(x)).store(lanes.as_mut_ptr());
    lanes[0]
}

/// Natural logarithm of a positive, normal x to about 2 ulp (the scheme of S. Moshier's Cephes).
#[inline(always)]
pub fn log(x: f32) -> f32 {
    let bits = x.to_bits() as i32;
    let mut exponent = (((bits >> 23) & 255) - 126) as f32;
    let mut m = f32::from_bits(((bits & 0x007f_ffff) | 0x3f00_0000) as u32);
    if m < std::f32::consts::FRAC_1_SQRT_2 {
        exponent -= 1.0;
        m = m + m - 1.0;
    } else {
        m -= 1.0;
    }
    let z = m * m;
    let terms =
        [-1.151_461e-1, 1.167_699_9e-1, -1.242_014_1e-1, 1.424_932_3e-1, -1.666_805_8e-1, 2.000_071_5e-1, -2.499_999_4e-1, 3.333_333e-1];
    let p = terms.into_iter().fold(7.037_683_6e-2f32, |sum, term| sum * m + term);
    let mut y = m * z * p;
    y += exponent * -2.121_944_4e-4;
    y -= 0.5 * z;
    m + y + exponent * 0.693_359_4
}

/// `1 / (1 + e^-x)`. NaN for NaN.
#[inline(always)]
pub unsafe fn sigmoid<V: Vector>(x: V) -> V {
    let one = V::splat(1.0);
    one.div(one.add(exp(V::splat(0.0).sub(x))))
}

/// `tanh(x) = 2 sigmoid(2 x) - 1`, to an absolute error of about 1e-7.
#[inline(always)]
pub unsafe fn tanh<V: Vector>(x: V) -> V {
    V::splat(2.0).mul(sigmoid(x.add(x))).sub(V::splat(1.0))
}
