//! Tokens: what one interaction is to a state encoder. An item `i` with feedback `f` is `x = f * positive[i] + (1 - f) * negative[i]`.
use crate::memory::{get, size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

/// `tokens[k] = f * positive[i] + (1 - f) * negative[i]` for `count` interactions with items `item[k]` and feedback `feedback[k]`.
#[inline(always)]
pub unsafe fn gather_tokens<V: Vector>(
    memory: &Memory, item: usize, feedback: usize, count: i32, positive: usize, negative: usize, columns: i32, tokens: usize,
) -> Outcome {
    let items = memory.integers(item, count)?;
    let feedbacks = memory.floats(feedback, count)?;
    let out = memory.table(tokens, count, columns)?;
    let width = size(columns)?;
    for k in 0..size(count)? {
        let f = get(feedbacks, k);
        let (weight, rest) = (V::splat(f), V::splat(1.0 - f));
        let i = get(items, k);
        let (yes, no) = (memory.row(positive, i, columns)?, memory.row(negative, i, columns)?);
        let to = out.wrapping_add(k * width);
        for_vectors!(V, width, |d, part| {
            let taken = weight.mul(part.load(yes.wrapping_add(d)));
            part.store(to.wrapping_add(d), rest.madd(part.load(no.wrapping_add(d)), taken));
        });
    }
    Ok(())
}

/// The gradient of `gather_tokens`: adds to those of the tables what `d_tokens` asks for, in the columns from `first` up to `last`.
#[inline(always)]
pub unsafe fn scatter_tokens<V: Vector>(
    memory: &Memory, item: usize, feedback: usize, count: i32, d_liked: usize, d_passed: usize, columns: i32, d_tokens: usize, first: i32,
    last: i32,
) -> Outcome {
    let items = memory.integers(item, count)?;
    let feedbacks = memory.floats(feedback, count)?;
    let gradients = memory.table(d_tokens, count, columns)?;
    let (width, start, end) = (size(columns)?, size(first)?, size(last.min(columns))?);
    for k in 0..size(count)? {
        let f = get(feedbacks, k);
        let (weight, rest) = (V::splat(f), V::splat(1.0 - f));
        let i = get(items, k);
        let (yes, no) = (memory.row(d_liked, i, columns)?, memory.row(d_passed, i, columns)?);
        let (yes, no) = (yes.wrapping_add(start), no.wrapping_add(start));
        let from = gradients.wrapping_add(k * width + start);
        for_vectors!(V, end.saturating_sub(start), |d, part| {
            let g: V = part.load(from.wrapping_add(d));
            part.store(yes.wrapping_add(d), weight.madd(g, part.load(yes.wrapping_add(d))));
            part.store(no.wrapping_add(d), rest.madd(g, part.load(no.wrapping_add(d))));
        });
    }
    Ok(())
}

/// Tokens of a table that positive and negative feedback share: `x = [f * table[i], (1 - f) * table[i]]`, twice as wide as its rows of
/// `columns` elements.
#[inline(always)]
pub unsafe fn gather_tied_tokens<V: Vector>(
    memory: &Memory, item: usize, feedback: usize, count: i32, table: usize, columns: i32, tokens: usize,
) -> Outcome {
    let items = memory.integers(item, count)?;
    let feedbacks = memory.floats(feedback, count)?;
    let out = memory.table(tokens, count, columns.saturating_mul(2))?;
    let width = size(columns)?;
    for k in 0..size(count)? {
        let f = get(feedbacks, k);
        let (weight, rest) = (V::splat(f), V::splat(1.0 - f));
        let from = memory.row(table, get(items, k), columns)?;
        let yes = out.wrapping_add(2 * k * width);
        let no = yes.wrapping_add(width);
        for_vectors!(V, width, |d, part| {
            let x: V = part.load(from.wrapping_add(d));
            part.store(yes.wrapping_add(d), weight.mul(x));
            part.store(no.wrapping_add(d), rest.mul(x));
        });
    }
    Ok(())
}

/// The gradient of `gather_tied_tokens`, in the columns of the table from `first` up to `last`, as `scatter_tokens`.
#[inline(always)]
pub unsafe fn scatter_tied_tokens<V: Vector>(
    memory: &Memory, item: usize, feedback: usize, count: i32, d_table: usize, columns: i32, d_tokens: usize, first: i32, last: i32,
) -> Outcome {
    let items = memory.integers(item, count)?;
    let feedbacks = memory.floats(feedback, count)?;
    let gradients = memory.table(d_tokens, count, columns.saturating_mul(2))?;
    let (width, start, end) = (size(columns)?, size(first)?, size(last.min(columns))?);
    for k in 0..size(count)? {
        let f = get(feedbacks, k);
        let (weight, rest) = (V::splat(f), V::splat(1.0 - f));
        let to = memory.row(d_table, get(items, k), columns)?.wrapping_add(start);
        let yes = gradients.wrapping_add(2 * k * width + start);
        let no = yes.wrapping_add(width);
        for_vectors!(V, end.saturating_sub(start), |d, part| {
            let sum = weight.madd(part.load(yes.wrapping_add(d)), part.load(to.wrapping_add(d)));
            part.store(to.wrapping_add(d), rest.madd(part.load(no.wrapping_add(d)), sum));
        });
    }
    Ok(())
}
