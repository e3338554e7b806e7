import { expect, onTestFinished, test } from 'vitest';
import { createMemoryEventLog, type EventLog, EventLogError } from '../../index.js';
import { createApp } from '../index.js';
import { testRecommender } from '../test-support/test-recommender.js';

test('a log that cannot be written is reported, and leaves the server ready, until it can be written again', async () => {
  const log = createMemoryEventLog();
  let isFull = false;
  const append: EventLog['append'] = (events, options) =>
    isFull ? Promise.reject(new EventLogError('The disk is full.')) : log.append(events, options);
  const recommender = await testRecommender({ eventLog: { ...log, append } });
  onTestFinished(() => recommender.close());
  const app = createApp({ recommender });
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    return app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const reported = async () => {
    const ready = await app.request('/readyz');
    const status = await app.request('/v1/status');
    const { logFailing } = (await status.json()) as { readonly logFailing: boolean };
    const metrics = await app.request('/metrics');
    const metric = /^ialp_log_failing (\d)$/m.exec(await metrics.text())?.[1];
    return [ready.status, await ready.json(), logFailing, metric];
  };
  const healthy = [200, { status: 'ok' }, false, '0'];
  const failing = [200, { status: 'ok', degraded: ['event-log'] }, true, '1'];

  const { decision } = (await (await post('/v1/recommend', { session: 's' })).json()) as { readonly decision: string };
  expect(await reported()).toEqual(healthy);
  isFull = true;
  expect((await post('/v1/feedback', { decision, reward: 1 })).status).toBe(503);
  expect(await reported()).toEqual(failing);
  isFull = false;
  expect((await post('/v1/feedback', { decision, reward: 1 })).status).toBe(202);
  expect(await reported()).toEqual(healthy);

  isFull = true;
  expect(await (await post('/v1/recommend', { session: 't' })).json()).toMatchObject({ logged: false });
  expect(await reported()).toEqual(failing);
  isFull = false;
  expect(await (await post('/v1/recommend', { session: 't' })).json()).toMatchObject({ logged: true });
  expect(await reported()).toEqual(healthy);
});
