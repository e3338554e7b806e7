import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bitsOf, plainFile, WEIGHTS } from '../../test-support/weights-bytes.js';
import { encodeWeights, loadWeights, saveWeights, WeightsFileError } from './index.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-weights-'));
  path = join(folder, 'network.safetensors');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function refusal(action: Promise<unknown>): Promise<WeightsFileError> {
  const error = await action.then(
    () => expect.unreachable('it was taken'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WeightsFileError);
  return error;
}

/** No temporary file may stay behind. */
async function expectFiles(...names: string[]): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual(names);
}

/** Root may write anywhere: it acts as `nobody` meanwhile. */
async function asOrdinaryUser<Result>(action: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return action();
  process.seteuid?.(65534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a file of weights', () => {
  test('holds what encodeWeights gives, and is read again', async () => {
    const options = { catalogue: 'ours', metadata: { seed: '7' } };
    await saveWeights(path, WEIGHTS, options);
    expect(new Uint8Array(await readFile(path))).toEqual(await encodeWeights(WEIGHTS, options));
    const { weights, catalogue, metadata } = await loadWeights(path, { catalogue: 'ours' });
    expect(bitsOf(weights)).toEqual(bitsOf(WEIGHTS));
    expect({ catalogue, metadata }).toEqual(options);
    await expectFiles('network.safetensors');
  });

  test('takes the place of an older one, and behind a link too', async () => {
    await saveWeights(path, {});
    const link = join(folder, 'latest');
    await symlink('network.safetensors', link);
    await saveWeights(link, WEIGHTS);
    expect(await readlink(link)).toBe('network.safetensors');
    expect(bitsOf((await loadWeights(path)).weights)).toEqual(bitsOf(WEIGHTS));
    await expectFiles('latest', 'network.safetensors');
  });

  test('written by many at once is that of one of them', async () => {
    const savings = Array.from({ length: 8 }, (_, k) =>
      saveWeights(path, { a: { shape: [1000], data: new Float32Array(1000).fill(k) } }),
    );
    await Promise.all(savings);
    const { data } = (await loadWeights(path)).weights['a'];
    expect(new Set(data).size).toBe(1);
    await expectFiles('network.safetensors');
  });

  test('that is damaged is named', async () => {
    await writeFile(path, (await plainFile()).subarray(0, 100));
    const error = await refusal(loadWeights(path));
    expect(error).toMatchObject({ file: path, problem: 'cut' });
    expect(error.message).toContain(`${path}: expected`);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['a file that is not there', 'nowhere', 'ENOENT', 'Correct the path'],
    ['a folder', '.', 'EISDIR', 'not of a folder'],
    ['a file under a file', 'network.safetensors/below', 'ENOTDIR', 'that should be a folder is a file'],
  ])('%s is named, with the cause', async (_, name, code, remedy) => {
    await saveWeights(path, WEIGHTS);
    const error = await refusal(loadWeights(join(folder, name)));
    expect(error).toMatchObject({ problem: 'system', file: join(folder, name), cause: { code } });
    expect(error.message).toContain(remedy);
  });
});

describe('what cannot be written', () => {
  test('leaves a folder of that name as it is', async () => {
    await mkdir(path);
    await writeFile(join(path, 'inside'), 'kept');
    const error = await refusal(saveWeights(path, WEIGHTS));
    expect(error).toMatchObject({ problem: 'system', file: path, cause: expect.any(Error) });
    expect(await readdir(path)).toEqual(['inside']);
    await expectFiles('network.safetensors');
  });

  test('makes no folder', async () => {
    const error = await refusal(saveWeights(join(folder, 'missing', 'network.safetensors'), WEIGHTS));
    expect(error).toMatchObject({ problem: 'system', cause: { code: 'ENOENT' } });
    expect(error.message).toContain('expected a file in a folder that exists and can be written to; found ENOENT');
    expect(error.message).toContain('make its folder first');
    await expectFiles();
  });

  test('leaves the older weights: those that are not finite', async () => {
    await saveWeights(path, WEIGHTS);
    const diverged = { a: { shape: [1], data: Float32Array.of(Number.NaN) } };
    await expect(saveWeights(path, diverged)).rejects.toThrow('weights.a[0]');
    expect(bitsOf((await loadWeights(path)).weights)).toEqual(bitsOf(WEIGHTS));
    await expectFiles('network.safetensors');
  });

  test('leaves the older weights: those in a folder without permission', async ({ skip }) => {
    if (process.getuid === undefined) skip('this system has no such permissions');
    await saveWeights(path, WEIGHTS);
    await chmod(folder, 0o555);
    const error = await asOrdinaryUser(() => refusal(saveWeights(path, {})));
    await chmod(folder, 0o755);
    expect(error.cause).toMatchObject({ code: 'EACCES' });
    expect(error.message).toContain('Give this user the permission');
    expect(bitsOf((await loadWeights(path)).weights)).toEqual(bitsOf(WEIGHTS));
    await expectFiles('network.safetensors');
  });

  test('has the rights of any new file', async () => {
    await saveWeights(path, WEIGHTS);
    await writeFile(join(folder, 'other'), '');
    expect((await stat(path)).mode).toBe((await stat(join(folder, 'other'))).mode);
  });
});
