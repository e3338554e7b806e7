import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { FileError } from '../errors/file-error.js';
import { type ReadCsvTableOptions, readCsvTable } from './csv-table.js';
import { readJsonLinesTable } from './json-lines-table.js';
import { readParquetTable } from './parquet-table.js';
import { createTestFolder } from './test-folder.js';

const folder = createTestFolder();
const lines = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const json = async (content: string) => readJsonLinesTable(await folder.write('log.jsonl', content));

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
    await expect(json(lines({ reward }))).rejects.toThrow(/, line 1: expected a finite number as reward/);
  });

  test.each([2, 256, 0.5, 'maybe'])('has no end of %j', async (terminated) => {
    await expect(json(lines({ reward: 1, terminated }))).rejects.toThrow(/expected 0 or 1 as terminated/);
  });

  test('has texts with the line separators of Unicode, which end no line', async () => {
    const [item, other] = ['a\u2028b\u2029c', 'd'];
    const rows = `${item},1\n${other},0\n"\u2028",1\n`;
    for (const { columns, labels } of [
      await json(lines({ item, reward: 1 }, { item: other, reward: 0 }, { item: '\u2028', reward: 1 })),
      await readCsvTable(await folder.write('separators.csv', `item,reward\n${rows}`)),
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
      await expect(json(mixed)).rejects.toThrow(/, line 2: expected .* as session, like the first row; found/);
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
      return readParquetTable(await folder.write('ids.parquet', new Uint8Array(parquetWriteBuffer({ columnData }))));
    };
    await expect(parquet([1n, BigInt(id)])).rejects.toThrow(/ids\.parquet, line 2: .*write them as text/);
    expect((await parquet([1n, 2n])).columns['session']).toEqual(Float64Array.of(1, 2));
  });

  test('of a log that was cut short is refused, or has the rows before it and says so', async () => {
    const cut = await folder.write('cut.jsonl', `${lines({ reward: 1 }, { reward: 2 })}{"rew`);
    await expect(readJsonLinesTable(cut)).rejects.toThrow(/option cut: 'drop'\.$/);
    await expect(readJsonLinesTable(cut, { cutRemedy: 'Say --drop.' })).rejects.toThrow(/incomplete\. Say --drop\.$/);
    expect(await readJsonLinesTable(cut, { cut: 'drop' })).toMatchObject({ rows: 2, dropped: 3 });
    const csv = await folder.write('cut.csv', 'reward\n1\n2\n3');
    await expect(readCsvTable(csv)).rejects.toThrow(/, line 4: expected a line end after the last line; found none/);
    expect(await readCsvTable(csv, { cut: 'drop' })).toMatchObject({ rows: 2, dropped: 4 });
  });
});

describe('separated values', () => {
  const csv = async (content: string | Uint8Array, options?: ReadCsvTableOptions, name = 'log.csv') =>
    readCsvTable(await folder.write(name, content), options);

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
    ['an empty reward', 'item,reward\na,1\nb,\n', /log\.csv, line 3: expected a finite number as reward; found ""/],
    ['another number of columns', 'item,reward\na,1,2\n', /log\.csv, line 2: expected 2 columns, as in the first line/],
    ['a column twice', 'item,item\na,b\n', /, line 1: expected unique column names; found the column "item" twice/],
    ['an open quote', 'item,reward\n"a,1\nb,2\n', /expected separated values according to RFC 4180/],
    ['no rows', 'item,reward\n', /log\.csv: expected at least one row/],
    ['nothing', '', /log\.csv: expected at least one row/],
  ])('with %s are refused', async (_, content, message) => {
    await expect(csv(content)).rejects.toThrow(FileError);
    await expect(csv(content)).rejects.toThrow(message);
  });
});

