import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { readCsvTable } from './csv-table.js';
import { completeLog, type StoredLog } from './interaction-log.js';
import { readJsonLinesLog, writeJsonLinesLog } from './json-lines-log.js';
import { readJsonLinesTable } from './json-lines-table.js';
import { readParquetLog, writeParquetLog } from './parquet-log.js';
import { readParquetTable } from './parquet-table.js';
import { createTestFolder } from './test-folder.js';

const folder = createTestFolder();

/** Files that were written before this package had logs: the formats must not change. */
const stored = (name: string): string => fileURLToPath(new URL(`./test-log.${name}`, import.meta.url));

/** What the stored files hold: slates of two, sessions that end either way and one that goes on. */
const GOLDEN: StoredLog = {
  header: {
    ...{ environment: 'shop', items: 5, slateSize: 2, historyLength: 3, policy: 'popularity' },
    ...{ itemIds: ['tea', 'pot', 'cup', 'milk', 'sugar'], about: { run: '1' } },
  },
  log: completeLog(
    {
      session: Int32Array.of(0, 0, 1, 1, 0, 0, 2, 2),
      item: Int32Array.of(3, 1, 0, 4, 2, 0, 1, 2),
      reward: Float32Array.of(1, 0, 0.1, 0, -0.5, 0, 0, 2e10),
      propensity: Float32Array.of(0.5, 0.5, 0.25, 0.25, 1, 1, 0.001, 0.001),
      terminated: Uint8Array.of(0, 0, 1, 1, 0, 0, 0, 0),
      truncated: Uint8Array.of(0, 0, 0, 0, 1, 1, 0, 0),
    },
    2,
  ),
};

