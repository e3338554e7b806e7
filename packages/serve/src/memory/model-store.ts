import { ModelStoreError } from '../errors.js';
import { checkClaim, checkModelName, checkPut } from '../model-names.js';
import type { ModelStore } from '../model-store.js';

/** A model store in memory: nothing survives the process. */
export interface MemoryModelStore extends ModelStore {
  /** Opens the same models and leases again, as another process would do, or the same one after a restart. Works after `close`, too. */
  reopen(): MemoryModelStore;
}

/** What the handles of one store share. */
interface Stored {
  /** The newest version of each model. */
  readonly models: Map<string, { readonly version: number; readonly bytes: Uint8Array }>;
  /** Who has a lease, and until when, by `performance.now()`. */
  readonly leases: Map<string, { readonly holder: string; readonly until: number }>;
  readonly listeners: Set<(name: string, version: number) => void>;
}

/** Creates a model store in memory, for tests and trials. */
export function createMemoryModelStore(): MemoryModelStore {
  return openStored({ models: new Map(), leases: new Map(), listeners: new Set() });
}

function openStored(stored: Stored): MemoryModelStore {
  const closing = new AbortController();

  const checkOpen = (): void => {
    if (closing.signal.aborted) throw new ModelStoreError('The model store is closed. Open it again with reopen().');
  };

  return {
    specificationVersion: 'v1',
    async latest(name) {
      checkModelName('name', name);
      checkOpen();
      const found = stored.models.get(name);
      return found === undefined ? undefined : { version: found.version, bytes: found.bytes.slice() };
    },
    async version(name) {
      checkModelName('name', name);
      checkOpen();
      return stored.models.get(name)?.version ?? 0;
    },
    async put(name, bytes, previous) {
      checkPut(name, bytes, previous);
      checkOpen();
      if ((stored.models.get(name)?.version ?? 0) !== previous) return false;
      const version = previous + 1;
      stored.models.set(name, { version, bytes: Uint8Array.from(bytes) });
      for (const listener of [...stored.listeners]) listener(name, version);
      return true;
    },
    watch(name, listener, signal) {
      checkModelName('name', name);
      checkOpen();
      const ends = AbortSignal.any([signal, closing.signal]);
      if (ends.aborted) return;
      const onVersion = (changed: string, version: number): void => {
        // Not within put: a listener that throws, or puts, is no part of it.
        if (changed !== name) return;
        queueMicrotask(() => {
          if (!ends.aborted) listener(version);
        });
      };
      stored.listeners.add(onVersion);
      ends.addEventListener('abort', () => stored.listeners.delete(onVersion), { once: true });
    },
    async claim(lease, holder, ttlMs) {
      checkClaim(lease, holder, ttlMs);
      checkOpen();
      const now = performance.now();
      const found = stored.leases.get(lease);
      if (found !== undefined && found.holder !== holder && found.until > now) return false;
      stored.leases.set(lease, { holder, until: now + ttlMs });
      return true;
    },
    async release(lease, holder) {
      checkModelName('lease', lease);
      checkOpen();
      if (stored.leases.get(lease)?.holder === holder) stored.leases.delete(lease);
    },
    async close() {
      closing.abort();
    },
    reopen: () => openStored(stored),
  };
}
