import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeFolder } from '../test-support/folder.js';
import { loggedRun, shapes } from '../test-support/log.js';
import { readJsonLinesLog, writeJsonLinesLog } from './index.js';
import { readParquetLog, writeParquetLog } from './parquet.js';

const SHAPE = { sessions: 2, steps: 12, slateSize: 1, propensities: true, seed: 3 };
const FORMATS = [
  ['JSON lines', 'log.jsonl', writeJsonLinesLog, readJsonLinesLog],
  ['gzipped JSON lines', 'log.jsonl.gz', writeJsonLinesLog, readJsonLinesLog],
  ['Parquet', 'log.parquet', writeParquetLog, readParquetLog],
] as const;

describe.each(FORMATS)('%s', (_, name, write, read) => {
  test('read back to the same bits, whatever was logged', async () => {
    const folder = await writeFolder({});
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const stored = loggedRun(shape);
        await write(join(folder, name), stored);
        const { propensity, ...log } = stored.log;
        // Of no rows it cannot be said whether they had propensities.
        const expected = log.session.length === 0 ? log : stored.log;
        expect(await read(join(folder, name))).toEqual({ header: stored.header, log: expected });
        expect(propensity === undefined || shape.propensities).toBe(true);
      }),
      { numRuns: name.endsWith('.parquet') ? 5 : 40 },
    );
    expect(await readdir(folder)).toEqual([name]);
  });

  test('rewards of any size read back to the same bits', async () => {
    const path = join(await writeFolder({}), name);
    const { header, log } = loggedRun(SHAPE);
    const numbers = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 24, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(numbers, async (reward) => {
        await write(path, { header, log: { ...log, reward } });
        // A log cannot tell 0 from -0.
        const plain = (values: Float32Array) => values.map((value) => value + 0);
        expect(plain((await read(path)).log.reward)).toEqual(plain(reward));
      }),
      { numRuns: name.endsWith('.parquet') ? 5 : 30 },
    );
  });

  test('a log that breaks the rules is not written', async () => {
    const folder = await writeFolder({});
    const { header, log } = loggedRun(SHAPE);
    const spoilt = { ...log, item: log.item.map((item, row) => (row === 5 ? 9 : item)) };
    await expect(write(join(folder, name), { header, log: spoilt })).rejects.toThrow(
      /log, row 5: expected an item index from 0 to 8; found item 9/,
    );
    await expect(write(join(folder, name), { header: { ...header, items: 0 }, log })).rejects.toThrow(/header.items/);
    await expect(write(join(folder, name), { header, log: { ...log, turn: log.turn.slice(1) } })).rejects.toThrow(
      /log.turn/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('a file that is missing, empty or something else is refused', async () => {
    const folder = await writeFolder({ empty: '', text: 'user,item\n1,2\n' });
    await expect(read(join(folder, 'none'))).rejects.toThrow(
      /none: expected a file that can be read; found no such file/,
    );
    await expect(read(join(folder, 'empty'))).rejects.toMatchObject({ name: 'DatasetError' });
    await expect(read(join(folder, 'text'))).rejects.toMatchObject({ name: 'DatasetError' });
  });

  test('a file cut short anywhere is refused, or is the whole of a shorter log', async () => {
    const path = join(await writeFolder({}), name);
    const stored = loggedRun(SHAPE);
    await write(path, stored);
    const bytes = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await writeFile(path, bytes.subarray(0, length));
        const read1 = await read(path).catch((error) => error);
        if (!('log' in read1)) expect(read1.name).toBe('DatasetError');
        else expect(read1.log.item).toEqual(stored.log.item.slice(0, read1.log.item.length));
      }),
      { numRuns: name.endsWith('.parquet') ? 10 : 60 },
    );
  });
});

test('a Parquet log with any flipped bit is the same log or refused', async () => {
  const path = join(await writeFolder({}), 'log.parquet');
  const stored = loggedRun(SHAPE);
  await writeParquetLog(path, stored);
  const bytes = await readFile(path);
  const bits = fc.uniqueArray(fc.nat(8 * bytes.length - 1), { minLength: 10, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(bits, async (flipped) => {
      for (const bit of flipped) {
        const damaged = Buffer.from(bytes);
        damaged[bit >> 3] ^= 1 << (bit & 7);
        await writeFile(path, damaged);
        const read = await readParquetLog(path).catch((error: Error) => error);
        if (read instanceof Error) expect(read.name).toBe('DatasetError');
        else expect(read).toEqual(stored);
      }
    }),
    { numRuns: 1 },
  );
});
