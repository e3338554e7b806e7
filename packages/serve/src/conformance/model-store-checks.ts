import { InvalidOptionError } from '@ialp/core';
import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import { ModelStoreError } from '../errors.js';
import type { ModelStore } from '../model-store.js';
import { check, checkRejects, checkSame, PATIENCE_MS } from './conformance-check.js';
import { leaseChecks } from './lease-checks.js';
import { modelWatchChecks } from './model-watch-checks.js';

/** Options of `modelStoreChecks`. */
export interface ModelStoreCheckOptions {
  /** Opens the store of `open` again, as another process does, also after it was closed. Default: one handle stands for all processes. */
  readonly reopen?: (store: ModelStore) => ModelStore | Promise<ModelStore>;
  /** Changes a stored byte of the newest version of a model. Default: none; the rules for damage are not checked. */
  readonly damage?: (store: ModelStore, name: string) => Promise<void>;
  /** How long to wait for what has to happen soon, in milliseconds. Default 10,000. */
  readonly patienceMs?: number;
}

/** A check that gets an empty store, from the sides of two processes. */
export type StoreCheck = (
  name: string,
  run: (one: ModelStore, two: ModelStore) => Promise<void>,
) => AsyncConformanceCheck;

/**
 * The rules of `ModelStore`, one check each, for any test runner.
 * @param open opens an empty store, another one with each call.
 */
export function modelStoreChecks(
  open: () => ModelStore | Promise<ModelStore>,
  { reopen, damage, patienceMs = PATIENCE_MS }: ModelStoreCheckOptions = {},
): AsyncConformanceCheck[] {
  const withStore: StoreCheck = (name, run) =>
    check(name, async () => {
      const one = await open();
      try {
        const two = (await reopen?.(one)) ?? one;
        try {
          await run(one, two);
        } finally {
          await two.close();
        }
      } finally {
        await one.close();
      }
    });

  return [
    withStore("specificationVersion is 'v1'", async ({ specificationVersion: found }) => {
      checkSame(found, 'v1', 'specificationVersion');
    }),
    withStore('a model without a version is undefined, and its version 0', async (store) => {
      checkSame(await store.latest('m'), undefined, 'latest');
      checkSame(await store.version('m'), 0, 'version');
    }),
    withStore('the newest version comes back as it was stored', async (one, two) => {
      const large = Uint8Array.from({ length: 3_000_000 }, (_, k) => k % 251);
      const stored = [bytesOf(1, 2, 3), new Uint8Array(), Buffer.from('text'), large.subarray(7), bytesOf(0, 10, 13)];
      for (const [k, bytes] of stored.entries()) {
        const given = Uint8Array.from(bytes);
        checkSame(await one.put('m', given, k), true, `put of version ${k + 1}`);
        // The store must not share bytes with its callers.
        given.fill(9);
        for (const store of [one, two]) {
          await checkLatest(store, 'm', k + 1, bytes);
          checkSame(await store.version('m'), k + 1, 'version');
        }
        (await one.latest('m'))?.bytes.fill(9);
        await checkLatest(one, 'm', k + 1, bytes);
      }
    }),
    withStore('a version is stored after the newest alone', async (one, two) => {
      await one.put('m', bytesOf(1), 0);
      await one.put('m', bytesOf(2), 1);
      for (const previous of [0, 1, 3, 100]) {
        checkSame(await two.put('m', bytesOf(7), previous), false, `put after version ${previous}, with 2 the newest`);
      }
      await checkLatest(one, 'm', 2, bytesOf(2));
    }),
    withStore('of several processes that store the next version, one succeeds', async (one, two) => {
      for (let previous = 0; previous < 10; previous++) {
        const puts = Array.from({ length: 8 }, (_, k) => (k % 2 === 0 ? one : two).put('m', bytesOf(k), previous));
        const results = await Promise.all(puts);
        checkSame(results.filter(Boolean).length, 1, 'puts of 8 that succeeded');
        await checkLatest(two, 'm', previous + 1, bytesOf(results.indexOf(true)));
      }
    }),
    withStore('models are separate', async (one) => {
      const names = ['a', 'ab', 'a-b', 'a_b', 'constructor', '__proto__', '0', 'con'];
      for (const [k, name] of names.entries()) await one.put(name, bytesOf(k), 0);
      for (const [k, name] of names.entries()) await checkLatest(one, name, 1, bytesOf(k));
    }),
    withStore('names and numbers that are not valid are refused', async (store) => {
      const calls: Record<string, () => unknown> = {
        'latest("../x")': () => store.latest('../x'),
        'version("")': () => store.version(''),
        'put("A", bytes, 0)': () => store.put('A', bytesOf(1), 0),
        'put("m", bytes, -1)': () => store.put('m', bytesOf(1), -1),
        'put("m", bytes, 0.5)': () => store.put('m', bytesOf(1), 0.5),
        'watch("a.b")': () => store.watch('a.b', () => undefined, AbortSignal.abort()),
        'claim("a b", "A", 1)': () => store.claim('a b', 'A', 1),
        'claim("l", "A", 0)': () => store.claim('l', 'A', 0),
        'claim("l", "", 1)': () => store.claim('l', '', 1),
        'release("x".repeat(101), "A")': () => store.release('x'.repeat(101), 'A'),
      };
      for (const [what, call] of Object.entries(calls)) await checkRejects(call, InvalidOptionError, what);
    }),
    check('after close nothing is read or stored, and closing again does nothing', async () => {
      const store = await open();
      await store.put('m', bytesOf(1), 0);
      await store.close();
      await store.close();
      const calls = [() => store.put('m', bytesOf(2), 1), () => store.latest('m'), () => store.claim('l', 'A', 1000)];
      for (const call of calls) await checkRejects(call, ModelStoreError, `${call} after close`);
      if (reopen === undefined) return;
      const again = await reopen(store);
      try {
        await checkLatest(again, 'm', 1, bytesOf(1));
      } finally {
        await again.close();
      }
    }),
    ...modelWatchChecks(withStore, patienceMs),
    ...leaseChecks(withStore, patienceMs),
    ...(damage === undefined ? [] : damageChecks(withStore, damage)),
  ];
}

function damageChecks(
  withStore: StoreCheck,
  damage: (store: ModelStore, name: string) => Promise<void>,
): AsyncConformanceCheck[] {
  return [
    withStore('a damaged version is skipped, and the one before it can be followed', async (one, two) => {
      await one.put('m', bytesOf(1, 1), 0);
      await one.put('m', bytesOf(2, 2), 1);
      await damage(one, 'm');
      await checkLatest(two, 'm', 1, bytesOf(1, 1));
      checkSame(await two.put('m', bytesOf(3, 3), 1), true, 'put after the version that latest returned');
      await checkLatest(one, 'm', 2, bytesOf(3, 3));
    }),
    withStore('a model of which all versions are damaged is no model that was never stored', async (one, two) => {
      await one.put('m', bytesOf(1, 1), 0);
      await damage(one, 'm');
      await checkRejects(() => two.latest('m'), ModelStoreError, 'latest');
    }),
  ];
}

function bytesOf(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

async function checkLatest(store: ModelStore, name: string, version: number, bytes: Uint8Array): Promise<void> {
  const found = await store.latest(name);
  checkSame(found?.version, version, `version of latest('${name}')`);
  checkRule(found?.bytes instanceof Uint8Array, `bytes: expected a Uint8Array; found ${typeof found?.bytes}`);
  const isSame = Buffer.compare(found.bytes, bytes) === 0;
  checkRule(isSame, `latest('${name}'): expected the ${bytes.length} bytes of version ${version}; found others`);
}
