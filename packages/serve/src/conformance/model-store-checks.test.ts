import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ModelStoreError } from '../errors.js';
import { createMemoryModelStore, type MemoryModelStore } from '../memory/model-store.js';
import type { ModelStore, StoredModel } from '../model-store.js';
import { expectEveryRuleTried, type Faults, violated } from '../test-support/planted-faults.js';
import { modelStoreChecks } from './index.js';

/** What the handles of one store share: the versions before the newest, and which newest versions are damaged. */
interface Storage {
  readonly older: Map<string, StoredModel>;
  readonly damaged: Set<string>;
}

interface TestedStore extends ModelStore {
  readonly storage: Storage;
  reopen(): TestedStore;
}

/** Replaces methods of each handle. */
type Change = (store: ModelStore, storage: Storage) => Partial<Record<keyof ModelStore, unknown>>;

function tested(
  inner: MemoryModelStore,
  change: Change,
  storage: Storage = { older: new Map(), damaged: new Set() },
): TestedStore {
  const store: ModelStore = {
    ...inner,
    async latest(name) {
      const found = await inner.latest(name);
      if (!storage.damaged.has(name)) return found;
      const older = storage.older.get(name);
      if (older === undefined) throw new ModelStoreError('All versions are damaged.');
      return older;
    },
    async put(name, bytes, previous) {
      const copy = Uint8Array.from(bytes);
      if (storage.damaged.has(name) && storage.older.get(name)?.version === previous) {
        // Takes the place of the damaged version.
        storage.damaged.delete(name);
        const replaced = { version: previous + 1, bytes: copy };
        storage.older.set(`replaced ${name}`, replaced);
        return true;
      }
      const before = await inner.latest(name);
      const isStored = await inner.put(name, copy, previous);
      if (isStored && before !== undefined) storage.older.set(name, before);
      return isStored;
    },
  };
  const latest = async (name: string): Promise<StoredModel | undefined> =>
    storage.older.get(`replaced ${name}`) ?? store.latest(name);
  const whole = { ...store, latest };
  return {
    ...whole,
    ...(change(whole, storage) as Partial<ModelStore>),
    storage,
    reopen: () => tested(inner.reopen(), change, storage),
  };
}

function checksOf(change: Change, patienceMs = 100) {
  return modelStoreChecks(() => tested(createMemoryModelStore(), change), {
    reopen: (store) => (store as TestedStore).reopen(),
    damage: async (store, name) => void (store as TestedStore).storage.damaged.add(name),
    patienceMs,
  });
}

type Put = ModelStore['put'];
type Claim = ModelStore['claim'];
type Watch = ModelStore['watch'];

const EMPTY = 'a model without a version is undefined, and its version 0';
const SAME = 'the newest version comes back as it was stored';
const AFTER = 'a version is stored after the newest alone';
const ONE = 'of several processes that store the next version, one succeeds';
const NAMES = 'names and numbers that are not valid are refused';
const CLOSED = 'after close nothing is read or stored, and closing again does nothing';
const WATCH = 'watch tells of new versions of the model, of any process';
const ENDS = 'watching ends when the signal aborts';
const HOLDER = 'a lease has one holder';
const BACK = 'its holder gives a lease back, and nobody else';
const TIME = 'a lease ends with its time';
const DAMAGED = 'a damaged version is skipped, and the one before it can be followed';

