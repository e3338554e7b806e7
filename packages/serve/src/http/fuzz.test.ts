import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzTarget } from './test-support/fuzz-server.js';

test('every request, however odd, gets an answer that the OpenAPI document describes', async () => {
  const target = await fuzzTarget();
  const property = fc.asyncProperty(target.requests, async ([operation, request]) => {
    expect((await target.send(operation, request)).undescribed).toBeUndefined();
  });
  await fc.assert(property, { numRuns: 400 });
  expect((await fetch(`${target.server.url}/healthz`)).status).toBe(200);
  await target.close();
});
