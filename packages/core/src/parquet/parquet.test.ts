import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileError } from '../errors/file-error.js';
import { type ParquetOptions, readParquet } from './read-parquet.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'core-parquet-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
let files = 0;
const inFolder = async (content: Uint8Array | Columns): Promise<string> => {
  const path = join(folder, `${files++}.parquet`);
  const isBytes = content instanceof Uint8Array;
  await writeFile(
    path,
    isBytes ? content : new Uint8Array(parquetWriteBuffer({ columnData: content, rowGroupSize: 50 })),
  );
  return path;
};
const tableOf = async (path: string, options?: ParquetOptions): Promise<Record<string, unknown[]>> => {
  const table: Record<string, unknown[]> = {};
  let rows = 0;
  for await (const group of readParquet(path, options)) {
    expect(group.firstRow).toBe(rows);
    rows += group.rows;
    for (const [name, values] of group.columns) table[name] = [...(table[name] ?? []), ...Array.from(values)];
  }
  return table;
};
const refusal = async (path: string, options?: ParquetOptions): Promise<FileError> => {
  const error = await tableOf(path, options).catch((thrown: unknown) => thrown);
  expect(FileError.isInstance(error), String(error)).toBe(true);
  return error as FileError;
};

const COLUMNS: Columns = [
  { name: 'session', data: Array.from({ length: 120 }, (_, k) => k >> 2), type: 'INT32' },
  { name: 'id', data: Array.from({ length: 120 }, (_, k) => 653247040368672768n + BigInt(k)), type: 'INT64' },
  {
    name: 'name',
    data: Array.from({ length: 120 }, (_, k) => (k % 5 === 0 ? null : `né ${k % 7}`)),
    type: 'STRING',
    nullable: true,
  },
  { name: 'reward', data: Array.from({ length: 120 }, (_, k) => Math.sin(k)), type: 'DOUBLE' },
  { name: 'left', data: Array.from({ length: 120 }, (_, k) => k % 3 === 0), type: 'BOOLEAN' },
];
const EXPECTED = Object.fromEntries(COLUMNS.map(({ name, data }) => [name, Array.from(data)]));

test('reads what was written, row group after row group', async () => {
  expect(await tableOf(await inFolder(COLUMNS))).toEqual(EXPECTED);
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData: COLUMNS, kvMetadata: [{ key: 'a', value: 'é' }] }));
  for await (const { keyValues, rows } of readParquet(await inFolder(gzipSync(bytes)))) {
    expect([...keyValues, rows]).toEqual([['a', 'é'], 120]);
  }
  expect(await tableOf(await inFolder([{ name: 'a', data: [], type: 'INT32' }]))).toEqual({ a: [] });
});

test('decimals are the nearest numbers', async () => {
  const price = { name: 'price', data: [0.35, 1.1, -2.03], type: 'DOUBLE' as const };
  const schema = [
    { name: 'root', num_children: 1 },
    {
      name: 'price',
      type: 'INT32' as const,
      converted_type: 'DECIMAL' as const,
      scale: 2,
      precision: 9,
      repetition_type: 'REQUIRED' as const,
    },
  ];
  const columnData = [{ name: price.name, data: price.data }];
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, schema }));
  expect(await tableOf(await inFolder(bytes))).toEqual({ price: price.data });
});

describe('refuses', () => {
  test('a file whose decoding does not end', async () => {
    const hangs = await readFile(fileURLToPath(new URL('./test-hanging.parquet.base64', import.meta.url)), 'utf-8');
    expect((await refusal(await inFolder(Buffer.from(hangs, 'base64')))).message).toMatch(
      /expected a complete Parquet file/,
    );
  });

  test.each([
    ['text', Buffer.from('no table')],
    ['nothing', Buffer.alloc(0)],
    ['the mark alone', Buffer.from('PAR1PAR1')],
    ['a gzip cut short', gzipSync('PAR1').subarray(0, 12)],
  ])('%s', async (_, bytes) => {
    expect((await refusal(await inFolder(bytes))).file).toMatch(/parquet$/);
  });

  test('a folder, and what is not there', async () => {
    expect((await refusal(folder)).found).toBe('a folder');
    expect((await refusal(join(folder, 'none'))).found).toBe('no such file');
  });

  test('more rows or bytes than the limits', async () => {
    const path = await inFolder(COLUMNS);
    expect(await refusal(path, { maxRows: 119 })).toMatchObject({ found: '120', expected: 'at most 119 rows' });
    expect((await refusal(path, { maxBytes: 1000 })).expected).toMatch(/at most 1000 bytes after decompression/);
    const bomb = await inFolder(gzipSync(Buffer.alloc(2 ** 24)));
    expect((await refusal(bomb, { maxBytes: 2 ** 20 })).found).toBe('more');
  });

  test('to go on after an abort', async () => {
    const path = await inFolder(COLUMNS);
    await expect(tableOf(path, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of readParquet(path, { signal: controller.signal })) controller.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });
});

test('any flipped bit gives a table of the same shape or a typed error', async () => {
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData: COLUMNS }));
  const flips = fc.uniqueArray(fc.nat(8 * bytes.length - 1), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(flips, async (bits) => {
      for (const bit of bits) {
        const damaged = bytes.slice();
        damaged[bit >> 3] ^= 1 << (bit & 7);
        const path = await inFolder(damaged);
        const found = await tableOf(path).catch((error: unknown) => error);
        if (FileError.isInstance(found)) expect(found.file).toBe(path);
        else for (const values of Object.values(found as object)) expect(values).toHaveLength(120);
      }
    }),
    { numRuns: 1 },
  );
});
