/** The flag `--embeddings` of all commands that embed item texts. */
import type { EmbeddingModel } from '@ialp/llm-user';
import { createCachedEncoder, loadEncoder } from '@ialp/llm-user/encoder';

/** Value of the flag that disables the store. */
export const NO_EMBEDDINGS = 'none';

/** Flag and description, for `Command.option`. */
export const EMBEDDINGS_FLAG = [
  '--embeddings <file>',
  `store of item embeddings, which are computed only once; ${NO_EMBEDDINGS} stores nothing ` +
    "(default: a file in the user's cache folder, or in IALP_CACHE)",
] as const;

/**
 * Opens the sentence encoder with a store: it reads vectors from the file and adds those that it computes. The vectors
 * are bit-identical with and without a file.
 * @param file the value of the flag; undefined is the default file, which is skipped if it cannot be used.
 * @param say called in that case.
 * @throws {EmbeddingCacheError} from `embed`, if the given file cannot be used or is not a store of these embeddings.
 */
export async function openEncoder(file: string | undefined, say: (line: string) => void): Promise<EmbeddingModel> {
  if (file === NO_EMBEDDINGS) return loadEncoder();
  if (file !== undefined) return createCachedEncoder({ path: file });
  return createCachedEncoder({ onUnusable: ({ message }) => say(`Embeddings are not stored: ${message}`) });
}

/**
 * One line for `--dry-run`: how many texts would be embedded, and how many vectors are stored. Loads no model and
 * writes nothing.
 * @param file the value of the flag; undefined is the default file.
 * @throws {EmbeddingCacheError} if the given file cannot be used or is not a store of these embeddings.
 */
export async function describeEmbeddings(file: string | undefined, texts: readonly string[]): Promise<string> {
  const different = new Set(texts).size;
  const all = `Embeddings: ${different} distinct texts`;
  if (file === NO_EMBEDDINGS) return `${all}, ${different} to compute, without a store`;
  let problem: string | undefined;
  const encoder = await createCachedEncoder(
    file === undefined ? { onUnusable: ({ message }) => (problem = message) } : { path: file },
  );
  const missing = await encoder.countMissing(texts);
  if (problem !== undefined) return `${all}, ${different} to compute, without a store: ${problem}`;
  return `${all}, ${different - missing} stored in ${encoder.path}, ${missing} to compute`;
}
