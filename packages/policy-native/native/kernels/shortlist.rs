//! The items of greatest score of a whole catalogue, many at once: a heap whose root is the one to leave next. `keep_best` moves half of the list
//! for each item that enters it, a heap a few entries.
use crate::memory::{get, put, size, Memory, Outcome};
use crate::vector::{for_vectors, Part, Vector};

#[derive(Clone, Copy)]
struct Entry {
    score: f32,
    item: i32,
}

impl Entry {
    /// A lower score, or of equal scores the later item.
    #[inline(always)]
    fn ranks_below(self, other: Entry) -> bool {
        self.score < other.score || (self.score == other.score && self.item > other.item)
    }
}

/// Scores and items of the entries.
#[derive(Clone, Copy)]
struct Heap {
    scores: *mut f32,
    items: *mut i32,
}

impl Heap {
    #[inline(always)]
    unsafe fn at(self, place: usize) -> Entry {
        Entry { score: get(self.scores, place), item: get(self.items, place) }
    }

    #[inline(always)]
    unsafe fn set(self, place: usize, entry: Entry) {
        put(self.scores, place, entry.score);
        put(self.items, place, entry.item);
    }

    /// Puts an entry at a place of a heap of `count` entries, or below it where entries rank lower.
    #[inline(always)]
    unsafe fn sink(self, mut place: usize, count: usize, entry: Entry) {
        loop {
            let mut child = 2 * place + 1;
            if child >= count {
                break;
            }
            if child + 1 < count && self.at(child + 1).ranks_below(self.at(child)) {
                child += 1;
            }
            let lowest = self.at(child);
            if !lowest.ranks_below(entry) {
                break;
            }
            self.set(place, lowest);
            place = child;
        }
        self.set(place, entry);
    }
}

/// Puts the greatest scores of one row into a heap of `count` entries, whose root ranks lowest. Entries of no item have the score FORBIDDEN and
/// the item -1. The row's items are numbered from `first`, and come after those that are in the heap: of equal scores the earlier ones stay.
#[inline(always)]
#[allow(unused_assignments)] // After the last vector nobody reads the bound.
pub unsafe fn add_to_heap<V: Vector>(
    memory: &Memory, row: usize, columns: i32, first: i32, scores: usize, items: usize, count: i32,
) -> Outcome {
    let x = memory.floats(row, columns)?;
    let heap = Heap { scores: memory.floats(scores, count)?, items: memory.integers(items, count)? };
    let count = size(count)?;
    if count < 1 {
        return Ok(());
    }
    let mut least = V::splat(get(heap.scores, 0));
    for_vectors!(V, size(columns)?, |j, part| {
        let values: V = part.load_or(x.wrapping_add(j), f32::NEG_INFINITY);
        if values.any_above(least) {
            for k in j..j + part.count::<V>() {
                let score = get(x, k);
                if score > get(heap.scores, 0) {
                    heap.sink(0, count, Entry { score, item: first.wrapping_add(k as i32) });
                }
            }
            least = V::splat(get(heap.scores, 0));
        }
    });
    Ok(())
}

/// Sorts entries by their scores, the greatest first, of equal ones the earlier item.
#[inline(always)]
pub unsafe fn sort_entries<V: Vector>(memory: &Memory, scores: usize, items: usize, count: i32) -> Outcome {
    let heap = Heap { scores: memory.floats(scores, count)?, items: memory.integers(items, count)? };
    let count = size(count)?;
    for place in (0..count / 2).rev() {
        heap.sink(place, count, heap.at(place));
    }
    for last in (1..count).rev() {
        let entry = heap.at(last);
        heap.set(last, heap.at(0));
        heap.sink(0, last, entry);
    }
    Ok(())
}