describe('the format on disk', () => {
  test('as JSON lines is read and written as before', async () => {
    expect(await readJsonLinesLog(stored('jsonl'))).toEqual(GOLDEN);
    const path = folder.path('again.jsonl');
    await writeJsonLinesLog(path, GOLDEN);
    expect(await readFile(path, 'utf8')).toBe(await readFile(stored('jsonl'), 'utf8'));
  });

  test('as Parquet is read and written as before', async () => {
    const bytes = Buffer.from(await readFile(stored('parquet.base64'), 'utf8'), 'base64');
    expect(await readParquetLog(await folder.write('golden.parquet', bytes))).toEqual(GOLDEN);
    const path = folder.path('again.parquet');
    await writeParquetLog(path, GOLDEN);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  test('is the same table as JSON lines, Parquet and CSV', async () => {
    const bytes = Buffer.from(await readFile(stored('parquet.base64'), 'utf8'), 'base64');
    const ofJson = await readJsonLinesTable(stored('jsonl'));
    const { header, columns } = await readParquetTable(await folder.write('table.parquet', bytes));
    expect(ofJson.header).toEqual({ format: 'ialp.log', version: 1, ...GOLDEN.header });
    expect(header).toEqual(GOLDEN.header);
    for (const [name, values] of Object.entries(GOLDEN.log) as [string, Float32Array][]) {
      expect(Float32Array.from(ofJson.columns[name]), name).toEqual(Float32Array.from(values));
      expect(Float32Array.from(columns[name]), name).toEqual(Float32Array.from(values));
    }
    const ofCsv = await readCsvTable(stored('csv'));
    expect(ofCsv.labels).toEqual({ session: ['0', '1', '2'], item: ['3', '1', '0', '4', '2'] });
    for (const name of ['turn', 'position', 'reward', 'propensity', 'terminated', 'truncated']) {
      expect(ofCsv.columns[name], name).toEqual(ofJson.columns[name]);
    }
  });

  test('is written whole or not at all', async () => {
    const before = await readdir(folder.path());
    for (const write of [writeJsonLinesLog, writeParquetLog]) {
      const spoilt = { ...GOLDEN, log: { ...GOLDEN.log, item: GOLDEN.log.item.map(() => 5) } };
      await expect(write(folder.path('spoilt'), spoilt)).rejects.toThrow(
        /log, row 0: expected an item index from 0 to 4/,
      );
      await expect(write(folder.path('none/log'), GOLDEN)).rejects.toMatchObject({ code: 'ENOENT' });
      // A folder stands in the way: the temporary file goes.
      await expect(write(folder.path(), GOLDEN)).rejects.toThrow();
    }
    expect(await readdir(folder.path())).toEqual(before);
  });
});

describe('JSON lines', () => {
  const HEADER = '{"format":"ialp.log","version":1,"environment":"shop","items":5,"slateSize":1,"historyLength":3}';
  const ROW = '{"session":0,"turn":0,"item":3,"reward":1}';
  const read = async (...lines: string[]): Promise<StoredLog> => {
    return readJsonLinesLog(await folder.write('log.jsonl', lines.join('\n')));
  };

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
    ['NaN', '{"session":0,"turn":0,"item":3,"reward":NaN}', 'a JSON object; found NaN, which JSON does not have'],
    ['a reward of null', '{"session":0,"turn":0,"item":3,"reward":null}', 'a finite number; found a reward of NaN'],
    ['a reward too large', '{"session":0,"turn":0,"item":3,"reward":1e300}', 'found a reward of Infinity'],
    ['an unknown item', '{"session":0,"turn":0,"item":5,"reward":1}', 'an item index from 0 to 4; found item 5'],
    ['no item', '{"session":0,"turn":0,"reward":1}', 'found item NaN'],
    ['a propensity of 0', '{"session":0,"turn":0,"item":1,"reward":1,"propensity":0}', 'found a propensity of 0'],
    [
      'a propensity above 1',
      '{"session":0,"turn":0,"item":1,"reward":1,"propensity":1.5}',
      'found a propensity of 1.5',
    ],
    ['a session out of order', '{"session":1,"turn":0,"item":1,"reward":1}', 'session 0: number sessions from 0'],
    ['a turn left out', '{"session":0,"turn":1,"item":1,"reward":1}', 'turn 0, position 0 of session 0'],
    ['an invalid end flag', '{"session":0,"turn":0,"item":1,"reward":1,"terminated":2}', 'found terminated 2'],
    ['both ends', '{"session":0,"turn":0,"item":1,"reward":1,"terminated":1,"truncated":1}', 'not both 1'],
    ['a list', '[1]', 'one JSON object per line'],
  ])('with %s are refused, by line', async (_, row, message) => {
    const reading = read(HEADER, row, '');
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'FileError', line: 2 });
  });

  test('of rows that do not fit together are refused, by line', async () => {
    const again = '{"session":0,"turn":1,"item":3,"reward":1}';
    await expect(read(HEADER, `${ROW.slice(0, -1)},"terminated":1}`, again, '')).rejects.toThrow(
      /line 3: expected a row of a session that has not ended/,
    );
    await expect(read(HEADER, ROW, `${again.slice(0, -1)},"propensity":1}`, '')).rejects.toThrow(
      /line 3: .*all rows have a propensity/,
    );
  });

  test('cut in the middle of a line are refused, or read without it', async () => {
    const path = await folder.write('cut.jsonl', `${HEADER}\n${ROW}\n{"session":0,"tu`);
    await expect(readJsonLinesLog(path)).rejects.toThrow(/line 3: .*The file is incomplete.*cut: 'drop'/);
    expect((await readJsonLinesLog(path, { cut: 'drop' })).log.item).toEqual(Int32Array.of(3));
  });

  test('cut in a gzip file say so, at the end of a line too', async () => {
    const whole = gzipSync(`${HEADER}\n${ROW}\n`);
    const cut = await folder.write('cut.jsonl.gz', whole.subarray(0, -8));
    const { log, dropped } = await readJsonLinesLog(cut, { cut: 'drop' });
    expect([log.item, dropped]).toEqual([Int32Array.of(3), 3]);
    expect(await readJsonLinesLog(await folder.write('whole.jsonl.gz', whole), { cut: 'drop' })).not.toHaveProperty(
      'dropped',
    );
  });

  test('without a header are refused', async () => {
    await expect(read(ROW, '')).rejects.toThrow(/line 1: expected a header of format "ialp.log", version 1/);
    await expect(read(HEADER.replace('"items":5', '"items":0'), '')).rejects.toThrow(
      /a complete header; found header.items/,
    );
    await expect(read(HEADER.replace('"version":1', '"version":2'), '')).rejects.toThrow(/version 2/);
  });
});

test('writing anything but a log with its header is refused', async () => {
  const log = completeLog({
    session: Int32Array.of(0),
    item: Int32Array.of(0),
    reward: Float32Array.of(1),
    terminated: Uint8Array.of(1),
    truncated: Uint8Array.of(0),
  });
  const header = { environment: 'shop', items: 1, slateSize: 1, historyLength: 1 };
  for (const [stored, message] of [
    [log, /^stored: expected an object with a header and a log, .*; found an object\.$/],
    [undefined, /^stored: .* found undefined\.$/],
    [{ header: undefined, log }, /^header: expected an object with environment, items, .* found undefined\.$/],
    [{ header }, /^log: expected an object with columns; found undefined\.$/],
    [
      { header: { ...header, itemIds: ['a', 'b'] }, log },
      /^header\.itemIds: expected 1 id, one per item; found 2 ids\.$/,
    ],
  ] as const) {
    const write = writeJsonLinesLog('never.jsonl', stored as StoredLog);
    await expect(write).rejects.toThrow(InvalidOptionError);
    await expect(write).rejects.toThrow(message);
  }
});
