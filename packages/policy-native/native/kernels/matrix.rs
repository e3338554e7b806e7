//! Matrix products, `C = D + A B` and `C += A^T B`, in tiles that stay in registers.
//!
//! B is read in panels of 8 columns: the vectors of step `t` of panel `p` lie at `b + p * b_panel + t * b_step`. Each element of C is summed
//! over `t` in ascending order, in runs of `DEPTH`, whatever tile it falls in: a row's result depends neither on the rows beside it nor on
//! the division of the work.
use crate::memory::{offset, size, Memory, Outcome};
use crate::vector::{Part, Rest, Vector, Whole};

/// Steps that are summed up in registers before C is touched: B's panel of as many steps fits the first-level cache.
pub const DEPTH: usize = 256;
const PANEL_COLUMNS: usize = 8;

/// A factor of a product: its element `(i, t)` is at `at + i * row + t * step`, in bytes.
#[derive(Clone, Copy)]
pub struct Left {
    pub at: *mut f32,
    pub row: usize,
    pub step: usize,
}

/// The second factor, in panels of 8 columns.
#[derive(Clone, Copy)]
pub struct Right {
    pub at: *mut f32,
    pub step: usize,
    pub panel: usize,
}

/// A matrix with rows `row` bytes apart.
#[derive(Clone, Copy)]
pub struct Rows {
    pub at: *mut f32,
    pub row: usize,
}

impl Rows {
    #[inline(always)]
    fn from(self, row: usize, column: usize) -> Rows {
        Rows { at: offset(self.at, row * self.row + 4 * column), row: self.row }
    }
}

/// Checks that all panels of B lie in the memory.
#[inline(always)]
fn right(memory: &Memory, b: usize, step: usize, panel: usize, steps: usize, columns: usize) -> Result<*mut f32, crate::memory::Fault> {
    if steps == 0 || columns == 0 {
        return Ok(memory.block(b, 0)? as *mut f32);
    }
    let last = (columns - 1) / PANEL_COLUMNS;
    let run = (steps - 1).saturating_mul(step);
    // Panels before the last are full; with any stride, the furthest number is in one of the two.
    let full = if last > 0 { (last - 1).saturating_mul(panel).saturating_add(run).saturating_add(4 * PANEL_COLUMNS) } else { 0 };
    let end = last.saturating_mul(panel).saturating_add(run).saturating_add(4 * (columns - last * PANEL_COLUMNS));
    Ok(memory.block(b, full.max(end))? as *mut f32)
}

/// `C[i, j] = D[i, j] + sum over t of A[i, t] * B[t, j]`. D may be C itself, or, with `d_row` 0, one row.
#[inline(always)]
pub unsafe fn multiply<V: Vector>(
    memory: &Memory, a: usize, a_row: usize, b: usize, b_step: usize, b_panel: usize, d: usize, d_row: usize, c: usize, c_row: usize,
    rows: i32, steps: i32, columns: i32,
) -> Outcome {
    let (height, depth, width) = (size(rows)?, size(steps)?, size(columns)?);
    let left = Left { at: memory.rows(a, rows, a_row, steps)?, row: a_row, step: 4 };
    let right = Right { at: right(memory, b, b_step, b_panel, depth, width)?, step: b_step, panel: b_panel };
    let start = Rows { at: memory.rows(d, rows, d_row, columns)?, row: d_row };
    let out = Rows { at: memory.rows(c, rows, c_row, columns)?, row: c_row };
    product::<V>(left, right, start, out, height, depth, width);
    Ok(())
}

/// `C[i, j] += sum over t of A[t, i] * B[t, j]`: the gradient of a matrix from its input and its output's gradient.
#[inline(always)]
pub unsafe fn multiply_transposed<V: Vector>(
    memory: &Memory, a: usize, a_step: usize, b: usize, b_step: usize, b_panel: usize, c: usize, c_row: usize, rows: i32, steps: i32,
    columns: i32,
) -> Outcome {
    let (height, depth, width) = (size(rows)?, size(steps)?, size(columns)?);
    let left = Left { at: memory.rows(a, steps, a_step, rows)?, row: 4, step: a_step };
    let right = Right { at: right(memory, b, b_step, b_panel, depth, width)?, step: b_step, panel: b_panel };
    let out = Rows { at: memory.rows(c, rows, c_row, columns)?, row: c_row };
    product::<V>(left, right, out, out, height, depth, width);
    Ok(())
}

/// `C = D + A B` for blocks that were checked.
#[inline(always)]
pub unsafe fn product<V: Vector>(a: Left, b: Right, d: Rows, c: Rows, rows: usize, steps: usize, columns: usize) {
    let mut start = d;
    let mut from = 0;
    while from < steps {
        let run = DEPTH.min(steps - from);
        let left = Left { at: offset(a.at, from * a.step), ..a };
        let right = Right { at: offset(b.at, from * b.step), ..b };
        match rows {
            1 => tiles::<V, 8>(left, right, start, c, rows, run, columns),
            2 => tiles::<V, 4>(left, right, start, c, rows, run, columns),
            _ => tiles::<V, 2>(left, right, start, c, rows, run, columns),
        }
        // What was summed up so far is in C.
        start = c;
        from += run;
    }
}

