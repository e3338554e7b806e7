import { described, InvalidOptionError } from '@ialp/core';

/** Ids of the items of a catalogue, by index; null for an index without an item. */
export type ItemIds = readonly (string | null)[];

/** Throws unless a list has distinct ids, and null for indices without an item. @throws {InvalidOptionError} */
export function checkItemIds(option: string, ids: ItemIds): void {
  const expected = 'a list of item ids, null for an index without an item: ids of an ItemIndex';
  if (!Array.isArray(ids)) throw new InvalidOptionError(option, ids, expected);
  const seen = new Set<unknown>();
  for (const [k, id] of ids.entries()) {
    if (id === null) continue;
    // Without lone surrogates, which are lost in UTF-8.
    if (typeof id !== 'string' || id === '' || /\p{Surrogate}/u.test(id)) {
      throw new InvalidOptionError(`${option}[${k}]`, id, 'an id: non-empty, well-formed text, or null');
    }
    if (seen.has(id)) {
      throw new InvalidOptionError(`${option}[${k}]`, described(`${JSON.stringify(id)} twice`), 'each id once');
    }
    seen.add(id);
  }
}
