import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeFolder } from '../datasets/test-folder.js';
import { readJsonLines, type StoredLog, writeJsonLines } from './json-lines.js';
import { readParquet, writeParquet } from './parquet.js';
import { loggedRun, shapes } from './test-log.js';

const SHAPE = { sessions: 2, steps: 12, slateSize: 1, propensities: true, seed: 3 };
const FORMATS = [
  ['JSON lines', 'log.jsonl', writeJsonLines, readJsonLines],
  ['gzipped JSON lines', 'log.jsonl.gz', writeJsonLines, readJsonLines],
  ['Parquet', 'log.parquet', writeParquet, readParquet],
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
      { numRuns: name.endsWith('.parquet') ? 10 : 40 },
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
      { numRuns: name.endsWith('.parquet') ? 10 : 30 },
    );
  });

  test('a log that breaks the rules is not written', async () => {
    const folder = await writeFolder({});
    const { header, log } = loggedRun(SHAPE);
    const spoilt = { ...log, item: log.item.map((item, row) => (row === 5 ? 9 : item)) };
    await expect(write(join(folder, name), { header, log: spoilt })).rejects.toThrow(
      /log, row 5: expected an item from 0 to 8; found "item 9"/,
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
  await writeParquet(path, stored);
  const bytes = await readFile(path);
  const bits = fc.uniqueArray(fc.nat(8 * bytes.length - 1), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(bits, async (flipped) => {
      for (const bit of flipped) {
        const damaged = Buffer.from(bytes);
        damaged[bit >> 3] ^= 1 << (bit & 7);
        await writeFile(path, damaged);
        const read = await readParquet(path).catch((error: Error) => error);
        if (read instanceof Error) expect(read.name).toBe('DatasetError');
        else expect(read).toEqual(stored);
      }
    }),
    { numRuns: 1 },
  );
});

describe('JSON lines', () => {
  const HEADER = '{"format":"ialp.log","version":1,"environment":"shop","items":5,"slateSize":1,"historyLength":3}';
  const ROW = '{"session":0,"turn":0,"item":3,"reward":1}';
  const read = async (...lines: string[]): Promise<StoredLog> => {
    const folder = await writeFolder({ log: lines.join('\n') });
    return readJsonLines(join(folder, 'log'));
  };

  test('are a header and a short object a row', async () => {
    const path = join(await writeFolder({}), 'log.jsonl');
    const { header, log } = loggedRun({ ...SHAPE, steps: 1, sessions: 1 });
    await writeJsonLines(path, {
      header,
      log: { ...log, propensity: Float32Array.of(0.1), truncated: Uint8Array.of(1) },
    });
    expect((await readFile(path, 'utf8')).split('\n')).toEqual([
      '{"format":"ialp.log","version":1,"environment":"ring","items":9,"slateSize":1,"historyLength":4,"policy":"random","about":{"seed":"3"}}',
      `{"session":0,"turn":0,"item":${log.item[0]},"reward":${log.reward[0]},"propensity":0.1,"truncated":1}`,
      '',
    ]);
  });

  test('of others are read, with fields of their own and line ends of Windows', async () => {
    const { log } = await read(
      HEADER,
      `${ROW.slice(0, -1)},"note":"x"}\r`,
      '{"session":1,"turn":0,"item":0,"reward":-0.5,"terminated":1}',
      '',
    );
    expect(log).toMatchObject({
      item: Int32Array.of(3, 0),
      reward: Float32Array.of(1, -0.5),
      terminated: Uint8Array.of(0, 1),
    });
  });

  test.each([
    ['NaN', '{"session":0,"turn":0,"item":3,"reward":NaN}', 'an object in JSON; found NaN, which JSON does not have'],
    ['a reward of null', '{"session":0,"turn":0,"item":3,"reward":null}', 'a finite number; found a reward of NaN'],
    ['a reward too large', '{"session":0,"turn":0,"item":3,"reward":1e300}', 'found a reward of Infinity'],
    ['an unknown item', '{"session":0,"turn":0,"item":5,"reward":1}', 'an item from 0 to 4; found item 5'],
    ['no item', '{"session":0,"turn":0,"reward":1}', 'found item NaN'],
    ['a propensity of 0', '{"session":0,"turn":0,"item":1,"reward":1,"propensity":0}', 'found a propensity of 0'],
    [
      'a propensity above 1',
      '{"session":0,"turn":0,"item":1,"reward":1,"propensity":1.5}',
      'found a propensity of 1.5',
    ],
    ['a session out of order', '{"session":1,"turn":0,"item":1,"reward":1}', 'a session from 0 to 0'],
    ['a turn left out', '{"session":0,"turn":1,"item":1,"reward":1}', 'turn 0, position 0 of session 0'],
    ['an end that is none', '{"session":0,"turn":0,"item":1,"reward":1,"terminated":2}', 'found terminated 2'],
    ['both ends', '{"session":0,"turn":0,"item":1,"reward":1,"terminated":1,"truncated":1}', 'not both 1'],
    ['a list', '[1]', 'an object in JSON'],
  ])('with %s are refused, by line', async (_, row, message) => {
    const reading = read(HEADER, row, '');
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', line: 2 });
  });

  test('of rows that do not fit together are refused, by line', async () => {
    const again = '{"session":0,"turn":1,"item":3,"reward":1}';
    await expect(read(HEADER, `${ROW.slice(0, -1)},"terminated":1}`, again, '')).rejects.toThrow(
      /line 3: expected one that goes on/,
    );
    await expect(read(HEADER, ROW, `${again.slice(0, -1)},"propensity":1}`, '')).rejects.toThrow(
      /line 3: .*all rows have one/,
    );
  });

  test('cut in the middle of a line are refused, or read without it', async () => {
    const folder = await writeFolder({ log: `${HEADER}\n${ROW}\n{"session":0,"tu` });
    await expect(readJsonLines(join(folder, 'log'))).rejects.toThrow(/line 3: .*The file was cut short.*cut: 'drop'/);
    expect((await readJsonLines(join(folder, 'log'), { cut: 'drop' })).log.item).toEqual(Int32Array.of(3));
  });

  test('cut in a gzip file say so, at the end of a line too', async () => {
    const whole = gzipSync(`${HEADER}\n${ROW}\n`);
    const folder = await writeFolder({ whole, cut: whole.subarray(0, -8) });
    const { log, dropped } = await readJsonLines(join(folder, 'cut'), { cut: 'drop' });
    expect([log.item, dropped]).toEqual([Int32Array.of(3), 3]);
    expect(await readJsonLines(join(folder, 'whole'), { cut: 'drop' })).not.toHaveProperty('dropped');
  });

  test('without a header are refused', async () => {
    await expect(read(ROW, '')).rejects.toThrow(/line 1: expected a header of format "ialp.log", version 1/);
    await expect(read(HEADER.replace('"items":5', '"items":0'), '')).rejects.toThrow(
      /a complete header; found header.items/,
    );
    await expect(read(HEADER.replace('"version":1', '"version":2'), '')).rejects.toThrow(/version 2/);
  });
});
