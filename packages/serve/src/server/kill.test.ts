import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { platform } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCommand, type CommandProgram } from './test-support/command-program.js';
import { killUnderLoad } from './test-support/kill-rounds.js';
import { NOTHING_LOST, TestDeployment } from './test-support/test-deployment.js';

let program: CommandProgram;

beforeAll(async () => {
  program = await buildCommand();
});
afterAll(() => program?.remove());

test.each([
  ['a server', ['whole', 'whole']],
  ['a server and the learner beside it', ['learner', 'both']],
] as const)('%s, killed under load: nothing is lost, and nothing is learned twice', async (_, victims) => {
  // All visits are ended by their users, and none by its idle time while a server starts: there is nothing to wait for.
  const rules = { idleTimeoutMs: 600_000 };
  const { findings, figures } = await killUnderLoad({ program, victims, seed: 1, sessions: 10, endShare: 1, rules });
  expect(findings).toEqual(NOTHING_LOST);
  expect(figures.learned).toBe(figures.decisions);
  expect(figures.decisions).toBeGreaterThan(0);
  expect(figures.damaged).toBe(0);
});

test('the thread that learns lets those that decide run first', async ({ skip }) => {
  if (platform !== 'linux') return skip('only Linux has priorities of threads');
  const deployment = new TestDeployment({ program, records: false });
  try {
    const { pid, end } = await deployment.start('here');
    const threads = readdirSync(`/proc/${pid}/task`);
    // The 19th field of proc(5); the second, a name in brackets, may have blanks.
    const niceOf = (thread: string): number =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[16]);
    const own = niceOf(String(pid));
    if (own >= constants.priority.PRIORITY_BELOW_NORMAL) return skip('the whole process runs behind others already');
    expect(threads.map(niceOf).filter((nice) => nice > own)).toHaveLength(1);
    await end('SIGTERM');
  } finally {
    deployment.remove();
  }
});
