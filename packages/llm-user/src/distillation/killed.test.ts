import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ialp/env';
import { expect, test } from 'vitest';
import { openReplyStore } from '../store.js';
import { startFaultServer } from '../test-fault-server.js';
import { runAndKill } from '../test-killed-run.js';

/** Smaller here than the figures in the README, which come from 5,000 questions and 20 kills. */
const QUESTIONS = Number(process.env['IALP_KILLED_QUESTIONS'] ?? 800);
const KILLS = Number(process.env['IALP_KILLS'] ?? 5);
/** Questions that are asked at a time. */
const IN_FLIGHT = 8;

async function repliesOf(path: string): Promise<string[]> {
  const store = await openReplyStore(path);
  const replies = Array.from(store.records(), (record) => JSON.stringify(record));
  await store.close();
  return replies.sort();
}

test(`killed ${KILLS} times at random moments, a run of ${QUESTIONS} questions ends as one that was left alone`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-killed-'));
  try {
    const random = createRandom(Date.now() % 2 ** 32);
    await using undisturbed = await startFaultServer(() => 'good');
    const whole = join(folder, 'whole.db');
    const begun = performance.now();
    await runAndKill({ host: undisturbed.host, path: whole, questions: QUESTIONS }, 600_000);
    const seconds = performance.now() - begun;

    await using server = await startFaultServer(() => 'good');
    const path = join(folder, 'killed.db');
    const job = { host: server.host, path, questions: QUESTIONS };
    let kills = 0;
    let last = (await runAndKill(job, 150)).summary;
    while (last === null && kills < 10 * KILLS) {
      kills++;
      // The first moments are the start of Node itself; what is killed there has asked nothing yet.
      last = (await runAndKill(job, kills < KILLS ? 200 + random.uniform() * 1.2 * (seconds / KILLS) : 600_000))
        .summary;
    }
    // It may be through before the last kill; then there were fewer.
    expect(kills).toBeGreaterThan(0);
    expect(last).toMatchObject({ done: QUESTIONS, answered: QUESTIONS, failed: 0 });
    expect(await repliesOf(path)).toEqual(await repliesOf(whole));
    expect(await repliesOf(path)).toHaveLength(QUESTIONS);
    const twice = Array.from(server.answered.values()).filter((times) => times > 1).length;
    expect(twice).toBeLessThanOrEqual(kills * IN_FLIGHT);
    expect(server.calls).toBeLessThanOrEqual(QUESTIONS + kills * IN_FLIGHT);
    // And a run after all asks nothing.
    const before = server.calls;
    expect((await runAndKill(job, 600_000)).summary).toMatchObject({ fromStore: QUESTIONS, calls: 0 });
    expect(server.calls).toBe(before);
    process.stderr.write(`${kills} kills, ${server.calls - QUESTIONS} calls made twice (in flight at a kill)\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 900_000);
