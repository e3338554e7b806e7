import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReadCsvOptions, readCsv } from './csv.js';
import { readJsonLines } from './json-lines.js';
import { LogFileError } from './log-file-error.js';
import { readParquet } from './parquet.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-table-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const lines = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const json = async (content: string) => readJsonLines(await inFolder('log.jsonl', content));

describe('a table', () => {
  test('has numbers where a database wrote them as text', async () => {
    const rows = ['1', '1.0', '1e0', '0'].map((reward) => ({
      ...{ reward, propensity: '0.5', target: '.5', terminated: 'true' },
    }));
    const { columns, labels } = await json(lines(...rows));
    expect(columns).toEqual({
      reward: Float64Array.of(1, 1, 1, 0),
      propensity: new Float64Array(4).fill(0.5),
      target: new Float64Array(4).fill(0.5),
      terminated: new Float64Array(4).fill(1),
    });
    expect(labels).toEqual({});
  });

  test.each(['', 'yes', 'NaN', '1,5', '0x10', '1e999', 'Infinity'])('has no reward of the text %j', async (reward) => {
    await expect(json(lines({ reward }))).rejects.toThrow(/:1: expected a finite number as reward/);
  });

  test.each([2, 256, 0.5, 'maybe'])('has no end of %j', async (terminated) => {
    await expect(json(lines({ reward: 1, terminated }))).rejects.toThrow(/expected 0 or 1 as terminated/);
  });

  test('has texts with the line separators of Unicode, which end no line', async () => {
    const [item, other] = ['a\u2028b\u2029c', 'd'];
    const rows = `${item},1\n${other},0\n"\u2028",1\n`;
    for (const { columns, labels } of [
      await json(lines({ item, reward: 1 }, { item: other, reward: 0 }, { item: '\u2028', reward: 1 })),
      await readCsv(await inFolder('separators.csv', `item,reward\n${rows}`)),
    ]) {
      expect(labels['item']).toEqual([item, other, '\u2028']);
      expect(columns['reward']).toEqual(Float64Array.of(1, 0, 1));
    }
  });

  test('has the texts of ids; numbers and text are not mixed', async () => {
    const { columns, labels } = await json(lines(...['2', '1', '2'].map((item) => ({ item, reward: 1 }))));
    expect([...columns['item']].map((number) => labels['item'][number])).toEqual(['2', '1', '2']);
    for (const [session, other] of [
      [0, 'anna'],
      ['anna', 0],
      [true, 1],
    ]) {
      const mixed = lines({ session, reward: 1 }, { session: other, reward: 1 });
      await expect(json(mixed)).rejects.toThrow(/:2: expected .* as session, like the first row; found/);
    }
  });

  test('refuses ids that would be rounded, as JSON, as floating point and as 64 bits of Parquet', async () => {
    const id = '653247040368672768';
    const session = (text: string) => json(`{"session":${text},"reward":1}\n`);
    await expect(session(id)).rejects.toThrow(`Write such ids as text: "${id}"`);
    await expect(session('6.53247040368672768e17')).rejects.toThrow(/integers of at most 9007199254740991 as session/);
    expect((await session(`"${id}"`)).labels).toEqual({ session: [id] });
    // A measure may be rounded: JavaScript itself writes 1e20 so.
    const measure = await json('{"reward":100000000000000000000,"time":1700000000000000001}\n');
    expect(measure.columns['reward'][0]).toBe(1e20);
    const parquet = async (data: bigint[]) => {
      const columnData = [{ name: 'session', data, type: 'INT64' as const }];
      return readParquet(await inFolder('ids.parquet', new Uint8Array(parquetWriteBuffer({ columnData }))));
    };
    await expect(parquet([1n, BigInt(id)])).rejects.toThrow(/ids\.parquet:2: .*write them as text/);
    expect((await parquet([1n, 2n])).columns['session']).toEqual(Float64Array.of(1, 2));
  });

  test('of a log that was cut short is refused, or has the rows before it and says so', async () => {
    const cut = await inFolder('cut.jsonl', `${lines({ reward: 1 }, { reward: 2 })}{"rew`);
    await expect(readJsonLines(cut)).rejects.toThrow(/option cut: 'drop' \(ialp-metrics: --drop-cut-line\)/);
    expect(await readJsonLines(cut, { cut: 'drop' })).toMatchObject({ rows: 2, dropped: 3 });
    const csv = await inFolder('cut.csv', 'reward\n1\n2\n3');
    await expect(readCsv(csv)).rejects.toThrow(/:4: expected a line end behind the last line; found none/);
    expect(await readCsv(csv, { cut: 'drop' })).toMatchObject({ rows: 2, dropped: 4 });
  });
});

describe('separated values', () => {
  const csv = async (content: string | Uint8Array, options?: ReadCsvOptions, name = 'log.csv') =>
    readCsv(await inFolder(name, content), options);

  test('are numbers in columns of numbers, and text elsewhere', async () => {
    const content = '\ufeff,item,reward,propensity\r\n0,07,1,0.5\r\n\r\n1,"7, ""big""",-2.5e1,1\r\n';
    for (const form of [content, gzipSync(content)]) {
      const { rows, columns, labels } = await csv(form);
      expect(rows).toBe(2);
      expect(columns).toEqual({
        item: Float64Array.of(0, 1),
        reward: Float64Array.of(1, -25),
        propensity: Float64Array.of(0.5, 1),
      });
      expect(labels).toEqual({ item: ['07', '7, "big"'] });
    }
    expect((await csv('item\treward\na,b\t1\n', {}, 'log.tsv')).labels).toEqual({ item: ['a,b'] });
    expect((await csv('item;reward\na;1\n', { separator: ';' })).labels).toEqual({ item: ['a'] });
  });

  test.each([
    ['an empty reward', 'item,reward\na,1\nb,\n', /log\.csv:3: expected a finite number as reward; found ""/],
    ['another number of columns', 'item,reward\na,1,2\n', /log\.csv:2: expected 2 columns, as in the first line/],
    ['a column twice', 'item,item\na,b\n', /:1: expected each column once; found the column "item" twice/],
    ['an open quote', 'item,reward\n"a,1\nb,2\n', /expected separated values, as RFC 4180 has them/],
    ['no rows', 'item,reward\n', /log\.csv: expected at least one row/],
    ['nothing', '', /log\.csv: expected at least one row/],
  ])('with %s are refused', async (_, content, message) => {
    await expect(csv(content)).rejects.toThrow(LogFileError);
    await expect(csv(content)).rejects.toThrow(message);
  });
});
