import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Factorization, withPredict } from '../factorization/factorize.js';
import type { ImplicitFactorization } from '../factorization/factorize-implicit.js';
import { type Column, type Container, decode, encode } from './container.js';
import { ModelFileError } from './model-file-error.js';

/** The feedback of each user to each item, for `createMatrixResponses`. */
export interface RewardMatrix {
  readonly users: number;
  readonly items: number;
  /** `[users, items]` */
  readonly values: Float32Array;
}

/** A model with its kind. */
export type StoredModel =
  | { readonly kind: 'ratings'; readonly model: Factorization }
  | { readonly kind: 'implicit'; readonly model: ImplicitFactorization }
  | { readonly kind: 'matrix'; readonly model: RewardMatrix };

/**
 * Writes a model to a file, atomically: into a temporary file beside it, which replaces `path` when it is complete. The file has a
 * header with the model's description, held-out errors included, and a checksum. The same model gives the same bytes.
 * @throws {ModelFileError} if the file cannot be written; an existing file is unchanged.
 */
export async function saveModel(path: string, stored: StoredModel): Promise<void> {
  const bytes = encode(toContainer(stored));
  const temporary = join(dirname(path), `.model-${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw systemError(path, 'a file in a folder that exists and can be written to', cause);
  }
}

/**
 * Reads a model that `saveModel` wrote.
 * @throws {ModelFileError} if the file is missing, damaged, of another version or not a model.
 */
export async function loadModel(path: string): Promise<StoredModel> {
  const bytes = await readFile(path).catch((cause) => {
    throw systemError(path, 'a file that can be read', cause);
  });
  return fromContainer(decode(bytes, path), path);
}

/** Typed arrays become columns of the file; all other members its description. */
function toContainer({ kind, model }: StoredModel): Container {
  const columns: Record<string, Column> = {};
  const description: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(model)) {
    if (value instanceof Float32Array || value instanceof Float64Array) columns[name] = value;
    else if (typeof value !== 'function') description[name] = value;
  }
  return { kind, description, columns };
}

function fromContainer({ kind, description, columns }: Container, file: string): StoredModel {
  // The checksum was verified, so the parts are those of the saved model.
  const parts: unknown = { ...(description as object), ...columns };
  if (kind === 'ratings') return { kind, model: withPredict(parts as Factorization) };
  if (kind === 'implicit') return { kind, model: parts as ImplicitFactorization };
  if (kind === 'matrix') return { kind, model: parts as RewardMatrix };
  const remedy = 'Read it with a newer @ialp/env.';
  throw new ModelFileError({
    file,
    found: `a model of the kind '${kind}'`,
    expected: 'ratings, implicit or matrix',
    remedy,
  });
}

function systemError(file: string, expected: string, cause: unknown): ModelFileError {
  const found = cause instanceof Error ? cause.message.split(',')[0] : String(cause);
  const remedy = 'Check the path, the permissions and the space on the disk.';
  return new ModelFileError({ file, found, expected, remedy }, { cause });
}
