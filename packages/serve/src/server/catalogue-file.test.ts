import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileError } from '@ialp/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCatalogueFile } from './catalogue-file.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-catalogue-'));
  file = join(folder, 'items.csv');
});
afterEach(() => rm(folder, { recursive: true }));

test('reads titles, texts and attributes, with a byte order mark and without', async () => {
  const rows = 'id,title,text,kind\ncafé,Café crème,"Hot, with milk",drink|hot\ntea,,,\n';
  const items = [
    { id: 'café', title: 'Café crème', text: 'Hot, with milk', attributes: { kind: ['drink', 'hot'] } },
    { id: 'tea' },
  ];
  for (const mark of ['', '\uFEFF']) {
    await writeFile(file, mark + rows);
    expect(await readCatalogueFile(file)).toEqual(items);
  }
});

test.each([
  ['Windows-1252', Buffer.from('id,title\ntea,Tea\ncafe,Caf\xE9\njuice,Juice\n', 'latin1'), 3, 'UTF-8'],
  ['a last line without its end', Buffer.from('id,title\ncafe,Caf\xE9', 'latin1'), 2, 'UTF-8'],
  ['UTF-16', Buffer.from('\uFEFFid,title\n', 'utf16le'), 1, 'UTF-8'],
  ['a repeated column', Buffer.from('id,title,kind,title\ntea,Tea,drink,\n'), 1, 'the column "title" twice'],
  ['a repeated id', Buffer.from('id\ntea\ntea\n'), 3, 'the id tea a second time, after line 2'],
  ['no column id', Buffer.from('name\ntea\n'), 1, 'the columns name'],
])('%s: the error names file and line', async (_what, bytes, line, found) => {
  await writeFile(file, bytes);
  const error = await readCatalogueFile(file).catch((reason: unknown) => reason);
  expect(FileError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ file, line, message: expect.stringContaining(found) });
});
