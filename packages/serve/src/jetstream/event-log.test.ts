import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { describe, expect, test, vi } from 'vitest';
import { EventLogError } from '../errors.js';
import type { EventLog } from '../event-log.js';
import type { FeedbackEvent } from '../events.js';
import { startLossyProxy } from '../test-support/lossy-proxy.js';
import { natsTest } from '../test-support/nats-test.js';
import { openJetStreamEventLog } from './index.js';

const DIST = new URL('../../dist/jetstream.js', import.meta.url).href;

function feedback(id: string): FeedbackEvent {
  return { type: 'feedback', id, at: 1, decision: 'd', reward: 1 };
}

async function readIds(log: EventLog): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const { events, position, damaged } = await log.read({ after });
    expect(damaged).toBe(0);
    if (events.length === 0) return ids;
    ids.push(...events.map((event) => (event as FeedbackEvent).id));
    after = position;
  }
}

/** Appends numbered events, some at the same time, until it is stopped. All of them have to be durable. */
function writer(log: EventLog, name: string) {
  const appended: string[] = [];
  let isRunning = true;
  const done = (async () => {
    for (let k = 0; isRunning; k += 4) {
      const ids = [0, 1, 2, 3].map((n) => `${name}${k + n}`);
      await Promise.all(ids.map((id) => log.append([feedback(id)])));
      appended.push(...ids);
    }
  })();
  return {
    appended,
    async stop(): Promise<void> {
      isRunning = false;
      await done;
    },
  };
}

const idsOf = (ids: readonly string[], name: string) => ids.filter((id) => id.startsWith(name));