describe('times', () => {
  const csvOf = (name: string, values: readonly string[]): string =>
    `session,${name},reward\n${values.map((value, k) => `s${k},"${value}",${k < 2 ? 1 : 0}\n`).join('')}`;
  const jsonOf = (name: string, values: readonly unknown[]): string =>
    lines(...values.map((value, k) => ({ session: `s${k}`, [name]: value, reward: k < 2 ? 1 : 0 })));
  const csvTable = async (content: string) => readCsvTable(await folder.write('time.csv', content));

  test.each(['time', 'timestamp', 'step'])('in %s that are text are numbers, not labels', async (name) => {
    const values = ['400', '300', '200', '100'];
    for (const { columns, labels } of [await csvTable(csvOf(name, values)), await json(jsonOf(name, values))]) {
      expect(columns[name]).toEqual(Float64Array.of(400, 300, 200, 100));
      expect(Object.keys(labels)).toEqual(['session']);
    }
  });

  test('that are dates are milliseconds, in CSV, JSON and Parquet', async () => {
    const values = ['2026-05-01', '2026-04-30T23:59:59.5Z', '2026-05-01T01:00:00+02:00', '0099-02-28 00:00Z'];
    const expected = Float64Array.from(['2026-05-01', values[1], values[2], '0099-02-28T00:00Z'], (text) =>
      Date.parse(text),
    );
    for (const name of ['time', 'timestamp']) {
      expect((await csvTable(csvOf(name, values))).columns[name]).toEqual(expected);
      expect((await json(jsonOf(name, values))).columns[name]).toEqual(expected);
      const dates = Array.from(expected.subarray(0, 3), (time) => new Date(time));
      const parquet = async (data: unknown[], type?: 'TIMESTAMP' | 'STRING') => {
        const columnData = [{ name, data, ...(type && { type }) }];
        return readParquetTable(await folder.write('time.parquet', new Uint8Array(parquetWriteBuffer({ columnData }))));
      };
      expect((await parquet(dates, 'TIMESTAMP')).columns[name]).toEqual(expected.subarray(0, 3));
      expect((await parquet(values, 'STRING')).columns[name]).toEqual(expected);
    }
  });

  test.each<[string, unknown, RegExp]>([
    [
      'a time of day without a zone',
      '2026-05-01T12:00:00',
      /, line 1: expected a date with a zone as time; .* Add the zone: "2026-05-01T12:00:00Z" for UTC/,
    ],
    [
      'a day that does not exist',
      '2026-02-30',
      /, line 1: expected a finite number or an ISO 8601 date as time; found "2026-02-30"/,
    ],
    ['a date of another form', '5/1/2026', /, line 1: expected a finite number or an ISO 8601 date as time/],
    ['a word', 'yesterday', /, line 1: expected a finite number or an ISO 8601 date as time; found "yesterday"/],
    ['a boolean', true, /, line 1: expected a finite number or an ISO 8601 date as time; found true/],
    ['an object', {}, /, line 1: expected a finite number or an ISO 8601 date as time/],
  ])('refuse %s', async (_, time, message) => {
    await expect(json(lines({ time, reward: 1 }))).rejects.toThrow(message);
  });

  test('are not dates in one row and numbers in another, nor missing in one', async () => {
    const mixed = lines({ time: '2026-05-01', reward: 1 }, { time: 3, reward: 1 });
    await expect(json(mixed)).rejects.toThrow(
      /, line 2: expected a date as time, like the first row; found 3, a number/,
    );
    const missing = lines({ time: 1, reward: 1 }, { time: null, reward: 1 });
    await expect(json(missing)).rejects.toThrow(
      /, line 2: expected a finite number or an ISO 8601 date as time; found null/,
    );
    await expect(json(lines({ step: true, reward: 1 }))).rejects.toThrow(/expected a finite number as step/);
  });
});

test.each([
  [0, 'an empty file'],
  [4, 'a file of 4 bytes'],
])('a Parquet file of %i bytes is refused in words', async (bytes, found) => {
  const path = await folder.write('short.parquet', new Uint8Array(bytes));
  await expect(readParquetTable(path)).rejects.toThrow(`expected a complete Parquet file; found ${found}`);
});
