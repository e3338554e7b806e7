import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { saveCheckpoint } from './checkpoint-file/index.js';
import { temporaryPathFor } from './temporary-files.js';
import { saveWeights } from './weights-file/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ialp-temporary-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The number of a process that has ended. */
const endedProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe.each<[string, (path: string) => unknown]>([
  ['checkpoint', (path) => saveCheckpoint(path, { update: 1 })],
  ['weights', (path) => saveWeights(path, { a: { shape: [1], data: Float32Array.of(1) } })],
])('a save of a %s', (kind, save) => {
  test('removes what a killed save of the same file left, and nothing else', async () => {
    const target = join(folder, 'latest');
    const gone = endedProcess();
    const [stale, live, other] = [
      temporaryPathFor(target, kind, gone),
      temporaryPathFor(target, kind, process.ppid),
      temporaryPathFor(join(folder, 'another'), kind, gone),
    ];
    const strangers = [`.${kind}-mine.tmp`, 'latest.tmp'].map((name) => join(folder, name));
    for (const path of [stale, live, other, ...strangers]) writeFileSync(path, 'half');
    await save(target);
    const expected = [live, other, ...strangers, target].map((path) => path.slice(folder.length + 1));
    expect(readdirSync(folder).sort()).toEqual(expected.sort());
  });

  test('tells its own process from one of the same number before it', async () => {
    const target = join(folder, 'latest');
    const [now, before] = [temporaryPathFor(target, kind), temporaryPathFor(target, kind)];
    for (const path of [now, before]) writeFileSync(path, 'half');
    const longAgo = Date.now() / 1000 - process.uptime() - 3600;
    utimesSync(before, longAgo, longAgo);
    await save(target);
    expect(readdirSync(folder).sort()).toEqual([now.slice(folder.length + 1), 'latest'].sort());
  });
});
