import { jetstreamManager } from '@nats-io/jetstream';
import { Objm } from '@nats-io/obj';
import { connect } from '@nats-io/transport-node';
import { describe, expect, test, vi } from 'vitest';
import { ModelStoreError } from '../errors.js';
import { natsTest } from '../test-support/nats-test.js';
import { openConnection } from './connection.js';
import { openJetStreamModelStore } from './index.js';
import { ModelObjects } from './model-objects.js';

const LARGE = Uint8Array.from({ length: 8 * 2 ** 20 }, (_, k) => (k * 31) % 253);
const LONG_MS = 3_600_000;

describe('the model store in JetStream', () => {
  natsTest('models of 8 MB, of which only the last few stay', async ({ server }) => {
    const store = await openJetStreamModelStore({ servers: server.url, bucket: 'm' });
    for (let previous = 0; previous < 5; previous++) {
      LARGE[0] = previous;
      expect(await store.put('policy', LARGE, previous)).toBe(true);
    }
    const found = await store.latest('policy');
    expect(found?.version).toBe(5);
    expect(Buffer.compare(found?.bytes as Uint8Array, LARGE)).toBe(0);
    const nc = await connect({ servers: server.url });
    const jsm = await jetstreamManager(nc);
    const { state } = await jsm.streams.info('OBJ_m', { subjects_filter: '$O.m.M.>' });
    // Neither the objects of older versions nor markers of their deletion are left.
    expect(Object.keys(state.subjects ?? {})).toHaveLength(3);
    expect(state.bytes).toBeLessThan(3.1 * LARGE.length);
    await nc.close();
    await store.close();
  });

  natsTest('of two learners that race for each version and for the lease, one wins', async ({ server }) => {
    const stores = await Promise.all(
      ['a', 'b'].map(() => openJetStreamModelStore({ servers: server.url, bucket: 'm' })),
    );
    const wins = [0, 0];
    for (let previous = 0; previous < 30; previous++) {
      const isStored = await Promise.all(stores.map((store, k) => store.put('m', Uint8Array.of(k), previous)));
      expect(isStored.filter(Boolean)).toHaveLength(1);
      const winner = isStored.indexOf(true);
      expect(await stores[1 - winner]?.latest('m')).toEqual({ version: previous + 1, bytes: Uint8Array.of(winner) });
      const isHeld = await Promise.all(stores.map((store, k) => store.claim(`l${previous}`, `h${k}`, LONG_MS)));
      expect(isHeld.filter(Boolean)).toHaveLength(1);
      wins[winner] = (wins[winner] ?? 0) + 1;
    }
    expect((wins[0] as number) + (wins[1] as number)).toBe(30);
    await Promise.all(stores.map((store) => store.close()));
  });

  natsTest('while NATS is away calls reject, and watching goes on afterwards', async ({ server }) => {
    const options = { servers: server.url, bucket: 'm', requestTimeoutMs: 1_000 };
    const [one, two] = [await openJetStreamModelStore(options), await openJetStreamModelStore(options)];
    await one.put('m', Uint8Array.of(1), 0);
    const seen: number[] = [];
    const ending = new AbortController();
    two.watch('m', (version) => seen.push(version), ending.signal);
    await one.put('m', Uint8Array.of(2), 1);
    await vi.waitUntil(() => seen.includes(2), { timeout: 60_000 });
    await server.stop('SIGKILL');
    for (const call of [
      () => two.latest('m'),
      () => two.version('m'),
      () => two.claim('l', 'A', 1),
      () => two.put('m', LARGE, 2),
    ]) {
      await expect(call()).rejects.toThrow(ModelStoreError);
    }
    await server.restart();
    await vi.waitFor(() => one.put('m', Uint8Array.of(3), 2), { timeout: 60_000 });
    await vi.waitUntil(() => seen.includes(3), { timeout: 60_000 });
    expect(seen).toEqual([2, 3]);
    expect(await two.latest('m')).toEqual({ version: 3, bytes: Uint8Array.of(3) });
    ending.abort();
    await one.close();
    await two.close();
  });

  natsTest('watching tells of a version that was stored since the caller asked', async ({ server }) => {
    const options = { servers: server.url, bucket: 'm' };
    const [one, two] = [await openJetStreamModelStore(options), await openJetStreamModelStore(options)];
    await one.put('m', Uint8Array.of(1), 0);
    expect(await two.version('m')).toBe(1);
    await one.put('m', Uint8Array.of(2), 1);
    const seen: number[] = [];
    const ending = new AbortController();
    two.watch('m', (version) => seen.push(version), ending.signal);
    await vi.waitUntil(() => seen.length > 0, { timeout: 60_000 });
    expect(seen).toEqual([2]);
    ending.abort();
    await one.close();
    await two.close();
  });

  natsTest('what processes left behind that were killed while they stored is deleted', async ({ server }) => {
    const store = await openJetStreamModelStore({ servers: server.url, bucket: 'm' });
    await store.put('m', LARGE, 0);
    const connection = await openConnection({ servers: server.url }, (message) => new Error(message));
    const bucket = await new Objm(connection.js).open('m');
    const objects = new ModelObjects(connection, bucket, 'm');
    // One was killed after it had written its object, the other before.
    await objects.write('m/2-orphan', LARGE);
    await connection.js.publish('$O.m.C.cut', LARGE.subarray(0, 1000));
    const referenced = new Set((await bucket.list()).map(({ name }) => name).filter((name) => name !== 'm/2-orphan'));
    await objects.deleteOrphans(referenced, LONG_MS);
    expect(await bucket.list()).toHaveLength(2);
    await objects.deleteOrphans(referenced, 0);
    expect((await bucket.list()).map(({ name }) => name)).toEqual([...referenced]);
    const { state } = await connection.jsm.streams.info('OBJ_m');
    expect(state.bytes).toBeLessThan(1.1 * LARGE.length);
    expect((await store.latest('m'))?.bytes.length).toBe(LARGE.length);
    await connection.close();
    await store.close();
  });

  natsTest('a lease whose time has run out by the clock of the server goes to another', async ({ server }) => {
    const store = await openJetStreamModelStore({ servers: server.url, bucket: 'm' });
    const start = Date.now();
    // The clock of this machine is a day ahead.
    vi.spyOn(Date, 'now').mockImplementation(() => start + 24 * LONG_MS);
    try {
      expect(await store.claim('l', 'A', LONG_MS)).toBe(true);
      expect(await store.claim('l', 'B', LONG_MS)).toBe(false);
    } finally {
      vi.restoreAllMocks();
    }
    await store.close();
  });

  natsTest('a bucket of another kind is refused', async ({ server }) => {
    const nc = await connect({ servers: server.url });
    await (await jetstreamManager(nc)).streams.add({ name: 'other', subjects: ['$KV.m.>'] });
    await nc.close();
    await expect(openJetStreamModelStore({ servers: server.url, bucket: 'm' })).rejects.toThrow(
      /bucket: NATS could not open or create the bucket 'm' \(.*overlap/,
    );
  });

  test('no server, and options that are not valid', async () => {
    const open = (options: object) =>
      openJetStreamModelStore({ servers: 'nats://127.0.0.1:1', bucket: 'm', ...options });
    await expect(open({})).rejects.toThrow(ModelStoreError);
    await expect(open({})).rejects.toThrow(/could not connect to nats:\/\/127\.0\.0\.1:1 .*Start a NATS server there/);
    await expect(open({ bucket: 'a b' })).rejects.toThrow(/bucket: expected at most 100/);
    await expect(open({ replicas: 0 })).rejects.toThrow(/replicas: expected/);
    await expect(open({ buckett: 'm' })).rejects.toThrow(/did you mean bucket\?/);
  });
});