const FAULTS: Faults<Change> = [
  ["specificationVersion is 'v1'", 'another version', () => ({ specificationVersion: 'v2' })],
  [
    EMPTY,
    'null for a model that was not stored',
    (store) => ({ latest: async (name: string) => (await store.latest(name)) ?? null }),
  ],
  [EMPTY, 'versions from 1', (store) => ({ version: async (name: string) => (await store.version(name)) || 1 })],
  [
    SAME,
    'bytes that are shared with callers',
    (store) => {
      const given = new Map<number, Uint8Array>();
      const put: Put = (name, bytes, previous) => {
        given.set(previous + 1, bytes);
        return store.put(name, bytes, previous);
      };
      return {
        put,
        latest: async (name: string) => {
          const found = await store.latest(name);
          return found && { ...found, bytes: given.get(found.version) ?? found.bytes };
        },
      };
    },
  ],
  [
    SAME,
    'text instead of bytes',
    (store) => ({
      latest: async (name: string) => {
        const found = await store.latest(name);
        return found && { ...found, bytes: Buffer.from(Buffer.from(found.bytes).toString()) };
      },
    }),
  ],
  [
    AFTER,
    'no comparison',
    (store) => ({ put: async (name: string, bytes: Uint8Array) => store.put(name, bytes, await store.version(name)) }),
  ],
  [
    AFTER,
    'an error instead of false',
    (store) => ({
      put: async (name: string, bytes: Uint8Array, previous: number) => {
        if (await store.put(name, bytes, previous)) return true;
        throw new ModelStoreError('The version exists.');
      },
    }),
  ],
  [
    ONE,
    'a comparison before a pause',
    (store) => ({
      put: async (name: string, bytes: Uint8Array, previous: number) => {
        if ((await store.version(name)) !== previous) return false;
        await sleep(1);
        return store.put(name, bytes, await store.version(name));
      },
    }),
  ],
  [
    'models are separate',
    'a prefix for a name',
    (store) => ({
      put: (name: string, bytes: Uint8Array, previous: number) => store.put(name.slice(0, 2), bytes, previous),
    }),
  ],
  [
    NAMES,
    'a name that is not checked',
    (store) => ({ latest: (name: string) => store.latest(name).catch(() => undefined) }),
  ],
  [
    NAMES,
    'a time that is not checked',
    (store) => ({
      claim: (lease: string, holder: string, ttlMs: number) => store.claim(lease, holder, Math.max(1, ttlMs)),
    }),
  ],
  [CLOSED, 'closing that does nothing', () => ({ close: async () => undefined })],
  [WATCH, 'no call', () => ({ watch: () => undefined })],
  [
    WATCH,
    'calls for its own versions alone',
    (store) => {
      const listeners: ((version: number) => void)[] = [];
      const put: Put = async (name, bytes, previous) => {
        const isStored = await store.put(name, bytes, previous);
        for (const listener of listeners) listener(previous + 1);
        return isStored;
      };
      return { put, watch: (_: string, listener: (version: number) => void) => void listeners.push(listener) };
    },
  ],
  [
    WATCH,
    'the version that is there already',
    (store) => {
      const watch: Watch = (name, listener, signal) => {
        void store.version(name).then(listener);
        store.watch(name, listener, signal);
      };
      return { watch };
    },
  ],
  [
    WATCH,
    'calls for other models',
    (store) => ({
      watch: (name: string, listener: (version: number) => void, signal: AbortSignal) => {
        store.watch(name, listener, signal);
        store.watch('other', listener, signal);
      },
    }),
  ],
  [
    ENDS,
    'a signal that is ignored',
    (store) => ({
      watch: (name: string, listener: (version: number) => void) =>
        store.watch(name, listener, new AbortController().signal),
    }),
  ],
  [
    HOLDER,
    'a lease for everyone',
    (store) => ({
      claim: async (lease: string, holder: string, ttlMs: number) => (await store.claim(lease, holder, ttlMs)) || true,
    }),
  ],
  [
    HOLDER,
    'no renewal',
    (store) => {
      const claimed = new Set<string>();
      const claim: Claim = async (lease, holder, ttlMs) =>
        !claimed.has(lease) && (await store.claim(lease, holder, ttlMs)) && Boolean(claimed.add(lease));
      return { claim };
    },
  ],
  [
    HOLDER,
    'a lease of one handle',
    () => {
      const own = createMemoryModelStore();
      return { claim: own.claim };
    },
  ],
  [
    'leases are separate',
    'one lease for all',
    (store) => ({ claim: (_: string, holder: string, ttlMs: number) => store.claim('all', holder, ttlMs) }),
  ],
  [BACK, 'a lease that stays', () => ({ release: async () => undefined })],
  [
    BACK,
    'release by anybody',
    (store) => ({
      release: async (lease: string) => {
        for (const holder of ['A', 'B']) await store.release(lease, holder);
      },
    }),
  ],
  [
    TIME,
    'a lease without end',
    (store) => ({ claim: (lease: string, holder: string) => store.claim(lease, holder, 3_600_000) }),
  ],
  [
    'a lease that is renewed lasts from then',
    'a renewal that is ignored',
    (store) => {
      const claim: Claim = async (lease, holder, ttlMs) => {
        if (!(await store.claim(lease, holder, 1))) return false;
        return store.claim(lease, holder, Math.min(ttlMs, 5));
      };
      return { claim };
    },
  ],
  [
    DAMAGED,
    'a damaged version that hides the others',
    (store, storage) => ({
      latest: async (name: string) => {
        if (storage.damaged.has(name)) throw new ModelStoreError('The newest version is damaged.');
        return store.latest(name);
      },
    }),
  ],
  [
    DAMAGED,
    'a damaged version that cannot be followed',
    (store, storage) => ({
      put: async (name: string, bytes: Uint8Array, previous: number) =>
        !storage.damaged.has(name) && store.put(name, bytes, previous),
    }),
  ],
  [
    'a model of which all versions are damaged is no model that was never stored',
    'no model',
    (store) => ({
      latest: (name: string) =>
        store.latest(name).catch((error) => {
          if (!ModelStoreError.isInstance(error) || !error.message.includes('damaged')) throw error;
          return undefined;
        }),
    }),
  ],
];

describe('modelStoreChecks', () => {
  test('pass a store that follows the rules', async () => {
    expect(await violated(checksOf(() => ({}), 10_000))).toEqual([]);
  });

  test.each(FAULTS)('%s: catch %s', async (rule, _, change) => {
    expect(await violated(checksOf(change).filter(({ name }) => name === rule))).toEqual([rule]);
  });

  test('have a fault for every rule above', () =>
    expectEveryRuleTried(
      checksOf(() => ({})),
      FAULTS,
    ));
});
