//! Arguments of kernels, which come as JavaScript numbers.
use crate::memory::Fault;

pub trait Argument: Sized {
    fn from_number(value: f64) -> Result<Self, Fault>;
}

/// An address or a distance in bytes: an integer from 0 up to 2^32.
impl Argument for usize {
    #[inline(always)]
    fn from_number(value: f64) -> Result<Self, Fault> {
        let whole = value as u64;
        if whole as f64 != value || whole > 1 << 32 {
            return Err(Fault::Argument);
        }
        Ok(whole as usize)
    }
}

impl Argument for i32 {
    #[inline(always)]
    fn from_number(value: f64) -> Result<Self, Fault> {
        let whole = value as i32;
        if whole as f64 != value {
            return Err(Fault::Argument);
        }
        Ok(whole)
    }
}

impl Argument for f32 {
    #[inline(always)]
    fn from_number(value: f64) -> Result<Self, Fault> {
        Ok(value as f32)
    }
}

impl Argument for f64 {
    #[inline(always)]
    fn from_number(value: f64) -> Result<Self, Fault> {
        Ok(value)
    }
}

/// The next argument, of the type that the kernel takes.
#[inline(always)]
pub fn next<T: Argument>(values: &mut std::slice::Iter<'_, f64>) -> Result<T, Fault> {
    T::from_number(*values.next().ok_or(Fault::Argument)?)
}
