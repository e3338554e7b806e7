import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ServerStartError, startServer } from './index.js';
import { testRecommender } from './test-support/test-recommender.js';

test('listens on a free port, and closes the recommender', async () => {
  const recommender = await testRecommender();
  const server = await startServer({ recommender, port: 0 });
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  const response = await fetch(`${server.url}/v1/recommend`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"session":"s"}',
  });
  expect(response.status).toBe(200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('process_cpu_seconds_total');
  await Promise.all([server.close(), server.close()]);
  expect(recommender.isReady()).toBe(false);
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
});

test('listens elsewhere than on loopback only with tokens', async () => {
  const recommender = await testRecommender();
  for (const host of ['0.0.0.0', '::', 'shop.example', '']) {
    await expect(startServer({ recommender, host, port: 0 }), host).rejects.toThrow('tokens');
  }
  const server = await startServer({
    recommender,
    host: '0.0.0.0',
    port: 0,
    tokens: { deciding: 'deciding-0123456789' },
  });
  expect((await fetch(`http://127.0.0.1:${server.port}/v1/items`)).status).toBe(401);
  await server.close();
});

test('says what to do if the port is taken, and leaves the recommender open', async () => {
  const recommender = await testRecommender();
  const first = await startServer({ recommender, port: 0 });
  const second = startServer({ recommender, port: first.port });
  await expect(second).rejects.toThrow(ServerStartError);
  await expect(second).rejects.toThrow('choose another port');
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(recommender.isReady()).toBe(true);
  await first.close();
});

test('checks its options', async () => {
  const recommender = await testRecommender();
  for (const [options, message] of [
    [{ prot: 1 }, 'port'],
    [{ port: 70_000 }, 'port'],
    [{ closeTimeoutMs: 0 }, 'closeTimeoutMs'],
    [{ tokens: { deciding: 'short' } }, 'tokens.deciding'],
  ] as const) {
    await expect(startServer({ recommender, ...options })).rejects.toThrow(message);
  }
  await recommender.close();
});

test('finishes the requests in flight before it closes, and is not ready meanwhile', async () => {
  const recommender = await testRecommender();
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const server = await startServer({
    recommender,
    port: 0,
    configure: (app) => {
      app.get('/held', async (c) => {
        begun();
        await held;
        return c.text(recommender.isReady() ? 'open' : 'closed');
      });
    },
  });
  const agent = new Agent({ keepAlive: true });
  // An idle connection, which must not keep the server open.
  await new Promise((resolve) =>
    get(`${server.url}/healthz`, { agent }, (answer) => answer.resume().on('end', resolve)),
  );
  const answer = fetch(`${server.url}/held`);
  await isBegun;
  const closing = server.close();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  finish();
  expect(await (await answer).text()).toBe('open');
  await closing;
  expect(recommender.isReady()).toBe(false);
  agent.destroy();
});

test('ends requests that take too long when it closes', async () => {
  const recommender = await testRecommender();
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const server = await startServer({
    recommender,
    port: 0,
    closeTimeoutMs: 50,
    configure: (app) => {
      app.get('/never', () => {
        begun();
        return new Promise<Response>(() => {});
      });
    },
  });
  const answer = fetch(`${server.url}/never`);
  const failed = expect(answer).rejects.toThrow();
  await isBegun;
  await server.close();
  await failed;
  expect(recommender.isReady()).toBe(false);
});

test('ends connections whose headers never come', async () => {
  const recommender = await testRecommender();
  const server = await startServer({ recommender, port: 0, headersTimeoutMs: 100 });
  const socket = connect(server.port, '127.0.0.1');
  socket.write('POST /v1/recommend HTTP/1.1\r\nHost: localhost\r\nX-Slow:');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  expect(Buffer.concat(chunks).toString()).toContain('408');
  await server.close();
});

test('answers requests that are not HTTP with 400, and goes on', async () => {
  const recommender = await testRecommender();
  const server = await startServer({ recommender, port: 0 });
  for (const text of [
    'nonsense\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
    'GET /%zz HTTP/1.1\r\n\r\n',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
  ]) {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString(), text.slice(0, 40)).toMatch(/^HTTP\/1\.1 4\d\d/);
    socket.destroy();
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await server.close();
});

test('goes on after clients that leave in the middle of a request', async () => {
  const recommender = await testRecommender();
  const faults: unknown[] = [];
  const logger = { debug() {}, info() {}, error: (fields: unknown) => void faults.push(fields) };
  const server = await startServer({ recommender, port: 0, logger });
  const head =
    'POST /v1/recommend HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
  for (const text of [head, `${head}{"session":`, head.slice(0, 40)]) {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    await new Promise((resolve) => socket.write(text, resolve));
    socket.destroy();
    await once(socket, 'close');
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await server.close();
  expect(faults).toEqual([]);
});
