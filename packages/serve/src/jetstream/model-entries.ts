import type { KV } from '@nats-io/kv';

/** A version of a model that is stored. */
export interface ModelVersion {
  readonly version: number;
  /** Name of the object that holds its bytes. */
  readonly object: string;
}

/** What the KV bucket holds of a model. */
export interface ModelEntry {
  /** The versions, newest first. */
  readonly versions: readonly ModelVersion[];
  /** For comparing: 0 if there is no entry. */
  readonly revision: number;
}

/** API errors of NATS: another revision was written since. */
const CONFLICTS: readonly unknown[] = [10_071, 10_164];

/** Whether a write failed because another process wrote in between. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.includes((error as { readonly code?: unknown }).code);
}

/** The key of a model. */
export function modelKey(name: string): string {
  return `model.${name}`;
}

export async function readEntry(kv: KV, name: string): Promise<ModelEntry> {
  const entry = await kv.get(modelKey(name));
  if (entry === null || entry.operation !== 'PUT') return { versions: [], revision: 0 };
  return { versions: entry.json<ModelVersion[]>(), revision: entry.revision };
}

/** Writes an entry after a revision. @returns false if another process wrote in between. */
export async function writeEntry(
  kv: KV,
  name: string,
  versions: readonly ModelVersion[],
  revision: number,
  timeoutMs: number,
): Promise<boolean> {
  const value = JSON.stringify(versions);
  try {
    if (revision === 0) await kv.create(modelKey(name), value);
    else await kv.update(modelKey(name), value, revision, timeoutMs);
    return true;
  } catch (error) {
    // An answer that was lost leaves open who wrote: what is stored tells.
    const [newest] = (await readEntry(kv, name)).versions;
    if (newest?.object === versions[0]?.object) return true;
    if (isConflict(error)) return false;
    throw error;
  }
}

/** Names of all objects that entries refer to. */
export async function referencedObjects(kv: KV): Promise<Set<string>> {
  const objects = new Set<string>();
  for await (const key of await kv.keys('model.*')) {
    const { versions } = await readEntry(kv, key.slice('model.'.length));
    for (const { object } of versions) objects.add(object);
  }
  return objects;
}
