import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ialp/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventLog } from '../event-log.js';
import { buildChildProgram, type Child, type ChildProgram } from '../test-support/child-program.js';
import { openFileEventLog } from './event-log.js';

const root = mkdtempSync(join(tmpdir(), 'ialp-killed-'));
let program: ChildProgram;
beforeAll(async () => {
  program = await buildChildProgram('append-program');
});
afterAll(async () => {
  await program.remove();
  rmSync(root, { recursive: true });
});

/** Small, so that writers often begin new segments at the same time. */
const SEGMENT_BYTES = 30_000;
const WRITERS = 3;
const ROUNDS = 3;
const ENDLESS = 1e9;

/** Follows a log as a learner does. */
function follow(log: EventLog): { readonly ids: string[]; damaged: number; end(): Promise<void> } {
  const stopping = new AbortController();
  const following = {
    ids: [] as string[],
    damaged: 0,
    async end() {
      stopping.abort();
      await done;
    },
  };
  const done = (async () => {
    let after: string | undefined;
    for (;;) {
      const isLast = stopping.signal.aborted;
      const batch = await log.read({ after, maxEvents: 17, waitMs: isLast ? 0 : 60_000, signal: stopping.signal });
      for (const event of batch.events) following.ids.push((event as { readonly id: string }).id);
      following.damaged += batch.damaged;
      after = batch.position;
      if (isLast && batch.events.length === 0 && batch.damaged === 0) return;
    }
  })();
  return following;
}

/** Checks what a reader has seen: every acknowledged call once, calls whole and in the order of their writer. */
function expectWhole(ids: readonly string[], acknowledged: ReadonlyMap<string, readonly string[]>): void {
  expect(new Set(ids).size).toBe(ids.length);
  const calls = new Map<string, number[]>();
  for (let k = 0; k < ids.length; ) {
    const [writer, call, index, count] = ids[k].split(':');
    expect(index).toBe('0');
    for (let part = 0; part < Number(count); part++, k++) expect(ids[k]).toBe(`${writer}:${call}:${part}:${count}`);
    const list = calls.get(writer) ?? [];
    list.push(Number(call));
    calls.set(writer, list);
  }
  for (const [writer, lines] of acknowledged) {
    const stored = calls.get(writer) ?? [];
    expect(stored).toEqual(stored.toSorted((a, b) => a - b));
    const isStored = new Set(stored);
    expect(lines.filter((call) => !isStored.has(Number(call)))).toEqual([]);
  }
}

test.each([
  [1, 'never'],
  [2, 'never'],
  [3, 'always'],
] as const)(
  'writers killed at random moments lose nothing that was acknowledged (seed %i, sync %s)',
  async (seed, sync) => {
    const folder = join(root, String(seed));
    const random = createRandom(seed);
    const log = await openFileEventLog({ folder, sync, segmentBytes: SEGMENT_BYTES });
    const following = follow(log);
    const acknowledged = new Map<string, readonly string[]>();
    for (let round = 0; round < ROUNDS; round++) {
      const children = Array.from({ length: WRITERS }, (_, k): [string, Child] => {
        const writer = `${round}-${k}`;
        return [writer, program.start(folder, writer, sync, SEGMENT_BYTES, ENDLESS)];
      });
      await Promise.all(
        children.map(async ([writer, child]) => {
          await child.untilLines(random.integer(300));
          await child.kill();
          acknowledged.set(writer, child.lines);
        }),
      );
    }
    await log.append([{ type: 'feedback', id: 'last:0:0:1', at: 0, decision: 'd', reward: 0 }]);
    await following.end();
    await log.close();

    expectWhole(following.ids, acknowledged);
    expect(following.damaged).toBe(0);
    const again = await openFileEventLog({ folder });
    const second = follow(again);
    await second.end();
    await again.close();
    expect(second.ids).toEqual(following.ids);
  },
);

test('processes that begin new segments at the same time lose nothing and store nothing twice', async () => {
  const folder = join(root, 'rotation');
  const log = await openFileEventLog({ folder, segmentBytes: 500 });
  const following = follow(log);
  const children = Array.from({ length: 4 }, (_, k) => program.start(folder, `w${k}`, 'never', 500, 200));
  await Promise.all(children.map((child) => child.end()));
  await following.end();
  await log.close();
  expectWhole(following.ids, new Map(children.map(({ lines }, k) => [`w${k}`, lines])));
  expect(following.ids.length).toBe(4 * 399);
  expect(following.damaged).toBe(0);
});
