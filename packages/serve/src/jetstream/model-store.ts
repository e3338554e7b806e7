import { randomUUID } from 'node:crypto';
import { checkInteger, checkOptionNames, InvalidOptionError, MissingPackageError } from '@ialp/core';
import type { KV } from '@nats-io/kv';
import { ModelStoreError } from '../errors.js';
import { checkClaim, checkModelName, checkPut } from '../model-names.js';
import type { ModelStore, StoredModel } from '../model-store.js';
import {
  CONNECTION_OPTIONS,
  type Connection,
  checkConnectionOptions,
  type JetStreamConnectionOptions,
  openConnection,
  reasonOf,
} from './connection.js';
import { Leases } from './leases.js';
import { type ModelEntry, type ModelVersion, readEntry, referencedObjects, writeEntry } from './model-entries.js';
import { ModelObjects } from './model-objects.js';
import { watchModel } from './watch-model.js';

/** Options of `openJetStreamModelStore`. */
export interface JetStreamModelStoreOptions extends JetStreamConnectionOptions {
  /** Name of a KV bucket and of a bucket of the object store: letters, digits, `_` and `-`. Created if they do not exist. */
  readonly bucket: string;
  /** Servers that store each model, for new buckets. Default 1. */
  readonly replicas?: number;
}

const BUCKET_NAME = /^[A-Za-z0-9_-]{1,100}$/;
const MAX_REPLICAS = 5;
/** Versions of a model that are stored. A process that reads one while a newer is stored still finds it. */
const STORED_VERSIONS = 3;
/** Far longer than an upload takes. */
const ORPHAN_MS = 3_600_000;
/** How often a model is looked up again whose versions were deleted while they were read. */
const LOOK_UPS = 5;

/**
 * Opens a model store in NATS JetStream, which any number of processes on any number of machines share: the bytes are objects of the object store, and a KV
 * bucket holds which object is which version, and the leases. All requests end within `requestTimeoutMs`, those of large models within that time for each part.
 *
 * @throws {InvalidOptionError} for options that are not valid.
 * @throws {ModelStoreError} if no NATS server with JetStream answers, or the buckets cannot be created.
 * @throws {MissingPackageError} if the NATS clients are not installed.
 */
export async function openJetStreamModelStore(options: JetStreamModelStoreOptions): Promise<ModelStore> {
  checkOptions(options);
  const { bucket, replicas = 1 } = options;
  const { Kvm, Objm } = await loadClients();
  const connection = await openConnection(options, (message, cause) => new ModelStoreError(message, cause));
  try {
    // Only the leader of the bucket's stream answers: an older answer of another server would make `put` fail.
    const kv = await new Kvm(connection.js).create(bucket, { replicas, history: 1, allow_direct: false });
    const stored = await new Objm(connection.js).create(bucket, { replicas });
    const objects = new ModelObjects(connection, stored, bucket);
    await objects.deleteOrphans(await referencedObjects(kv), ORPHAN_MS);
    return createStore({ connection, kv, objects, bucket });
  } catch (cause) {
    await connection.close();
    if (cause instanceof ModelStoreError) throw cause;
    throw new ModelStoreError(
      `bucket: NATS could not open or create the bucket '${bucket}' (${reasonOf(cause)}). Name another bucket, or correct the limits of the server and the account.`,
      { cause },
    );
  }
}

interface Parts {
  readonly connection: Connection;
  readonly kv: KV;
  readonly objects: ModelObjects;
  readonly bucket: string;
}

