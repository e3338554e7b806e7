import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, IalpError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeFolder } from '../../test-support/folder.js';
import { SMALL } from '../../test-support/ratings.js';
import { factorize } from '../factorization/factorize.js';
import { factorizeImplicit } from '../factorization/factorize-implicit.js';
import { loadModel, ModelFileError, type StoredModel, saveModel } from './index.js';

const ratings = factorize(SMALL, 5, { factors: 3, random: createRandom(1) });
const MODELS: StoredModel[] = [
  { kind: 'ratings', model: ratings },
  { kind: 'implicit', model: factorizeImplicit(SMALL, 5, { factors: 3, random: createRandom(1) }) },
  { kind: 'matrix', model: { users: 2, items: 3, values: Float32Array.of(0, 1, -2.5, 1e-30, 3, 0.1) } },
];

/** A model without its function. */
function numbersOf({ kind, model }: StoredModel): unknown {
  return { kind, ...Object.fromEntries(Object.entries(model).filter(([, value]) => typeof value !== 'function')) };
}

test.each(MODELS)('a model of $kind comes back as it was, and gives the same bytes again', async (stored) => {
  const folder = await writeFolder({});
  await saveModel(join(folder, 'a'), stored);
  const loaded = await loadModel(join(folder, 'a'));
  await saveModel(join(folder, 'b'), loaded);
  expect(numbersOf(loaded)).toEqual(numbersOf(stored));
  expect(await readFile(join(folder, 'b'))).toEqual(await readFile(join(folder, 'a')));
  expect(await readdir(folder)).toEqual(['a', 'b']);
});

test('ratings that were loaded predict the same', async () => {
  const path = join(await writeFolder({}), 'model');
  await saveModel(path, MODELS[0]);
  const { model } = (await loadModel(path)) as { model: typeof ratings };
  for (let user = 0; user < 6; user++) {
    for (let item = 0; item < 5; item++) expect(model.predict(user, item)).toBe(ratings.predict(user, item));
  }
});

test('any matrix comes back bit for bit', async () => {
  const folder = await writeFolder({});
  await fc.assert(
    fc.asyncProperty(fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1 }), async (values) => {
      const model = { users: 1, items: values.length, values };
      await saveModel(join(folder, 'm'), { kind: 'matrix', model });
      expect(await loadModel(join(folder, 'm'))).toEqual({ kind: 'matrix', model });
    }),
    { numRuns: 30 },
  );
});

describe('refuses', () => {
  const saved = async (): Promise<{ path: string; bytes: Buffer }> => {
    const path = join(await writeFolder({}), 'model');
    await saveModel(path, MODELS[0]);
    return { path, bytes: await readFile(path) };
  };

  test('a file cut short anywhere, and a file that goes on', async () => {
    const { path, bytes } = await saved();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await writeFile(path, bytes.subarray(0, length));
        await expect(loadModel(path)).rejects.toThrow(ModelFileError);
      }),
    );
    await writeFile(path, Buffer.concat([bytes, Buffer.from('x')]));
    await expect(loadModel(path)).rejects.toThrow(/expected SHA-256 .* as the file says; found SHA-256/);
  });

  test('a file with one bit changed anywhere', async () => {
    const { path, bytes } = await saved();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (place, bit) => {
        const changed = Buffer.from(bytes);
        changed[place] ^= 1 << bit;
        await writeFile(path, changed);
        await expect(loadModel(path)).rejects.toThrow(ModelFileError);
      }),
      { numRuns: 300 },
    );
  });

  test('files of another format, and none', async () => {
    const folder = await writeFolder({
      empty: '',
      text: 'user,item\n1,2\n',
      json: `\x02\0\0\0\0\0\0\0{}`,
      bad: `\x02\0\0\0\0\0\0\0{{`,
    });
    for (const name of ['empty', 'text', 'json', 'bad']) {
      await expect(loadModel(join(folder, name))).rejects.toThrow(/expected a file that saveModel wrote/);
    }
    await expect(loadModel(join(folder, 'none'))).rejects.toThrow(
      /none: expected a file that can be read; found ENOENT/,
    );
    await expect(loadModel(folder)).rejects.toSatisfy(IalpError.isInstance);
  });

  test('to write where it cannot, and leaves nothing behind', async () => {
    const folder = await writeFolder({});
    await expect(saveModel(join(folder, 'no', 'where'), MODELS[0])).rejects.toThrow(/a folder that exists/);
    await expect(saveModel(folder, MODELS[0])).rejects.toThrow(ModelFileError);
    expect(await readdir(folder)).toEqual([]);
  });
});
