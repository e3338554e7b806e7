//! The items of greatest score of a whole catalogue, many at once: a heap whose root is the one to leave next. `keep_best` moves half of the list
//! for each item that enters it, a heap a few entries.
//!
//! An entry is a number of 64 bits whose order is that of the ranking: the score's bits, made comparable as integers, above the complement of the
//! item, so that of equal scores the earlier item ranks higher. Comparisons then need no branches, which could not be predicted.
use super::softmax::FORBIDDEN;
use crate::memory::{get, put, size, Fault, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

#[inline(always)]
fn entry_of(score: f32, item: i32) -> i64 {
    // -0 becomes 0.
    let bits = (score + 0.0).to_bits() as i32;
    let order = bits ^ ((bits >> 31) & i32::MAX);
    ((order as i64) << 32) | (!item as u32 as i64)
}

#[inline(always)]
fn score_of(entry: i64) -> f32 {
    let order = (entry >> 32) as i32;
    f32::from_bits((order ^ ((order >> 31) & i32::MAX)) as u32)
}

/// Entries of a heap.
struct Heap {
    entries: *mut i64,
    count: usize,
}

impl Heap {
    #[inline(always)]
    fn new(memory: &Memory, heap: usize, count: i32) -> Result<Heap, Fault> {
        let count = size(count)?;
        Ok(Heap { entries: memory.block(heap, count.saturating_mul(8))? as *mut i64, count })
    }

    #[inline(always)]
    unsafe fn root(&self) -> i64 {
        get(self.entries, 0)
    }

    /// Empties it: what ranks below every item has the score FORBIDDEN and the item -1.
    #[inline(always)]
    unsafe fn clear(&self) {
        for place in 0..self.count {
            put(self.entries, place, entry_of(FORBIDDEN, -1));
        }
    }

    /// Puts an entry at the root of the first `count` entries, or below it where entries rank lower.
    #[inline(always)]
    unsafe fn replace_root(&self, count: usize, entry: i64) {
        let mut place = 0;
        loop {
            let child = 2 * place + 1;
            if child >= count {
                break;
            }
            // The last child may have no sibling: then it is compared with itself.
            let sibling = (child + 1).min(count - 1);
            let (first, second) = (get(self.entries, child), get(self.entries, sibling));
            let lowest = first.min(second);
            if lowest >= entry {
                break;
            }
            put(self.entries, place, lowest);
            place = child + (sibling - child) * (second < first) as usize;
        }
        put(self.entries, place, entry);
    }
}

/// Empties a heap of `count` entries.
#[inline(always)]
pub unsafe fn clear_heap<V: Vector>(memory: &Memory, heap: usize, count: i32) -> Outcome {
    Heap::new(memory, heap, count)?.clear();
    Ok(())
}

/// Puts the greatest scores of one row into a heap of `count` entries. The row's items are numbered from `first`, and come after those that are
/// in the heap: of equal scores the earlier ones stay. Scores up to FORBIDDEN, and what is no number, do not enter.
#[inline(always)]
pub unsafe fn add_to_heap<V: Vector>(memory: &Memory, row: usize, columns: i32, first: i32, heap: usize, count: i32) -> Outcome {
    let x = memory.floats(row, columns)?;
    let heap = Heap::new(memory, heap, count)?;
    if heap.count == 0 {
        return Ok(());
    }
    let mut least = score_of(heap.root());
    for_vectors!(V, size(columns)?, |j, part| {
        let values: V = part.load_or(x.wrapping_add(j), f32::NEG_INFINITY);
        if values.any_above(V::splat(least)) {
            for k in j..j + part.count::<V>() {
                let score = get(x, k);
                if score > least {
                    heap.replace_root(heap.count, entry_of(score, first.wrapping_add(k as i32)));
                    least = score_of(heap.root());
                }
            }
        }
    });
    Ok(())
}

/// Puts listed items with their scores into a heap of `count` entries, in any order; -1 for none.
#[inline(always)]
pub unsafe fn add_entries<V: Vector>(memory: &Memory, scores: usize, items: usize, listed: i32, heap: usize, count: i32) -> Outcome {
    let (scores, items) = (memory.floats(scores, listed)?, memory.integers(items, listed)?);
    let heap = Heap::new(memory, heap, count)?;
    if heap.count == 0 {
        return Ok(());
    }
    for k in 0..size(listed)? {
        let item = get(items, k);
        let entry = entry_of(get(scores, k), item);
        if item >= 0 && entry > heap.root() {
            heap.replace_root(heap.count, entry);
        }
    }
    Ok(())
}

/// Writes the entries of a heap, best first, and empties it; places without an item hold FORBIDDEN and -1.
#[inline(always)]
pub unsafe fn sort_heap<V: Vector>(memory: &Memory, heap: usize, scores: usize, items: usize, count: i32) -> Outcome {
    let (scores, items) = (memory.floats(scores, count)?, memory.integers(items, count)?);
    let heap = Heap::new(memory, heap, count)?;
    for last in (0..heap.count).rev() {
        let (entry, moved) = (heap.root(), get(heap.entries, last));
        put(scores, last, score_of(entry));
        put(items, last, !(entry as i32));
        if last > 0 {
            heap.replace_root(last, moved);
        }
    }
    heap.clear();
    Ok(())
}
