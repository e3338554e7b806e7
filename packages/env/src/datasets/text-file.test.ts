import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasFile } from './byte-stream.js';
import { writeFolder } from './test-folder.js';
import { readText, readTextFile } from './text-file.js';

const REMEDY = 'Fetch it again.';

describe('readTextFile', () => {
  it.each([
    ['LF', 'one\ntwo\n', true],
    ['CRLF', 'one\r\ntwo\r\n', true],
    ['no line end at the end', 'one\ntwo', false],
    ['empty lines at the end', 'one\ntwo\n\n\n', true],
  ])('reads lines with %s', async (_name, content, closed) => {
    const folder = await writeFolder({ 'a.txt': content });
    expect(await readTextFile(join(folder, 'a.txt'), 'utf-8', REMEDY)).toEqual({
      path: join(folder, 'a.txt'),
      lines: ['one', 'two'],
      closed,
    });
  });

  it('keeps empty lines that are not at the end, so that line numbers are right', async () => {
    const folder = await writeFolder({ 'a.txt': '\none\n\ntwo\n' });
    expect((await readTextFile(join(folder, 'a.txt'), 'utf-8', REMEDY)).lines).toEqual(['', 'one', '', 'two']);
  });

  it.each([
    ['an empty file', '', 'an empty file'],
    ['a file of line ends', '\n\r\n', 'none'],
    ['a file of a byte-order mark', Uint8Array.of(0xef, 0xbb, 0xbf), 'none'],
  ])('refuses %s', async (_name, content, found) => {
    const folder = await writeFolder({ 'a.txt': content });
    const path = join(folder, 'a.txt');
    await expect(readTextFile(path, 'utf-8', REMEDY)).rejects.toMatchObject({
      name: 'DatasetError',
      file: path,
      found,
      remedy: REMEDY,
    });
  });
});

describe('readText', () => {
  it('reads Latin-1 byte by byte, and not as Windows-1252', async () => {
    const folder = await writeFolder({ 'a.txt': Uint8Array.of(0x4d, 0xe9, 0x80) });
    expect(await readText(join(folder, 'a.txt'), 'latin1', REMEDY)).toBe('M\u00e9\u0080');
  });

  it.each(['utf-8', 'latin1'] as const)(
    'takes a byte-order mark for UTF-8 and leaves it out (%s)',
    async (encoding) => {
      const folder = await writeFolder({ 'a.txt': '\ufeffMépris' });
      expect(await readText(join(folder, 'a.txt'), encoding, REMEDY)).toBe('Mépris');
    },
  );

  it('refuses bytes that are not UTF-8', async () => {
    const folder = await writeFolder({ 'a.txt': Buffer.from('Mépris', 'latin1') });
    await expect(readText(join(folder, 'a.txt'), 'utf-8', REMEDY)).rejects.toMatchObject({
      name: 'DatasetError',
      expected: 'text in UTF-8',
    });
  });

  it('tells a missing file from a missing folder and from a folder in its place', async () => {
    const folder = await writeFolder({ 'inner/a.txt': 'one' });
    const read = (path: string) => readText(join(folder, path), 'utf-8', REMEDY);
    await expect(read('b.txt')).rejects.toThrow(
      `${join(folder, 'b.txt')}: expected a file that can be read; found no such file. ${REMEDY}`,
    );
    await expect(read('other/b.txt')).rejects.toThrow(`found no folder ${join(folder, 'other')}.`);
    await expect(read('inner/a.txt/b.txt')).rejects.toThrow(`found no folder ${join(folder, 'inner', 'a.txt')}.`);
    await expect(read('inner')).rejects.toMatchObject({ name: 'DatasetError', found: 'a folder' });
  });

  it('says that a file may not be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('the tests run as root, who may read every file');
    const folder = await writeFolder({ 'a.txt': 'one' });
    await chmod(join(folder, 'a.txt'), 0o000);
    await expect(readText(join(folder, 'a.txt'), 'utf-8', REMEDY)).rejects.toMatchObject({
      name: 'DatasetError',
      remedy: 'Allow this user to read the file.',
    });
  });
});

describe('hasFile', () => {
  it('is true for a file, false for a folder and for nothing', async () => {
    const folder = await writeFolder({ 'inner/a.txt': 'one' });
    expect(await hasFile(join(folder, 'inner', 'a.txt'))).toBe(true);
    expect(await hasFile(join(folder, 'inner'))).toBe(false);
    expect(await hasFile(join(folder, 'b.txt'))).toBe(false);
  });
});
