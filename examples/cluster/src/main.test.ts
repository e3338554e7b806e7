import { findNatsServer, NO_NATS_SERVER } from '@ialp/nats-server';
import { afterEach, expect, test, vi } from 'vitest';
import { run } from './main.js';

const binary = await findNatsServer();

afterEach(() => {
  vi.restoreAllMocks();
});

test('visitors are served while a process is killed', async ({ skip }) => {
  if (binary === undefined) return skip(NO_NATS_SERVER);
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  const args = ['--deciders', '2', '--learners', '2', '--visitors', '4', '--seconds', '6', '--kill-every', '3'];
  expect(await run(args)).toBe(0);
  const output = lines.join('');
  expect(output).toMatch(/killed (decider|learner)-\d/);
  expect(output).toMatch(/^[1-9]\d* decisions and \d+ clicks, all answered/m);
});

test('wrong usage is told', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await run(['--deciders', '0'])).toBe(2);
});
