import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ialp/core';
import { startNatsServer } from '@ialp/nats-server';
import { expect } from 'vitest';
import { type CliProcess, startCli } from './cli-process.js';
import { startFaultServer } from './fault-server.js';

/** Questions that a worker asks at once. */
const IN_FLIGHT = 4;
const WORKERS = 2;

/** A folder with a catalogue, and what asks about it. */
export async function makeFolder(): Promise<{ readonly folder: string; readonly distill: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-queue-'));
  const items = Array.from({ length: 30 }, (_, k) => `f${k},Film ${k}`);
  await writeFile(join(folder, 'items.csv'), ['id,title', ...items, ''].join('\n'));
  return { folder, distill: ['distill', '--catalog', 'items.csv', '--seed', '7'] };
}

/**
 * Expects that a distillation whose workers are killed so many times, each after a random number of replies, ends with the same answers as one
 * without a queue, and that nothing is asked twice but what was in flight at a kill.
 */
export async function checkKilledWorkers(options: {
  readonly questions: number;
  readonly kills: number;
  readonly seed: number;
  readonly ackWaitSeconds: number;
}): Promise<void> {
  const { questions, kills, seed, ackWaitSeconds } = options;
  const random = createRandom(seed);
  const { folder, distill } = await makeFolder();
  const workers: CliProcess[] = [];
  try {
    let repliesLeft = Number.POSITIVE_INFINITY;
    let kill = (): void => {};
    await using server = await startFaultServer(() => {
      if (--repliesLeft === 0) kill();
      return 'slow';
    });
    await using nats = await startNatsServer();
    const ask = [...distill, '--questions', String(questions)];
    const model = ['--model', `ollama:m@${server.host}`];
    const whole = startCli(folder, [
      ...ask,
      ...model,
      '--store',
      'whole.db',
      '--out',
      'whole.jsonl',
      '--concurrency',
      '32',
    ]);
    expect((await whole.ended).code).toBe(0);
    // Some requests are equal: these are asked once.
    const distinct = server.calls;

    const work = (): void => {
      const args = ['work', '--queue', nats.url, ...model, '--concurrency', String(IN_FLIGHT)];
      workers.push(startCli(folder, [...args, '--ack-wait', String(ackWaitSeconds)]));
    };
    const result = startCli(folder, [...ask, '--queue', nats.url, '--store', 'a.db', '--out', 'a.jsonl', '--json']);
    for (let k = 0; k < WORKERS; k++) work();
    for (let k = 0; k < kills; k++) {
      await new Promise<void>((resolve) => {
        kill = () => {
          const alive = workers.filter(({ process }) => process.exitCode === null && process.signalCode === null);
          alive[random.integer(alive.length)]?.process.kill('SIGKILL');
          resolve();
        };
        repliesLeft = 1 + random.integer(Math.max(1, Math.floor(questions / (2 * kills))));
      });
      work();
    }
    const ended = await result.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({ answered: questions, failed: 0 });
    expect(await readFile(join(folder, 'a.jsonl'), 'utf8')).toBe(await readFile(join(folder, 'whole.jsonl'), 'utf8'));
    const calls = server.calls - distinct;
    expect(calls).toBeGreaterThanOrEqual(distinct);
    expect(calls).toBeLessThanOrEqual(distinct + kills * IN_FLIGHT);
    process.stderr.write(`seed ${seed}: ${kills} kills, ${calls - distinct} calls made twice (in flight at a kill)\n`);
  } finally {
    for (const { process } of workers) process.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}
