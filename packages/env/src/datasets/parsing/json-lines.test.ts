import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { writeFolder } from '../../test-support/folder.js';
import { readJsonObjects } from './json-lines.js';

const read = async (content: string | Uint8Array): Promise<[number, unknown][]> => {
  const folder = await writeFolder({ 'a.jsonl': content });
  const rows: [number, unknown][] = [];
  await readJsonObjects(join(folder, 'a.jsonl'), 'Correct it.', (fields, { line }) => rows.push([line, fields]));
  return rows;
};

test('objects come with their lines', async () => {
  expect(await read('{"a":1}\n\n{"a":"2"}')).toEqual([
    [1, { a: 1 }],
    [3, { a: '2' }],
  ]);
});

test('ids that would be rounded into one another are refused, by line', async () => {
  const users = ['653247040368672768', '653247040368672769', '653247040368672770'];
  await expect(read(users.map((user) => `{"user":${user}}\n`).join(''))).rejects.toMatchObject({
    ...{ name: 'DatasetError', line: 1, remedy: `Write such ids as text: "${users[0]}".` },
  });
  const texts = users.map((user) => `{"user":"${user}"}\n`).join('');
  expect(await read(texts)).toEqual(users.map((user, k) => [k + 1, { user }]));
});

test('a list on one line and a line without end are refused', async () => {
  const list = JSON.stringify(Array.from({ length: 50_000 }, (_, k) => ({ item: k })));
  await expect(read(list)).rejects.toMatchObject({ name: 'DatasetError', line: 1, found: 'a list' });
  await expect(read(gzipSync(Buffer.alloc(40 * 2 ** 20, 'x')))).rejects.toMatchObject({
    ...{ name: 'DatasetError', line: 1, expected: 'lines of at most 32 MiB', remedy: 'Correct it.' },
  });
});
