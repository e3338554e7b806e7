import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CheckpointError } from '../errors/checkpoint-error.js';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { PADDING } from '../observation/observation.js';
import { createItemIndex, type ItemIndex } from './item-index.js';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** All that can be read of an index. */
const contentOf = ({ capacity, size, free, version, available, ids }: ItemIndex) =>
  structuredClone({ capacity, size, free, version, available, ids });

/** What is expected of an index: a plain map of ids to indices. */
class Reference {
  readonly capacity: number;
  readonly items = new Map<string, number>();
  readonly removed = new Map<string, number>();
  free: number[];

  constructor(capacity: number, ids: readonly string[]) {
    this.capacity = capacity;
    for (const [item, id] of ids.entries()) this.items.set(id, item);
    this.free = Array.from({ length: capacity - ids.length }, (_, k) => ids.length + k);
  }

  /** Whether the change is possible; it is then made. */
  add(ids: readonly string[]): boolean {
    const needed = ids.filter((id) => !this.removed.has(id)).length;
    if (needed > this.free.length || ids.some((id) => this.items.has(id))) return false;
    for (const id of ids) {
      this.items.set(id, this.removed.get(id) ?? this.free.shift()!);
      this.removed.delete(id);
    }
    return true;
  }

  remove(ids: readonly string[]): boolean {
    if (!ids.every((id) => this.items.has(id))) return false;
    for (const id of ids) {
      this.removed.set(id, this.items.get(id)!);
      this.items.delete(id);
    }
    return true;
  }

  compact(): number[] {
    const freed = [...this.removed.values()].sort((a, b) => a - b);
    this.removed.clear();
    this.free.push(...freed);
    return freed;
  }
}

function expectSame(index: ItemIndex, reference: Reference): void {
  const available = new Uint8Array(reference.capacity);
  for (const item of reference.items.values()) available[item] = 1;
  expect(index.available).toEqual(available);
  expect(index.size).toBe(reference.items.size);
  expect(index.free).toBe(reference.free.length);
  const places = [...reference.items, ...reference.removed];
  const ids = Array.from(
    { length: reference.capacity },
    (_, item) => places.find((each) => each[1] === item)?.[0] ?? null,
  );
  expect(index.ids).toEqual(ids);
  for (const id of IDS) expect(index.indexOf(id)).toBe(places.find((each) => each[0] === id)?.[1] ?? PADDING);
  for (const [id, item] of places) expect(index.idOf(item)).toBe(id);
  for (const item of reference.free) expect(() => index.idOf(item)).toThrow(InvalidOptionError);
}

