import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findNatsServer, NO_NATS_SERVER, startNatsServer } from './index.js';

const binary = await findNatsServer();

/** The first line that the server sends to a client. */
function greeting(url: string): Promise<{ readonly jetstream?: boolean; readonly host: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(JSON.parse(bytes.toString().replace(/^INFO /, '')));
    });
  });
}

describe('startNatsServer', () => {
  test('serves JetStream from a folder of its own, which goes with it', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    const server = await startNatsServer();
    expect(await greeting(server.url)).toMatchObject({ jetstream: true, host: '127.0.0.1' });
    expect(await readdir(server.storeDir)).toContain('jetstream');
    await server[Symbol.asyncDispose]();
    expect(existsSync(server.storeDir)).toBe(false);
    await expect(greeting(server.url)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('starts again on the same port and files, whatever signal ended it', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    const storeDir = await mkdtemp(join(tmpdir(), 'ialp-nats-test-'));
    await using server = await startNatsServer({ storeDir });
    const { url, pid } = server;
    await server.stop('SIGKILL');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await server.restart();
    expect(server.pid).not.toBe(pid);
    expect(server.url).toBe(url);
    expect(await greeting(url)).toMatchObject({ jetstream: true });
    await server.restart();
    expect(await greeting(url)).toMatchObject({ jetstream: true });
    await server.stop();
    await server[Symbol.asyncDispose]();
    // A folder that was named is not removed.
    expect(existsSync(storeDir)).toBe(true);
    await rm(storeDir, { recursive: true });
  });

  test('says what the server printed if it does not start', async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await expect(startNatsServer({ storeDir: '/proc/self/none' })).rejects.toThrow(/ended before[\s\S]*storage/i);
  });
});

test('NATS_SERVER that names nothing is an error, not a skipped test', async () => {
  const before = process.env['NATS_SERVER'];
  process.env['NATS_SERVER'] = '/nowhere/nats-server';
  try {
    await expect(findNatsServer()).rejects.toThrow('NATS_SERVER=/nowhere/nats-server');
  } finally {
    if (before === undefined) delete process.env['NATS_SERVER'];
    else process.env['NATS_SERVER'] = before;
  }
});
