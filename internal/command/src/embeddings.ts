/** The flag `--embeddings`, which all commands have that embed item texts. */
import type { EmbeddingModel } from '@ialp/llm-user';
import { createCachedEncoder, loadEncoder } from '@ialp/llm-user/encoder';

/** What the user says in place of a file to store nothing. */
export const NO_EMBEDDINGS = 'none';

/** Flag and description, for `Command.option`. */
export const EMBEDDINGS_FLAG = [
  '--embeddings <file>',
  `where item embeddings are stored; what is there is not computed again; ${NO_EMBEDDINGS} stores nothing ` +
    "(default: a file in the user's cache folder, or in the one named in IALP_CACHE)",
] as const;

/**
 * The sentence encoder, which reads vectors from the file and adds those that it computes. The vectors are the same to the
 * last bit with any file and with none.
 * @param file As the user gave it; undefined is the default file, which is done without if it cannot be used.
 * @param say Told if so.
 * @throws {EmbeddingCacheError} from `embed`, if the user named a file that cannot be used or is no store of these embeddings.
 */
export async function openEncoder(file: string | undefined, say: (line: string) => void): Promise<EmbeddingModel> {
  if (file === NO_EMBEDDINGS) return loadEncoder();
  if (file !== undefined) return createCachedEncoder({ path: file });
  return createCachedEncoder({ onUnusable: ({ message }) => say(`Embeddings are not stored: ${message}`) });
}

/**
 * How many of some texts would be embedded, and how many vectors are there, in a line for `--dry-run`. Loads no model and writes
 * nothing.
 * @param file As the user gave it; undefined is the default file.
 * @throws {EmbeddingCacheError} if the user named a file that cannot be used or is no store of these embeddings.
 */
export async function describeEmbeddings(file: string | undefined, texts: readonly string[]): Promise<string> {
  const different = new Set(texts).size;
  const all = `Embeddings: ${different} different texts`;
  if (file === NO_EMBEDDINGS) return `${all}, all of them to compute; nothing is stored`;
  let problem: string | undefined;
  const encoder = await createCachedEncoder(
    file === undefined ? { onUnusable: ({ message }) => (problem = message) } : { path: file },
  );
  const missing = await encoder.countMissing(texts);
  if (problem !== undefined) return `${all}, all of them to compute; nothing is stored: ${problem}`;
  return `${all}, ${different - missing} of them stored in ${encoder.path}, ${missing} to compute`;
}