// Each test has a server of its own, and most of them wait for it.
describe.concurrent('with a spool', () => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    natsTest(`a server that ends by ${signal} and starts again loses nothing and stores nothing twice`, async (t) => {
      const { server, folder } = t;
      const open = (name: string) =>
        openJetStreamEventLog({ servers: server.url, stream: 's', spool: { folder: join(folder, name) } });
      const [one, two] = [await open('a'), await open('b')];
      const writers = [writer(one, 'a'), writer(two, 'b')];
      for (let round = 0; round < 3; round++) {
        const { appended } = writers[0] as { appended: string[] };
        const before = appended.length;
        await vi.waitUntil(() => appended.length > before + 200, { timeout: 60_000 });
        await server.stop(signal);
        // Events are accepted meanwhile.
        await vi.waitUntil(() => one.spooled > 20 && two.spooled > 20, { timeout: 60_000 });
        await server.restart();
        await vi.waitUntil(() => one.spooled === 0 && two.spooled === 0, { timeout: 60_000 });
      }
      await Promise.all(writers.map((each) => each.stop()));
      await one.close();
      await two.close();
      const log = await open('a');
      const stored = await readIds(log);
      await log.close();
      for (const [k, name] of ['a', 'b'].entries()) expect(idsOf(stored, name)).toEqual(writers[k]?.appended);
      expect(stored.length).toBe(writers.reduce((sum, { appended }) => sum + appended.length, 0));
    });
  }

  natsTest('what a process that was killed left in its spool is stored before newer events', async (t) => {
    const { server, folder } = t;
    const script = `
      const { openJetStreamEventLog } = await import('${DIST}');
      const [servers, folder] = process.argv.slice(1);
      const log = await openJetStreamEventLog({ servers, stream: 's', spool: { folder } });
      process.stdout.write('open\\n');
      for (let k = 0; ; k++) {
        await log.append([{ type: 'feedback', id: 'a' + k, at: 1, decision: 'd', reward: 1 }]);
        process.stdout.write('a' + k + (log.spooled > 0 ? ' spooled' : '') + '\\n');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, server.url, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    await vi.waitUntil(() => output.split('\n').length > 100, { timeout: 60_000 });
    await server.stop('SIGKILL');
    await vi.waitUntil(() => output.split('spooled').length > 100, { timeout: 60_000 });
    child.kill('SIGKILL');
    await once(child, 'close');
    const promised = output
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(' ')[0]);
    await server.restart();
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's', spool: { folder } });
    await log.append([feedback('new')]);
    await vi.waitUntil(() => log.spooled === 0, { timeout: 60_000 });
    const stored = await readIds(log);
    await log.close();
    // The event that was being appended may be there, too.
    expect(stored.slice(0, promised.length)).toEqual(promised);
    expect(stored.slice(promised.length).filter((id) => id !== `a${promised.length}`)).toEqual(['new']);
  });

  natsTest('a spool that is full rejects, and what it accepted arrives', async ({ server, folder }) => {
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's', spool: { folder, maxBytes: 5_000 } });
    await server.stop();
    await vi.waitUntil(() => !log.isConnected, { timeout: 60_000 });
    const accepted: string[] = [];
    let refusal: unknown;
    for (let k = 0; refusal === undefined; k++) {
      try {
        await log.append([feedback(`a${k}`)]);
        accepted.push(`a${k}`);
      } catch (error) {
        refusal = error;
      }
    }
    expect(refusal).toBeInstanceOf(EventLogError);
    expect(String(refusal)).toMatch(/the spool is full: \d+ events \(\d+ of 5000 bytes\) wait for NATS/);
    expect(accepted.length).toBeGreaterThan(10);
    await server.restart();
    await vi.waitUntil(() => log.spooled === 0, { timeout: 60_000 });
    await log.append([feedback('next')]);
    await vi.waitUntil(() => log.spooled === 0, { timeout: 60_000 });
    expect(await readIds(log)).toEqual([...accepted, 'next']);
    await log.close();
  });

  natsTest('a spool is used by one process', async ({ server, folder }) => {
    const options = { servers: server.url, stream: 's', spool: { folder } };
    const log = await openJetStreamEventLog(options);
    await expect(openJetStreamEventLog(options)).rejects.toThrow(/spool\.folder: .*this process uses it/);
    // A copy of the folder is what a process leaves that is killed: its lock is taken over.
    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true });
    const other = await openJetStreamEventLog({ ...options, spool: { folder: copy } });
    await other.close();
    await log.close();
    await (await openJetStreamEventLog(options)).close();
  });

  natsTest('erase waits for the spool', async ({ server, folder }) => {
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's', spool: { folder } });
    await server.stop();
    await vi.waitUntil(() => !log.isConnected, { timeout: 60_000 });
    await log.append([{ type: 'end', at: 1, session: 'x' }, feedback('a')]);
    expect(log.spooled).toBe(2);
    await server.restart();
    expect(await log.erase('x')).toBe(1);
    expect(await readIds(log)).toEqual(['a']);
    await log.close();
  });

  natsTest('a stream that is gone is created again for what waits', async ({ server, folder }) => {
    const log = await openJetStreamEventLog({
      servers: server.url,
      stream: 's',
      spool: { folder },
      requestTimeoutMs: 1_000,
    });
    await log.append([feedback('lost with the stream')]);
    const { position } = await log.read();
    const nc = await connect({ servers: server.url });
    await (await jetstreamManager(nc)).streams.delete('s');
    await nc.close();
    await log.append([feedback('a')]);
    await vi.waitUntil(() => log.spooled === 0, { timeout: 60_000 });
    await expect(log.read({ after: position })).rejects.toThrow(/a position of another stream/);
    expect(await readIds(log)).toEqual(['a']);
    await log.close();
  });
});

describe.concurrent('a confirmation that is lost', () => {
  for (const isSpooled of [true, false]) {
    const how = isSpooled ? 'with a spool' : 'without a spool';
    natsTest(`each event is stored once, after the server has forgotten its id, ${how}`, async ({ server, folder }) => {
      await using proxy = await startLossyProxy(server.url);
      const common = { stream: 's', duplicateWindowMs: 100, appendTimeoutMs: 60_000, maxInFlight: 64 };
      const spool = isSpooled ? { spool: { folder } } : {};
      const log = await openJetStreamEventLog({ ...common, ...spool, servers: proxy.url });
      const other = await openJetStreamEventLog({ ...common, servers: server.url });
      await log.append([feedback('first')]);
      proxy.loseAnswers();
      const ids = Array.from({ length: 400 }, (_, k) => `a${k}`);
      const appends = ids.map((id) => log.append([feedback(id)]));
      await vi.waitFor(async () => expect(await readIds(other)).toHaveLength(65), { timeout: 60_000 });
      await sleep(300);
      await other.append([feedback('b')]);
      proxy.cut();
      await Promise.all(appends);
      await vi.waitUntil(() => log.spooled === 0, { timeout: 60_000 });
      expect(await readIds(other)).toEqual(['first', ...ids.slice(0, 64), 'b', ...ids.slice(64)]);
      await log.close();
      await other.close();
    });
  }
});

describe.concurrent('without a spool', () => {
  natsTest('append rejects after its time limit, and events that can wait arrive', async ({ server }) => {
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's', appendTimeoutMs: 200 });
    const patient = await openJetStreamEventLog({ servers: server.url, stream: 's', appendTimeoutMs: 60_000 });
    await log.append([feedback('a')]);
    await server.stop();
    const waiting = patient.append([feedback('b'), feedback('c')]);
    await expect(log.append([feedback('lost')])).rejects.toThrow(/did not confirm the events within 200 ms/);
    await server.restart();
    await waiting;
    await vi.waitUntil(() => log.isConnected, { timeout: 60_000 });
    await log.append([feedback('d')]);
    expect(await readIds(log)).toEqual(['a', 'b', 'c', 'd']);
    await log.close();
    await patient.close();
  });

  natsTest('a reader goes on after the server was away', async ({ server }) => {
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's', requestTimeoutMs: 1_000 });
    await log.append([feedback('a'), feedback('b')]);
    const { position } = await log.read();
    await server.stop('SIGKILL');
    await expect(log.read({ after: position })).rejects.toThrow(/read: NATS does not answer/);
    await server.restart();
    await vi.waitUntil(() => log.isConnected, { timeout: 60_000 });
    expect((await log.read({ after: position })).events).toEqual([]);
    const waiting = log.read({ after: position, waitMs: 60_000 });
    await log.append([feedback('c')]);
    expect((await waiting).events).toEqual([feedback('c')]);
    await log.close();
  });

  natsTest('events that retention dropped before they were read are an error', async ({ server }) => {
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's', maxBytes: 20_000 });
    await log.append([feedback('a')]);
    const { position } = await log.read();
    for (let k = 0; k < 10; k++) await log.append(Array.from({ length: 50 }, (_, n) => feedback(`b${k}-${n}`)));
    await expect(log.read({ after: position })).rejects.toThrow(/were dropped before they were read/);
    const oldest = (await readIds(log))[0];
    expect(oldest).toMatch(/^b/);
    await log.close();
  });

  natsTest('events that were erased at the beginning are not taken for dropped ones', async ({ server }) => {
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's' });
    const { position } = await log.read();
    await log.append([1, 2, 3].map((at) => ({ type: 'end', at, session: 'x' }) as const));
    await log.append([feedback('a')]);
    expect(await log.erase('x')).toBe(3);
    for (const reader of [log, await openJetStreamEventLog({ servers: server.url, stream: 's' })]) {
      const batch = await reader.read({ after: position });
      expect(batch).toMatchObject({ events: [feedback('a')], damaged: 0 });
      await reader.close();
    }
  });

  natsTest('settings of a stream that exists are changed if they are named, and another kind is refused', async (t) => {
    const { server } = t;
    const servers = server.url;
    await (await openJetStreamEventLog({ servers, stream: 's', maxBytes: 1_000_000, maxAgeMs: 3_600_000 })).close();
    await (await openJetStreamEventLog({ servers, stream: 's', maxAgeMs: 7_200_000 })).close();
    const nc = await connect({ servers });
    const { streams } = await jetstreamManager(nc);
    expect((await streams.info('s')).config).toMatchObject({ max_bytes: 1_000_000, max_age: 7_200_000 * 1e6 });
    await streams.add({ name: 'q', subjects: ['q.>'], retention: 'workqueue', storage: 'file' });
    await nc.close();
    await expect(openJetStreamEventLog({ servers, stream: 'q' })).rejects.toThrow(
      /'q' exists, but is no stream of an event log: expected retention "limits"; found "workqueue"/,
    );
  });

  natsTest('an event that is too large is refused, and the others are not', async ({ server }) => {
    const log = await openJetStreamEventLog({ servers: server.url, stream: 's' });
    const large = { ...feedback('large'), decision: 'x'.repeat(1_100_000) };
    await expect(log.append([feedback('a'), large])).rejects.toThrow(/larger than NATS allows \(max_payload 1048576\)/);
    await log.append([feedback('b')]);
    expect(await readIds(log)).toEqual(['b']);
    await log.close();
  });
});

describe('opening', () => {
  test('no server, or something else that listens', async () => {
    const silent = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    for (const at of [port, 1]) {
      const opening = openJetStreamEventLog({ servers: `nats://user:secret@127.0.0.1:${at}`, stream: 's' });
      await expect(opening).rejects.toThrow(EventLogError);
      await expect(opening).rejects.toThrow(/^(?!.*secret).*nats:\/\/127\.0\.0\.1:\d+ .*Start a NATS server there/);
    }
    silent.close();
  });

  test.each([
    [{ servers: [] }, /servers: expected one or more addresses/],
    [{ stream: 'a.b' }, /stream: expected at most 200/],
    [{ spool: { folder: '' } }, /spool\.folder: expected the path/],
    [{ spool: { folder: 'x', maxBytes: 0 } }, /spool\.maxBytes: expected an integer of at least 1/],
    [{ replicas: 6 }, /replicas: expected an integer from 1 to 5/],
    [{ appendTimeoutMs: 0 }, /appendTimeoutMs: expected/],
    [{ streem: 's' } as never, /did you mean stream\?/],
  ])('%o is refused before anything is opened', async (options, message) => {
    await expect(openJetStreamEventLog({ servers: 'nats://127.0.0.1:1', stream: 's', ...options })).rejects.toThrow(
      message,
    );
  });
});
