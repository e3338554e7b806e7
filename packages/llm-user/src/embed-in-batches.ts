import type { EmbedOptions } from './embedding-model.js';
import { LanguageModelError } from './errors.js';

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
  { signal, onProgress }: EmbedOptions = {},
): Promise<Float32Array> {
  const vectors = new Float32Array(texts.length * dimension);
  for (let start = 0; start < texts.length; start += batch) {
    signal?.throwIfAborted();
    const some = texts.slice(start, start + batch);
    const found = await embed(some, signal);
    requireVectors(name, found, some.length, dimension);
    for (const [k, vector] of found.entries()) vectors.set(vector, (start + k) * dimension);
    onProgress?.(start + some.length, texts.length);
  }
  return vectors;
}

/** Embeds one text to learn how long a model's vectors are. */
export async function dimensionOf(name: string, embed: EmbedBatch): Promise<number> {
  const [vector] = await embed(['dimension']);
  const dimension = vector?.length ?? 0;
  requireVectors(name, [vector ?? []], 1, dimension);
  return dimension;
}

function requireVectors(name: string, vectors: readonly (readonly number[])[], count: number, dimension: number): void {
  const fault = (found: string): LanguageModelError =>
    new LanguageModelError(name, `expected ${count} vectors of ${dimension || 'some'} numbers; found ${found}`, {
      kind: 'unusable reply',
    });
  if (vectors.length !== count) throw fault(`${vectors.length} vectors`);
  for (const vector of vectors) {
    if (vector.length !== dimension || dimension === 0) throw fault(`one of ${vector.length} numbers`);
    if (!vector.every(Number.isFinite)) throw fault('one that holds what is no number');
  }
}