describe('createItemIndex', () => {
  const some = fc.uniqueArray(fc.constantFrom(...IDS), { maxLength: 4 });
  const change = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), ids: some }),
    fc.record({ kind: fc.constant('remove' as const), ids: some }),
    fc.record({ kind: fc.constant('compact' as const), ids: fc.constant([]) }),
  );
  const sequences = fc.record({
    ids: some,
    spare: fc.integer({ min: 1, max: 4 }),
    changes: fc.array(change, { maxLength: 25 }),
  });

  test('is a plain map of ids to indices, through any changes', () => {
    fc.assert(
      fc.property(sequences, ({ ids, spare, changes }) => {
        const index = createItemIndex({ ids, capacity: ids.length + spare });
        const reference = new Reference(ids.length + spare, ids);
        expectSame(index, reference);
        for (const { kind, ids: some } of changes) {
          const before = contentOf(index);
          const { available, ids: idsBefore } = index;
          const copy = [available.slice(), idsBefore.slice()];
          if (kind === 'compact') {
            expect([...index.compact()]).toEqual(reference.compact());
          } else if (reference[kind](some)) {
            expect([...index[kind](some)]).toEqual(some.map((id) => index.indexOf(id)));
          } else {
            expect(() => index[kind](some)).toThrow(InvalidOptionError);
            expect(contentOf(index)).toEqual(before);
          }
          expectSame(index, reference);
          expect([available, idsBefore], 'arrays of before').toEqual(copy);
          const isSame =
            JSON.stringify({ ...contentOf(index), version: 0 }) === JSON.stringify({ ...before, version: 0 });
          expect(index.version).toBe(before.version + (isSame ? 0 : 1));
          if (index.available.join() !== available.join()) expect(index.available).not.toBe(available);
        }
      }),
    );
  });

  test('indices of items never change, also in a larger index', () => {
    fc.assert(
      fc.property(sequences, fc.nat(5), ({ ids, spare, changes }, more) => {
        const index = createItemIndex({ ids, capacity: ids.length + spare });
        for (const { kind, ids: some } of changes) {
          const before = new Map(index.ids.map((id, item) => [id, item]));
          try {
            index[kind](some);
          } catch {
            continue;
          }
          for (const [item, id] of index.ids.entries()) {
            if (id !== null && before.has(id)) expect(item).toBe(before.get(id));
          }
        }
        const larger = index.withCapacity(index.capacity + more);
        const nothing = new Array<null>(more).fill(null);
        expect(larger.ids).toEqual([...index.ids, ...nothing]);
        expect([...larger.available]).toEqual([...index.available, ...nothing.map(() => 0)]);
        expect(larger.free).toBe(index.free + more);
        // It is a copy.
        const content = contentOf(index);
        if (larger.free > 0) larger.add(['new']);
        expect(contentOf(index)).toEqual(content);
      }),
    );
  });

  test('a checkpoint restores an index, which then gives the same indices', () => {
    fc.assert(
      fc.property(sequences, fc.nat(25), ({ ids, spare, changes }, split) => {
        const capacity = ids.length + spare;
        const apply = (index: ItemIndex, { kind, ids: some }: (typeof changes)[number]) => {
          try {
            return [...index[kind](some)];
          } catch (error) {
            return (error as Error).message;
          }
        };
        const index = createItemIndex({ ids, capacity });
        for (const each of changes.slice(0, split)) apply(index, each);
        const checkpoint = index.checkpoint();
        const content = contentOf(index);
        const restored = createItemIndex({ capacity });
        restored.restore(checkpoint);
        expect(contentOf(restored)).toEqual(content);
        for (const each of changes.slice(split)) expect(apply(restored, each)).toEqual(apply(index, each));
        expect(contentOf(restored)).toEqual(contentOf(index));
        // The checkpoint is a copy.
        restored.restore(checkpoint);
        expect(contentOf(restored)).toEqual(content);
      }),
    );
  });

  test('uses the index again that was freed first, once all others are taken', () => {
    const index = createItemIndex({ ids: ['a', 'b', 'c'], capacity: 4 });
    index.remove(['c']);
    index.compact();
    index.remove(['a']);
    index.compact();
    expect([...index.add(['x', 'y', 'z'])]).toEqual([3, 2, 0]);
  });

  test('does not give the index of a removed item to another one before compact', () => {
    const index = createItemIndex({ ids: ['a', 'b'] });
    index.remove(['a']);
    expect(() => index.add(['c'])).toThrow(
      'ids: expected at most 0 new ids, as that many of 2 indices are free (compact() frees 1 of removed items); for more, make an ' +
        'index with withCapacity, and move the weights to a network of that capacity with remapItems; found 1 new id.',
    );
    expect([...index.add(['a'])]).toEqual([0]);
    index.remove(['a']);
    expect([...index.compact()]).toEqual([0]);
    expect([...index.add(['c'])]).toEqual([0]);
    expect(index.indexOf('a')).toBe(-1);
  });

  test.each([
    [{ ids: ['a', 'a'] }, 'ids[1]: expected each id once; found "a" twice'],
    [{ ids: ['a', ''] }, 'ids[1]: expected an id: non-empty, well-formed text; found ""'],
    [{ ids: ['\ud83c'] }, 'ids[0]: expected an id'],
    [{ ids: [7 as unknown as string] }, 'ids[0]: expected an id: non-empty, well-formed text; found 7'],
    [{ ids: 'ab' as unknown as string[] }, 'ids: expected a list of item ids'],
    [{ ids: ['a', 'b'], capacity: 1 }, 'capacity: expected an integer of at least 2; found 1'],
    [{ ids: [] }, 'capacity: expected an integer of at least 1; found 0'],
    [{ id: ['a'] } as object, 'did you mean ids?'],
  ])('refuses %j', (options, message) => {
    expect(() => createItemIndex(options)).toThrow(InvalidOptionError);
    expect(() => createItemIndex(options)).toThrow(message);
  });

  test('refuses changes that cannot be made, by the id', () => {
    const index = createItemIndex({ ids: ['a', 'b'], capacity: 9 });
    const content = contentOf(index);
    const refusals: [() => unknown, string][] = [
      [() => index.add(['c', 'b']), 'ids[1]: expected an id that is not in the catalogue; found "b"'],
      [() => index.add(['c', 'c']), 'ids[1]: expected each id once'],
      [() => index.remove(['a', 'x']), 'ids[1]: expected an id in the catalogue; found "x"'],
      [() => index.remove(['a', 'a']), 'ids[1]: expected each id once'],
      [() => index.idOf(2), 'item: expected the index of an item, from 0 to 8, not of a free place; found 2'],
      [() => index.withCapacity(8), 'capacity: expected an integer of at least 9; found 8'],
    ];
    for (const [change, message] of refusals) {
      expect(change).toThrow(InvalidOptionError);
      expect(change).toThrow(message);
    }
    expect(contentOf(index)).toEqual(content);
    index.remove(['a']);
    expect(() => index.remove(['a'])).toThrow('ids[0]: expected an id in the catalogue; found "a"');
  });

  test('refuses a checkpoint of another capacity or one that no index made, and is then unchanged', () => {
    const made = createItemIndex({ ids: ['a', 'b', 'c'], capacity: 4 });
    made.remove(['b']);
    const checkpoint = made.checkpoint();
    const index = createItemIndex({ ids: ['x'], capacity: 4 });
    const content = contentOf(index);
    const wrong: Checkpoint[] = [
      createItemIndex({ capacity: 5 }).checkpoint(),
      { ...checkpoint, ids: ['a', 'a', 'c', null] },
      { ...checkpoint, ids: ['a', 'b', 'c', ''] },
      { ...checkpoint, ids: ['a', 'b', 'c'] },
      { ...checkpoint, ids: 'abcd' },
      { ...checkpoint, available: Uint8Array.of(1, 0, 1, 1) },
      { ...checkpoint, available: Uint8Array.of(1, 0, 2, 0) },
      { ...checkpoint, free: Int32Array.of(0) },
      { ...checkpoint, free: Int32Array.of() },
      { ...checkpoint, free: Int32Array.of(3, 3) },
      { ...checkpoint, free: Int32Array.of(4) },
      { ...checkpoint, version: -1 },
      {},
    ];
    for (const each of wrong) {
      expect(() => index.restore(each)).toThrow(CheckpointError);
      expect(contentOf(index)).toEqual(content);
    }
    expect(() => index.restore(wrong[0])).toThrow('createItemIndex({ capacity: 5 })');
    index.restore(checkpoint);
    expect(contentOf(index)).toEqual(contentOf(made));
  });
});
