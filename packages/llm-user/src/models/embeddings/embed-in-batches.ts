import type { EmbedOptions } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';

/** Embeds some texts, in order. */
export type EmbedBatch = (texts: readonly string[], signal?: AbortSignal) => Promise<readonly (readonly number[])[]>;

/**
 * Embeds texts some at a time, and looks at what comes back.
 * @throws {LanguageModelError} where vectors are missing, of another length, or hold what is no number.
 */
export async function embedInBatches(
  { name, dimension, batch }: { readonly name: string; readonly dimension: number; readonly batch: number },
  embed: EmbedBatch,
  texts: readonly string[],
  { signal, onProgress, onVectors }: EmbedOptions = {},
): Promise<Float32Array> {
  const vectors = new Float32Array(texts.length * dimension);
  for (let start = 0; start < texts.length; start += batch) {
    signal?.throwIfAborted();
    const some = texts.slice(start, start + batch);
    const found = await embed(some, signal);
    checkRows(name, found, some.length, dimension);
    for (const [k, vector] of found.entries()) vectors.set(vector, (start + k) * dimension);
    onVectors?.(start, vectors.slice(start * dimension, (start + some.length) * dimension));
    onProgress?.(start + some.length, texts.length);
  }
  return vectors;
}

/** Embeds one text to learn how long a model's vectors are. */
export async function dimensionOf(name: string, embed: EmbedBatch): Promise<number> {
  const found = await embed(['dimension']);
  const dimension = found[0]?.length ?? 0;
  checkRows(name, found, 1, dimension);
  return dimension;
}

/**
 * Looks at what an embedding model gave: `[texts, dimension]` finite numbers.
 * @throws {LanguageModelError} if the dimension is not a positive integer, there are too few or too many numbers, or one is
 * not finite.
 */
export function checkVectors(
  name: string,
  vectors: Float32Array | undefined,
  texts: number,
  dimension: number | undefined,
): void {
  if (dimension === undefined || !(Number.isSafeInteger(dimension) && dimension >= 1))
    throw fault(name, 'a dimension that is an integer of at least 1', `dimension ${dimension}`);
  const expected = `${texts} vectors of ${dimension} numbers, one after the other in a Float32Array`;
  if (!(vectors instanceof Float32Array)) throw fault(name, expected, describe(vectors));
  if (vectors.length !== texts * dimension) throw fault(name, expected, `${vectors.length} numbers`);
  const wrong = vectors.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1)
    throw fault(name, expected, `${vectors[wrong]} in the vector of text ${Math.floor(wrong / dimension)}`);
}

function checkRows(name: string, vectors: readonly (readonly number[])[], count: number, dimension: number): void {
  const expected = `${count} vectors of ${dimension || 'some'} numbers`;
  if (vectors.length !== count) throw fault(name, expected, `${vectors.length} vectors`);
  for (const vector of vectors) {
    if (vector.length !== dimension || dimension === 0) throw fault(name, expected, `one of ${vector.length} numbers`);
    // What overflows a 32-bit float is no number there.
    const wrong = vector.find((value) => !Number.isFinite(Math.fround(value)));
    if (wrong !== undefined || !vector.every((value) => typeof value === 'number'))
      throw fault(
        name,
        expected,
        `one that holds what is no number of 32 bits${wrong === undefined ? '' : `, ${wrong}`}`,
      );
  }
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  return value.constructor?.name ?? 'an object';
}

function fault(name: string, expected: string, found: string): LanguageModelError {
  return new LanguageModelError(name, `expected ${expected}; found ${found}`, { kind: 'unusable reply' });
}
