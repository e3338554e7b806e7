import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flipParquet, RECORDS, repliesOf } from '../test-support/flipped-parquet.js';
import { exportReplies } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-parquet-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a Parquet file of replies gives them back', async () => {
  const path = join(folder, 'replies.parquet');
  expect(await exportReplies({ records: () => RECORDS }, path)).toBe(RECORDS.length);
  expect(await repliesOf(path)).toEqual(RECORDS);
});

test('a Parquet file without checksums, made by another program, is read', async () => {
  const names = ['request', 'fingerprint', 'model', 'promptVersion', 'text'] as const;
  const columnOf = (name: (typeof names)[number]) => RECORDS.map((record) => record[name]);
  const columnData = names.map((name) => ({ name, data: columnOf(name), type: 'STRING' as const }));
  const path = join(folder, 'other.parquet');
  await writeFile(path, Buffer.from(parquetWriteBuffer({ columnData })));
  expect(await repliesOf(path)).toEqual(
    RECORDS.map(({ usage: _usage, probabilities: _probabilities, words: _words, ...record }) => record),
  );
});

test('a flipped bit in a Parquet file of replies is a typed error or changes nothing', async () => {
  const { same, refused, wrong } = await flipParquet(24, 1);
  expect(wrong).toEqual([]);
  expect(same + refused).toBe(24);
  expect(refused).toBeGreaterThan(0);
}, 300_000);
