import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { completeLog, writeJsonLinesLog } from '@ialp/env/logs';
import { writeParquetLog } from '@ialp/env/logs/parquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidLogError } from '../errors.js';
import { doublyRobust, snips } from '../ope/estimators.js';
import { perDecisionIps } from '../ope/trajectories.js';
import { episodesOf } from '../sessions/episodes.js';
import { splitByTime } from '../sessions/split-by-time.js';
import { LogFileError } from './log-file-error.js';
import { banditLogOf, interactionLogOf, modeledBanditLogOf, trajectoryLogOf } from './log-views.js';
import { readParquetTable } from './parquet.js';
import { readCsvTable, readJsonLinesTable } from './text-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-logs-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = async (name: string, content: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const lines = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('logs of @ialp/env', () => {
  const log = completeLog({
    session: Int32Array.of(0, 1, 0, 1, 2),
    item: Int32Array.of(3, 1, 0, 2, 2),
    reward: Float32Array.of(1, 0.1, 0, 1, 0.5),
    propensity: Float32Array.of(0.5, 0.25, 1, 0.1, 0.3),
    terminated: Uint8Array.of(0, 0, 1, 0, 0),
    truncated: Uint8Array.of(0, 0, 0, 1, 0),
  });
  const header = { environment: 'ring', items: 4, slateSize: 1, historyLength: 3 };

  test.each([
    ['JSON lines', 'a.jsonl', writeJsonLinesLog, readJsonLinesTable],
    ['gzipped JSON lines', 'a.jsonl.gz', writeJsonLinesLog, readJsonLinesTable],
    ['Parquet', 'a.parquet', writeParquetLog, readParquetTable],
  ])('in %s give the same episodes as in memory', async (_, name, write, read) => {
    const path = join(folder, name);
    await write(path, { header, log });
    const table = await read(path);
    expect(table.header).toMatchObject(header);
    expect(table.rows).toBe(5);
    expect(interactionLogOf(table)).toEqual({
      session: log.session,
      reward: log.reward,
      terminated: log.terminated,
      truncated: log.truncated,
    });
    expect(episodesOf(interactionLogOf(table))).toEqual(episodesOf(log));
    expect(Float32Array.from(table.columns['propensity'])).toEqual(log.propensity);
  });
});

describe('a log from anywhere', () => {
  test('sessions may be text, flags may be booleans or left out where they are 0', async () => {
    const path = await inFolder(
      'words.jsonl',
      lines(
        { session: 'anna', reward: 1, note: null },
        { session: 'ben', reward: 2, terminated: true },
        { session: 'anna', reward: 3, truncated: 1 },
      ),
    );
    const { columns } = await readJsonLinesTable(path);
    expect(Object.keys(columns).sort()).toEqual(['reward', 'session', 'terminated', 'truncated']);
    const { session, terminated, truncated } = interactionLogOf(await readJsonLinesTable(path));
    expect([session, terminated, truncated].map((column) => Array.from(column))).toEqual([
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });

  test('without end flags, sessions are complete', async () => {
    const rows = [7, 9, 7, 9, 9].map((session) => ({ session, reward: 1 }));
    const log = interactionLogOf(await readJsonLinesTable(await inFolder('whole.jsonl', lines(...rows))));
    expect(Array.from(episodesOf(log).length)).toEqual([2, 3]);
    expect(Array.from(episodesOf(log).ended)).toEqual([1, 1]);
  });

  test('works with the estimators, with its own columns or others', async () => {
    const row = { session: 1, reward: 1, propensity: 0.5, target: 0.25, qHat: 0.5, vHat: 0.75 };
    const rows = [row, { ...row, reward: 0, session: 2 }, { ...row, reward: 3 }];
    const path = await inFolder('ope.jsonl', lines(...rows));
    const table = await readJsonLinesTable(path);
    expect(snips(banditLogOf(table)).value).toBeCloseTo(4 / 3, 12);
    expect(doublyRobust(modeledBanditLogOf(table)).value).toBeCloseTo(0.75 + (0.5 * (0.5 - 0.5 + 2.5)) / 3, 12);
    const other = banditLogOf(table, { target: [0.5, 0, 0.5] });
    expect(snips(other).value).toBeCloseTo(2, 12);
    // What the model predicts under the table's own target says nothing of another policy.
    expect(other).not.toHaveProperty('vHat');
    expect(() => modeledBanditLogOf(table, { target: [0.5, 0, 0.5] })).toThrow(
      /log\.vHat: expected the model's prediction under the evaluated policy/,
    );
    const modelled = modeledBanditLogOf(table, { target: [0.5, 0, 0.5], vHat: [0.6, 0.4, 0.5] });
    expect(doublyRobust(modelled).value).toBeCloseTo((0.6 + 0.5 + 0.4 - 0 + 0.5 + 2.5) / 3, 12);
    // Sessions are the trajectories; their weights are 0.25 and 0.5.
    expect(perDecisionIps(trajectoryLogOf(table)).value).toBeCloseTo((0.5 * 1 + 0.25 * 3 + 0) / 2, 12);
  });

  test('is split by times that are text', async () => {
    const rows = ['400', '300', '200', '100'].map((time, k) => ({ session: `s${k}`, time, reward: k < 2 ? 1 : 0 }));
    const { columns } = await readJsonLinesTable(await inFolder('times.jsonl', lines(...rows)));
    expect(splitByTime(columns, { share: 0.5 }).later['reward']).toEqual(Float64Array.of(1, 1));
  });

  test('of more rows than there was room for', async () => {
    const rows = Array.from({ length: 5000 }, (_, k) => ({ reward: k }));
    const { columns } = await readJsonLinesTable(await inFolder('many.jsonl', lines(...rows)));
    expect(Array.from(columns['reward'])).toEqual(rows.map(({ reward }) => reward));
  });

  test('Parquet of integers of 64 bits and text', async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'session', data: ['a', 'b', 'a'], type: 'STRING' },
        { name: 'reward', data: [1n, 2n, 3n], type: 'INT64' },
      ],
    });
    const table = await readParquetTable(await inFolder('plain.parquet', new Uint8Array(bytes)));
    expect(Array.from(table.columns['reward'])).toEqual([1, 2, 3]);
    expect(Array.from(table.columns['session'])).toEqual([0, 1, 0]);
    expect(table.header).toBeUndefined();
  });
});

