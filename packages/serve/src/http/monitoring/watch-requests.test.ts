import { Writable } from 'node:stream';
import { InvalidOptionError } from '@ialp/core';
import { type LevelWithSilent, pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createMemoryEventLog, EventLogError } from '../../index.js';
import { createApp } from '../index.js';
import { testRecommender } from '../test-support/test-recommender.js';
import { faultFields } from './watch-requests.js';

/** A logger and the lines that it has written. */
function listener(level: LevelWithSilent) {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { logger: pino({ level }, stream), lines, parsed: () => lines.map((line) => JSON.parse(line)) };
}

const post = (body: object) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'user-agent': 'secret-agent' },
  body: JSON.stringify(body),
});

test('logs route, status, duration and class of error, and nothing that the client sent', async () => {
  const recommender = await testRecommender();
  const { logger, lines, parsed } = listener('debug');
  const app = createApp({ recommender, logger });
  await app.request('/v1/recommend', post({ session: 'secret-session', user: 'secret-user' }));
  await app.request('/v1/recommend', post({ session: 'secret-session', secret: 1 }));
  await app.request('/v1/feedback?secret=1', post({ decision: 'secret-decision', reward: 1 }));
  await app.request('/v1/users/secret-user', { method: 'DELETE' });
  await app.request('/v1/secret');
  expect(
    parsed().map(({ level, method, route, status, errorClass }) => [level, method, route, status, errorClass]),
  ).toEqual([
    [20, 'POST', '/v1/recommend', 200, undefined],
    [30, 'POST', '/v1/recommend', 400, 'InvalidRequest'],
    [30, 'POST', '/v1/feedback', 404, 'RequestError'],
    [20, 'DELETE', '/v1/users/:id', 200, undefined],
    [30, 'GET', 'other', 404, undefined],
  ]);
  for (const { durationMs } of parsed()) expect(durationMs).toBeGreaterThanOrEqual(0);
  expect(lines.join('')).not.toContain('secret');
  await recommender.close();
});

test('logs faults of the server with their causes', async () => {
  const eventLog = createMemoryEventLog();
  const recommender = await testRecommender({ eventLog });
  const { logger, lines, parsed } = listener('info');
  const app = createApp({ recommender, logger });
  await eventLog.close();
  await app.request('/v1/sessions/secret-session/end', { method: 'POST' });
  expect(parsed()).toMatchObject([
    {
      level: 50,
      msg: 'fault',
      errorClass: 'EventLogError',
      frames: expect.arrayContaining([expect.stringContaining('at ')]),
    },
    { level: 50, msg: 'request', route: '/v1/sessions/:session/end', status: 503, errorClass: 'EventLogError' },
  ]);
  expect(lines.join('')).not.toContain('secret');
  await recommender.close();
});

test('what fails in each request is logged once, and then each minute with its number', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const eventLog = createMemoryEventLog();
  const recommender = await testRecommender({ eventLog });
  const { logger, parsed } = listener('info');
  const app = createApp({ recommender, logger });
  await eventLog.close();
  for (let k = 0; k < 50; k++) await app.request(`/v1/sessions/${k}/end`, { method: 'POST' });
  expect(parsed().map(({ msg, repeats }) => [msg, repeats])).toEqual([
    ['fault', undefined],
    ['request', undefined],
  ]);
  vi.advanceTimersByTime(60_000);
  expect(parsed().slice(2)).toMatchObject([
    { level: 50, msg: 'fault', errorClass: 'EventLogError', repeats: 49 },
    { level: 50, msg: 'request', status: 503, repeats: 49 },
  ]);
  await recommender.close();
});

test('a fault is described without its messages, which may quote ids', () => {
  const cause = Object.assign(new Error('secret cause'), { code: 'ENOSPC' });
  const fields = faultFields(new EventLogError('secret\n    at secret', { cause }));
  expect(fields).toMatchObject({ errorClass: 'EventLogError', cause: { errorClass: 'Error', code: 'ENOSPC' } });
  expect(faultFields('secret')).toEqual({ errorClass: 'string' });
  expect(JSON.stringify(faultFields(new InvalidOptionError('x', 'secret', 'y')))).not.toContain('secret');
  expect(JSON.stringify(fields)).not.toContain('secret');
});
