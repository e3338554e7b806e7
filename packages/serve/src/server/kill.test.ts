import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCommand, type CommandProgram } from './test-support/command-program.js';
import { killUnderLoad } from './test-support/kill-rounds.js';
import { NOTHING_LOST } from './test-support/test-deployment.js';

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