function createStore({ connection, kv, objects, bucket }: Parts): ModelStore {
  const leases = new Leases(connection, kv, bucket);
  const closing = new AbortController();
  /** The newest versions that the caller knows. */
  const known = new Map<string, number>();
  const watching = new Set<Promise<void>>();
  let closed: Promise<void> | undefined;

  const checkOpen = (method: string): void => {
    if (closed === undefined) return;
    throw new ModelStoreError(`${method}: the model store is closed. Open it again with openJetStreamModelStore().`);
  };

  /** Calls the server on behalf of a method. */
  const ask = async <T>(method: string, call: () => Promise<T>): Promise<T> => {
    checkOpen(method);
    try {
      await connection.ready();
      return await call();
    } catch (cause) {
      if (cause instanceof ModelStoreError) throw cause;
      throw new ModelStoreError(`${method}: NATS does not answer (${reasonOf(cause)}). Try again when it is back.`, {
        cause,
      });
    }
  };

  /** The newest version that can be read. */
  const readNewest = async ({ versions }: ModelEntry): Promise<StoredModel | undefined> => {
    for (const { version, object } of versions) {
      const bytes = await objects.read(object);
      if (bytes !== undefined) return { version, bytes };
    }
    return undefined;
  };

  const latest = async (name: string): Promise<StoredModel | undefined> => {
    let entry = await readEntry(kv, name);
    for (let lookUp = 1; entry.versions.length > 0; lookUp++) {
      const found = await readNewest(entry);
      if (found !== undefined) {
        known.set(name, entry.versions[0]?.version ?? 0);
        return found;
      }
      const { revision } = entry;
      entry = await readEntry(kv, name);
      if (entry.revision === revision || lookUp === LOOK_UPS) {
        throw new ModelStoreError(
          `latest: all stored versions of '${name}' are damaged. Restore the store from a backup, or put version ${versionOf(entry) + 1}.`,
        );
      }
    }
    known.set(name, 0);
    return undefined;
  };

  const put = async (name: string, bytes: Uint8Array, previous: number): Promise<boolean> => {
    const entry = await readEntry(kv, name);
    const newest = versionOf(entry);
    // A newer version that is damaged counts as none.
    if (previous > newest || (previous < newest && (await readNewest(entry))?.version !== previous)) return false;
    const object = `${name}/${previous + 1}-${randomUUID()}`;
    await objects.write(object, bytes);
    const kept = entry.versions.filter(({ version }) => version <= previous).slice(0, STORED_VERSIONS - 1);
    const versions: ModelVersion[] = [{ version: previous + 1, object }, ...kept];
    const isStored = await writeEntry(kv, name, versions, entry.revision, connection.requestTimeoutMs);
    const useless = isStored ? entry.versions.filter((version) => !kept.includes(version)) : [{ object }];
    // What cannot be deleted now is an orphan, which the next process that opens the store deletes.
    await Promise.allSettled(useless.map(({ object: old }) => objects.delete(old)));
    if (isStored) known.set(name, previous + 1);
    return isStored;
  };

  return {
    specificationVersion: 'v1',
    async latest(name) {
      checkModelName('name', name);
      return await ask('latest', () => latest(name));
    },
    async version(name) {
      checkModelName('name', name);
      const version = await ask('version', async () => versionOf(await readEntry(kv, name)));
      known.set(name, version);
      return version;
    },
    async put(name, bytes, previous) {
      checkPut(name, bytes, previous);
      const own = Uint8Array.from(bytes);
      return await ask('put', () => put(name, own, previous));
    },
    watch(name, listener, signal) {
      checkModelName('name', name);
      checkOpen('watch');
      const ends = AbortSignal.any([signal, closing.signal]);
      const watcher = watchModel(connection, { bucket, name, listener, known: known.get(name), signal: ends });
      watching.add(watcher);
      void watcher.finally(() => watching.delete(watcher));
    },
    async claim(lease, holder, ttlMs) {
      checkClaim(lease, holder, ttlMs);
      return await ask('claim', () => leases.claim(lease, holder, ttlMs));
    },
    async release(lease, holder) {
      checkModelName('lease', lease);
      await ask('release', () => leases.release(lease, holder));
    },
    close() {
      closed ??= (async () => {
        closing.abort();
        await Promise.all(watching);
        await connection.close();
      })();
      return closed;
    },
  };
}

function versionOf({ versions }: ModelEntry): number {
  return versions[0]?.version ?? 0;
}

async function loadClients(): Promise<{
  readonly Kvm: typeof import('@nats-io/kv').Kvm;
  readonly Objm: typeof import('@nats-io/obj').Objm;
}> {
  try {
    const [{ Kvm }, { Objm }] = await Promise.all([import('@nats-io/kv'), import('@nats-io/obj')]);
    return { Kvm, Objm };
  } catch (cause) {
    throw new MissingPackageError(
      '@nats-io/transport-node @nats-io/jetstream @nats-io/kv @nats-io/obj',
      'The driver jetstream',
      { cause },
    );
  }
}

function checkOptions(options: JetStreamModelStoreOptions): void {
  checkOptionNames(options, [...CONNECTION_OPTIONS, 'bucket', 'replicas']);
  checkConnectionOptions(options);
  const { bucket, replicas } = options;
  if (typeof bucket !== 'string' || !BUCKET_NAME.test(bucket)) {
    throw new InvalidOptionError('bucket', bucket, 'at most 100 of the characters A-Z, a-z, 0-9, _ and -');
  }
  if (replicas !== undefined) checkInteger('replicas', replicas, 1, MAX_REPLICAS);
}
