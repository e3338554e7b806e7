import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzTarget } from './test-support/fuzz-server.js';
import { memoryInUse } from './test-support/memory-in-use.js';

const REQUESTS = 10_000;
/** Requests after which caches and compiled code no longer grow. */
const WARM_UP = 2_000;
/** Share of the bytes of all bodies, sent and received, by which memory may grow. */
const MAX_GROWTH = 0.5;

test('10,000 odd requests: no crash, nothing undescribed, no growth beyond the events that are stored', async () => {
  const target = await fuzzTarget();
  const statuses = new Map<string, number>();
  let sent = 0;
  let exchanged = 0;
  let before = { memory: 0, stored: 0 };
  const usage = async () => ({ memory: memoryInUse(), stored: await target.eventLog.size() });
  const property = fc.asyncProperty(target.requests, async ([operation, request]) => {
    const { undescribed, status, bytes } = await target.send(operation, request);
    expect(undescribed).toBeUndefined();
    const key = `${operation.method} ${operation.path} ${Math.floor(status / 100)}xx`;
    statuses.set(key, (statuses.get(key) ?? 0) + 1);
    if (sent >= WARM_UP) exchanged += bytes;
    if (++sent === WARM_UP) before = await usage();
  });
  await fc.assert(property, { numRuns: REQUESTS });
  expect(sent).toBe(REQUESTS);
  // Every route was reached, and refused, many times.
  for (const { method, path } of target.operations.all) {
    expect(statuses.get(`${method} ${path} 2xx`), path).toBeGreaterThan(20);
    expect(statuses.get(`${method} ${path} 4xx`), path).toBeGreaterThan(5);
  }
  const after = await usage();
  // The log in memory holds each event as an object, which takes more than its text.
  const events = 4 * (after.stored - before.stored);
  expect(after.memory - before.memory - events).toBeLessThan(MAX_GROWTH * exchanged);
  await target.close();
});