describe('refuses, naming file and line', () => {
  const refused = async (read: Promise<unknown>, message: RegExp): Promise<void> => {
    const error = await read.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LogFileError);
    expect((error as LogFileError).message).toMatch(message);
  };

  test.each([
    [
      'half an object',
      'half.jsonl',
      `${lines({ reward: 1 })}{"rew`,
      /half\.jsonl, line 2: expected a JSON object.*--drop-cut-line/,
    ],
    ['a list', 'list.jsonl', '[1]\n', /list\.jsonl, line 1: expected one JSON object per line; found a list/],
    ['no rows', 'empty.jsonl', '\n\n', /empty\.jsonl: expected one JSON object per line; found none/],
    [
      'a missing field',
      'missing.jsonl',
      lines({ reward: 1, propensity: 1 }, { reward: 1 }),
      /, line 2: .* as propensity/,
    ],
    ['nothing as a value', 'null.jsonl', lines({ reward: 1 }, { reward: null }), /, line 2: .* as reward; found null/],
    [
      'a new field',
      'new.jsonl',
      lines({ reward: 1 }, { reward: 1, target: 1 }),
      /, line 2: .*first row; found a field "target"/,
    ],
    [
      'half a gzip',
      'half.jsonl.gz',
      gzipSync(lines({ reward: 1 })).subarray(0, 20),
      /expected a complete gzip file; found an incomplete one/,
    ],
  ])('%s', async (_, name, content, message) => refused(readJsonLinesTable(await inFolder(name, content)), message));

  test('half a gzip that ends with a line, which is said where it is read', async () => {
    for (const [name, text, read] of [
      ['cut.jsonl.gz', lines({ reward: 1 }, { reward: 0 }), readJsonLinesTable],
      ['cut.csv.gz', 'reward\n1\n0\n', readCsvTable],
    ] as const) {
      const path = await inFolder(name, gzipSync(text).subarray(0, -8));
      await refused(read(path), /expected a complete gzip file; found an incomplete one/);
      const { columns, dropped } = await read(path, { cut: 'drop' });
      expect([columns['reward'], dropped]).toEqual([Float64Array.of(1, 0), text.split('\n').length]);
    }
  });

  test('a file that is not there', async () => {
    await refused(readJsonLinesTable(join(folder, 'none.jsonl')), /none\.jsonl: .*found no such file/);
    await refused(readJsonLinesTable(join(folder, 'none.jsonl.gz')), /found no such file/);
    await refused(readParquetTable(join(folder, 'none.parquet')), /found no such file/);
  });

  test('what is not Parquet', async () => {
    await refused(readParquetTable(await inFolder('text.parquet', 'no table')), /expected a complete Parquet file/);
  });

  test('a table without the columns that are needed', async () => {
    const table = await readJsonLinesTable(await inFolder('bare.jsonl', lines({ reward: 1, propensity: 1, qHat: 1 })));
    expect(() => interactionLogOf(table)).toThrow(InvalidLogError);
    expect(() => interactionLogOf(table)).toThrow(/log\.session: expected a column with this name; found only reward/);
    expect(() => banditLogOf(table)).toThrow(/log\.target/);
    expect(() => banditLogOf(table, { target: [1], qHat: [1] })).toThrow(/log\.vHat/);
    expect(() => trajectoryLogOf(table)).toThrow(/log\.session/);
  });
});

test('a wrong separator is named in the error', async () => {
  const path = join(folder, 'semicolons.csv');
  await writeFile(path, 'reward;propensity;target\n1;0.5;0.5\n');
  await expect(readCsvTable(path)).rejects.toThrow(
    /, line 1: expected columns separated by ","; found a single column "reward;propensity;target"\. If .* by ";", set the option separator/,
  );
  expect((await readCsvTable(path, { separator: ';' })).rows).toBe(1);
});
