import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ialp/core';
import { expect } from 'vitest';
import { openReplyStore } from '../store/index.js';
import { startFaultServer } from './fault-server.js';
import { startRun } from './killed-run.js';

/** Questions that are asked at once. */
const IN_FLIGHT = 8;

async function repliesOf(path: string): Promise<string[]> {
  const store = await openReplyStore(path);
  const replies = Array.from(store.records(), (record) => JSON.stringify(record));
  await store.close();
  return replies.sort();
}

/**
 * Expects that a run that is killed so many times, each after a random number of replies, and begun again ends with the same
 * store as one that was left alone, and asks twice at most what was in flight at a kill.
 */
export async function checkSameStore({ questions, kills }: { questions: number; kills: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-killed-'));
  try {
    await using undisturbed = await startFaultServer(() => 'good');
    const whole = join(folder, 'whole.db');
    await startRun(undisturbed.host, whole, questions).summary;

    const random = createRandom(11);
    let repliesLeft = Number.POSITIVE_INFINITY;
    let kill = () => {};
    await using server = await startFaultServer(() => {
      if (--repliesLeft === 0) kill();
      return 'good';
    });
    const path = join(folder, 'killed.db');
    for (let k = 0; k < kills; k++) {
      repliesLeft = 1 + random.integer(Math.floor(questions / kills));
      const run = startRun(server.host, path, questions);
      kill = run.kill;
      expect(await run.summary, `run ${k}`).toBeNull();
    }
    repliesLeft = Number.POSITIVE_INFINITY;
    const last = await startRun(server.host, path, questions).summary;
    expect(last).toMatchObject({ done: questions, answered: questions, failed: 0 });
    const replies = await repliesOf(path);
    expect(replies).toEqual(await repliesOf(whole));
    expect(replies).toHaveLength(questions);
    const twice = Array.from(server.answered.values()).filter((times) => times > 1).length;
    expect(twice).toBeLessThanOrEqual(kills * IN_FLIGHT);
    expect(server.calls).toBeLessThanOrEqual(questions + kills * IN_FLIGHT);
    // And a run after all asks nothing.
    const before = server.calls;
    expect(await startRun(server.host, path, questions).summary).toMatchObject({ fromStore: questions, calls: 0 });
    expect(server.calls).toBe(before);
    process.stderr.write(`${kills} kills, ${server.calls - questions} calls made twice (in flight at a kill)\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
