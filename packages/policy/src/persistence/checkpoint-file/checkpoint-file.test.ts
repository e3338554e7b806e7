import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Checkpoint, type CheckpointValue, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CheckpointFileError, loadCheckpoint, saveCheckpoint } from './index.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-checkpoint-'));
  path = join(folder, 'deployment.checkpoint');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function refusal(action: () => unknown): CheckpointFileError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointFileError);
    return error as CheckpointFileError;
  }
  return expect.unreachable('it was taken');
}

const float32 = fc.float({ noNaN: false });
const arrays = fc.oneof(
  fc.array(float32).map((values) => Float32Array.from(values)),
  fc.array(fc.double()).map((values) => Float64Array.from(values)),
  fc.array(fc.integer()).map((values) => Int32Array.from(values)),
  fc.uint8Array().map((values) => Uint8Array.from(values)),
);
const values = fc.letrec<{ value: CheckpointValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.double(), fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), arrays),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('a checkpoint in a file', () => {
  test('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values, { noNullPrototype: true }), (checkpoint) => {
        saveCheckpoint(path, checkpoint);
        expect(loadCheckpoint(path)).toEqual(checkpoint);
      }),
      { numRuns: 300 },
    );
  });

  test('tells -0, numbers that JSON has not, lists that look like tags, and views of greater buffers', () => {
    const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const checkpoint = { minus: -0, none: Number.NaN, all: -Infinity, list: ['array', 'list', 1], view };
    saveCheckpoint(path, checkpoint);
    const found = loadCheckpoint(path);
    expect(Object.is(found['minus'], -0)).toBe(true);
    expect(found).toEqual(checkpoint);
  });

  test('replaces the last one, through a symbolic link, and leaves nothing else', async () => {
    const link = join(folder, 'latest');
    saveCheckpoint(path, { update: 1 });
    await symlink(path, link);
    saveCheckpoint(link, { update: 2 });
    expect(loadCheckpoint(path)).toEqual({ update: 2 });
    expect((await readdir(folder)).sort()).toEqual(['deployment.checkpoint', 'latest']);
  });

  test('refuses what is no plain data, by its place, and leaves the last one', () => {
    saveCheckpoint(path, { update: 1 });
    const odd = { learner: [{ memory: new Map() }] } as unknown as Checkpoint;
    expect(() => saveCheckpoint(path, odd)).toThrow(InvalidOptionError);
    expect(() => saveCheckpoint(path, odd)).toThrow('checkpoint.learner[0].memory');
    expect(() => saveCheckpoint(path, { counts: new BigInt64Array(1) } as unknown as Checkpoint)).toThrow(
      'checkpoint.counts',
    );
    expect(loadCheckpoint(path)).toEqual({ update: 1 });
  });
});

describe('a file that is not as it was written', () => {
  const checkpoint = { seed: 3, weights: Float32Array.of(1, 2, 3), counts: [Int32Array.of(4)] };

  test('is refused wherever a byte differs', async () => {
    saveCheckpoint(path, checkpoint);
    const whole = await readFile(path);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 0x20;
      await writeFile(path, bytes);
      expect(['damaged', 'format', 'unsupported'], `byte ${at}`).toContain(refusal(() => loadCheckpoint(path)).problem);
    }
  });

  test('is refused however much is missing', async () => {
    saveCheckpoint(path, checkpoint);
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      const { problem } = refusal(() => loadCheckpoint(path));
      expect(problem, `${length} bytes`).toBe(length < 10 ? 'format' : length < 12 ? 'unsupported' : 'damaged');
    }
  });

  test('says which file, what was expected and what to do', async () => {
    await writeFile(path, 'IALP-CKPT-7\n and more');
    expect(refusal(() => loadCheckpoint(path)).message).toBe(
      `${path}: expected version 1; found "7". Read it with the @ialp/policy that wrote it.`,
    );
    expect(refusal(() => loadCheckpoint(join(folder, 'none'))).message).toMatch(/none: expected .*ENOENT/);
    const missing = join(folder, 'no', 'folder');
    expect(refusal(() => saveCheckpoint(missing, {})).message).toMatch(/expected a file in a folder that exists/);
  });
});

test('a process that is killed at any time leaves a whole checkpoint', async () => {
  const file = JSON.stringify(new URL('../../../dist/checkpoint-file.js', import.meta.url).href);
  const code = `
    const { saveCheckpoint } = await import(${file});
    for (let update = 1; ; update++) {
      saveCheckpoint(${JSON.stringify(path)}, { update, weights: new Float32Array(200000).fill(update) });
    }`;
  const savedAt = () =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  let last = 0;
  for (let kill = 0; kill < 5; kill++) {
    const before = await savedAt();
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
    // Once it writes, however long it took to start.
    while ((await savedAt()) === before) await sleep(5);
    await sleep(60 + 17 * kill);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const { update, weights } = loadCheckpoint(path) as { update: number; weights: Float32Array };
    // Not `toEqual`, which takes seconds over so many.
    expect(weights).toHaveLength(200_000);
    expect(weights.every((weight) => weight === update)).toBe(true);
    last = Math.max(last, update);
  }
  expect(last).toBeGreaterThan(0);
});