/// One run of steps for all of C, in tiles `WIDE` vectors wide.
#[inline(always)]
unsafe fn tiles<V: Vector, const WIDE: usize>(a: Left, b: Right, d: Rows, c: Rows, rows: usize, run: usize, columns: usize) {
    let mut j = 0;
    while j + WIDE * V::LANES <= columns {
        column_of_tiles::<V, Whole, WIDE>(Whole, a, panel(b, j), d.from(0, j), c.from(0, j), rows, run);
        j += WIDE * V::LANES;
    }
    while j + V::LANES <= columns {
        column_of_tiles::<V, Whole, 1>(Whole, a, panel(b, j), d.from(0, j), c.from(0, j), rows, run);
        j += V::LANES;
    }
    if j < columns {
        column_of_tiles::<V, Rest, 1>(Rest(columns - j), a, panel(b, j), d.from(0, j), c.from(0, j), rows, run);
    }
}

/// B from a column on.
#[inline(always)]
fn panel(b: Right, column: usize) -> Right {
    let bytes = column / PANEL_COLUMNS * b.panel + 4 * (column % PANEL_COLUMNS);
    Right { at: offset(b.at, bytes), ..b }
}

/// Tiles below one another, of about equally many rows: one of few would wait for its own sums.
#[inline(always)]
unsafe fn column_of_tiles<V: Vector, P: Part, const C: usize>(part: P, a: Left, b: Right, d: Rows, c: Rows, rows: usize, run: usize) {
    let mut i = 0;
    while i < rows {
        let left = rows - i;
        let take = if left >= V::TILE_ROWS + V::TILE_ROWS / 2 {
            V::TILE_ROWS
        } else if left > V::TILE_ROWS {
            left.div_ceil(2)
        } else {
            left
        };
        let at = Left { at: offset(a.at, i * a.row), ..a };
        let (from, to) = (d.from(i, 0), c.from(i, 0));
        match take {
            1 => tile::<V, P, 1, C>(part, at, b, from, to, run),
            2 if C <= 4 => tile::<V, P, 2, C>(part, at, b, from, to, run),
            3 if C <= 2 => tile::<V, P, 3, C>(part, at, b, from, to, run),
            4 if C <= 2 => tile::<V, P, 4, C>(part, at, b, from, to, run),
            5 if C <= 2 && V::TILE_ROWS >= 5 => tile::<V, P, 5, C>(part, at, b, from, to, run),
            6 if C <= 2 && V::TILE_ROWS >= 6 => tile::<V, P, 6, C>(part, at, b, from, to, run),
            7 if C <= 2 && V::TILE_ROWS >= 7 => tile::<V, P, 7, C>(part, at, b, from, to, run),
            8 if C <= 2 && V::TILE_ROWS >= 8 => tile::<V, P, 8, C>(part, at, b, from, to, run),
            _ => unreachable!("tiles have at most {} rows", V::TILE_ROWS),
        }
        i += take;
    }
}

/// `R` rows by `C` vectors of the result.
#[inline(always)]
unsafe fn tile<V: Vector, P: Part, const R: usize, const C: usize>(part: P, a: Left, b: Right, d: Rows, c: Rows, run: usize) {
    let mut sums = [[V::splat(0.0); C]; R];
    let mut left = a.at;
    let mut right = b.at;
    for _ in 0..run {
        let mut row = [V::splat(0.0); C];
        for (k, vector) in row.iter_mut().enumerate() {
            let column = k * V::LANES;
            let at = offset(right, column / PANEL_COLUMNS * b.panel + 4 * (column % PANEL_COLUMNS));
            *vector = part.load_panels(at, b.panel);
        }
        for (i, sum) in sums.iter_mut().enumerate() {
            let x = V::splat(offset(left, i * a.row).read_unaligned());
            for (k, value) in sum.iter_mut().enumerate() {
                *value = x.madd(row[k], *value);
            }
        }
        left = offset(left, a.step);
        right = offset(right, b.step);
    }
    for (i, sum) in sums.iter().enumerate() {
        for (k, value) in sum.iter().enumerate() {
            let start: V = part.load(d.from(i, k * V::LANES).at);
            part.store(c.from(i, k * V::LANES).at, start.add(*value));
        }
    }
}

/// `sums[j] += sum over i of C[i, j]`; rows of C are `c_row` bytes apart.
#[inline(always)]
pub unsafe fn add_column_sums<V: Vector>(memory: &Memory, c: usize, c_row: usize, sums: usize, rows: i32, columns: i32) -> Outcome {
    let matrix = Rows { at: memory.rows(c, rows, c_row, columns)?, row: c_row };
    let out = memory.floats(sums, columns)?;
    column_sums::<V>(matrix, out, size(rows)?, size(columns)?);
    Ok(())
}

/// `add_column_sums` for blocks that were checked.
#[inline(always)]
pub unsafe fn column_sums<V: Vector>(matrix: Rows, out: *mut f32, rows: usize, columns: usize) {
    crate::vector::for_vectors!(V, columns, |j, part| {
        let mut sum: V = part.load(out.wrapping_add(j));
        for i in 0..rows {
            sum = sum.add(part.load(matrix.from(i, j).at));
        }
        part.store(out.wrapping_add(j), sum);
    });
}
