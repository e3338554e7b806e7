//! The memory that kernels read and write, with checked addresses.

/// Why a kernel did not run to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// A block reaches beyond the memory.
    Outside { address: u64, bytes: u64, length: u64 },
    /// A size is negative.
    Negative { size: i64 },
    /// The number of arguments is wrong, or one is no number that its type can hold.
    Argument,
}

pub type Outcome = Result<(), Fault>;

/// The bytes of a `WebAssembly.Memory`. Every block is checked before it is touched: an address out of range is an error of the caller,
/// not a crash of the process.
#[derive(Clone, Copy)]
pub struct Memory {
    base: *mut u8,
    length: usize,
}

impl Memory {
    pub const EMPTY: Memory = Memory { base: std::ptr::null_mut(), length: 0 };

    /// # Safety
    /// `length` bytes from `base` on must stay valid while kernels use this memory.
    pub unsafe fn new(base: *mut u8, length: usize) -> Memory {
        Memory { base, length }
    }

    /// The block of `bytes` bytes at an address.
    #[inline(always)]
    pub fn block(&self, address: usize, bytes: usize) -> Result<*mut u8, Fault> {
        match address.checked_add(bytes) {
            Some(end) if end <= self.length => Ok(self.base.wrapping_add(address)),
            _ => Err(self.outside(address, bytes)),
        }
    }

    #[cold]
    fn outside(&self, address: usize, bytes: usize) -> Fault {
        Fault::Outside { address: address as u64, bytes: bytes as u64, length: self.length as u64 }
    }

    /// `count` floats.
    #[inline(always)]
    pub fn floats(&self, address: usize, count: i32) -> Result<*mut f32, Fault> {
        Ok(self.block(address, 4 * size(count)?)? as *mut f32)
    }

    /// `count` 32-bit integers.
    #[inline(always)]
    pub fn integers(&self, address: usize, count: i32) -> Result<*mut i32, Fault> {
        Ok(self.floats(address, count)? as *mut i32)
    }

    /// `rows` contiguous rows of `columns` floats.
    #[inline(always)]
    pub fn table(&self, address: usize, rows: i32, columns: i32) -> Result<*mut f32, Fault> {
        self.rows(address, rows, 4 * size(columns)?, columns)
    }

    /// `rows` rows of `columns` floats, `stride` bytes apart.
    #[inline(always)]
    pub fn rows(&self, address: usize, rows: i32, stride: usize, columns: i32) -> Result<*mut f32, Fault> {
        let width = 4 * size(columns)?;
        let rows = size(rows)?;
        let bytes = if rows == 0 || width == 0 { 0 } else { ((rows - 1).saturating_mul(stride)).saturating_add(width) };
        Ok(self.block(address, bytes)? as *mut f32)
    }

    /// One row of a table whose number was read from the memory itself.
    #[inline(always)]
    pub fn row(&self, table: usize, row: i32, columns: i32) -> Result<*mut f32, Fault> {
        let width = 4 * size(columns)?;
        Ok(self.block(table.saturating_add(size(row)?.saturating_mul(width)), width)? as *mut f32)
    }
}

/// A size as an unsigned number. `Fault::Negative` if it is negative.
#[inline(always)]
pub fn size(value: i32) -> Result<usize, Fault> {
    if value < 0 {
        return Err(Fault::Negative { size: value as i64 });
    }
    Ok(value as usize)
}

/// The number at an address that may not be aligned.
#[inline(always)]
pub unsafe fn get<T: Copy>(from: *const T, index: usize) -> T {
    from.wrapping_add(index).read_unaligned()
}

/// Writes a number to an address that may not be aligned.
#[inline(always)]
pub unsafe fn put<T>(to: *mut T, index: usize, value: T) {
    to.wrapping_add(index).write_unaligned(value)
}

/// A pointer moved by a number of bytes.
#[inline(always)]
pub fn offset<T>(from: *mut T, bytes: usize) -> *mut T {
    (from as *mut u8).wrapping_add(bytes) as *mut T
}
