import { createRandom } from '@ialp/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCommand, type CommandProgram } from './test-support/command-program.js';
import { killUnderLoad, type Victim } from './test-support/kill-rounds.js';
import { NOTHING_LOST } from './test-support/test-deployment.js';

let program: CommandProgram;

beforeAll(async () => {
  program = await buildCommand();
});
afterAll(() => program?.remove());

/** Draws what is killed in each round. */
function draw(count: number, seed: number, victims: readonly Victim[]): Victim[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => victims[random.integer(victims.length)]!);
}

test.each([
  ['a server', draw(12, 1, ['whole'])],
  ['a server and the learner beside it', draw(18, 2, ['server', 'learner', 'both'])],
] as const)(
  '%s, killed at random moments under load: nothing is lost, and nothing is learned twice',
  async (name, victims) => {
    const { findings, figures, startMs } = await killUnderLoad({ program, victims, seed: victims.length });
    process.stdout.write(
      `${name}: ${victims.length} kills, ${JSON.stringify(figures)}, starts in ${startMs.map(Math.round)} ms\n`,
    );
    expect(findings).toEqual(NOTHING_LOST);
    expect(figures.learned).toBe(figures.decisions);
    expect(figures.damaged).toBe(0);
  },
);
