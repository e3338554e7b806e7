import { described, InvalidOptionError } from '../errors/invalid-option-error.js';

/** Throws unless a value is a list of distinct ids: non-empty, well-formed strings. @throws {InvalidOptionError} */
export function checkIds(ids: readonly string[]): void {
  if (!Array.isArray(ids)) throw new InvalidOptionError('ids', ids, "a list of item ids, such as ['film-1', 'film-2']");
  const seen = new Set<string>();
  for (const [k, id] of ids.entries()) {
    // Without lone surrogates, which are lost in UTF-8.
    if (typeof id !== 'string' || id === '' || /\p{Surrogate}/u.test(id)) {
      throw new InvalidOptionError(`ids[${k}]`, id, 'an id: non-empty, well-formed text');
    }
    if (seen.has(id))
      throw new InvalidOptionError(`ids[${k}]`, described(`${JSON.stringify(id)} twice`), 'each id once');
    seen.add(id);
  }
}
