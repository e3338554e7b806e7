import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../test-support/folder.js';
import { readText, readTextFile, streamText, type TextEncoding } from './text-file.js';

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

  it('reads text that is no UTF-8 as Latin-1, and text that was saved as UTF-8 as that', async () => {
    const letters = fc.string({
      unit: fc.constantFrom('a', 'é', 'à', 'ß', 'ü', '\n', 'Å'),
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(letters, async (text) => {
        const folder = await writeFolder({ old: Buffer.from(text, 'latin1'), saved: Buffer.from(text) });
        for (const name of ['old', 'saved']) {
          expect(await readText(join(folder, name), 'latin1', REMEDY)).toBe(text);
          expect(await streamed(join(folder, name), 'latin1')).toBe(text);
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each(['utf16le', 'big-endian'])('refuses UTF-16 (%s), which spreadsheets save, with advice', async (kind) => {
    const bytes = Buffer.from('\ufeffid,title\n', 'utf16le');
    if (kind === 'big-endian') bytes.swap16();
    const path = join(await writeFolder({ 'a.txt': bytes }), 'a.txt');
    for (const encoding of ['utf-8', 'latin1'] as const) {
      const fault = { name: 'DatasetError', found: 'text in UTF-16', remedy: `Save it as UTF-8. ${REMEDY}` };
      await expect(readText(path, encoding, REMEDY)).rejects.toMatchObject(fault);
      await expect(streamed(path, encoding)).rejects.toMatchObject(fault);
    }
  });

  it.each(['utf-8', 'latin1'] as const)(
    'takes a byte-order mark for UTF-8 and leaves it out (%s)',
    async (encoding) => {
      const folder = await writeFolder({ 'a.txt': '\ufeffMépris' });
      expect(await readText(join(folder, 'a.txt'), encoding, REMEDY)).toBe('Mépris');
    },
  );

  it('reads lines of UTF-8 and of Latin-1 side by side, where it is told to', async () => {
    const lines = [Buffer.from('rené\r\n'), Buffer.from('fran\xe7ais\r\n', 'latin1'), Buffer.from('plain')];
    const folder = await writeFolder({ mixed: Buffer.concat(lines), 'utf-8': 'rené\nfrançais\nplain' });
    const { lines: mixed } = await readTextFile(join(folder, 'mixed'), 'mixed', REMEDY);
    expect(mixed).toEqual(['rené', 'français', 'plain']);
    expect((await readTextFile(join(folder, 'utf-8'), 'mixed', REMEDY)).lines).toEqual(mixed);
  });

  it('takes a file with a byte-order mark for UTF-8 in every line', async () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffrené\n'), Buffer.from('fran\xe7ais\n', 'latin1')]);
    const folder = await writeFolder({ mixed: bytes });
    await expect(readText(join(folder, 'mixed'), 'mixed', REMEDY)).rejects.toMatchObject({ line: 2 });
  });

  it('refuses bytes that are not UTF-8', async () => {
    const folder = await writeFolder({ 'a.txt': Buffer.from('Mépris', 'latin1') });
    await expect(readText(join(folder, 'a.txt'), 'utf-8', REMEDY)).rejects.toMatchObject({
      name: 'DatasetError',
      expected: 'text in UTF-8',
    });
  });
});

/** `streamText` as one string. */
async function streamed(path: string, encoding: TextEncoding): Promise<string> {
  let text = '';
  for await (const piece of streamText(path, encoding, REMEDY)) text += piece;
  return text;
}

describe('streamText', () => {
  it('gives what readText gives, in pieces', async () => {
    // Letters of one to four bytes, so that pieces end inside some of them.
    const text = 'aé–😀\n'.repeat(30_000);
    const folder = await writeFolder({ plain: text, packed: gzipSync(text), marked: `\ufeff${text}`, empty: '' });
    expect((await streamed(join(folder, 'plain'), 'utf-8')) === text).toBe(true);
    expect((await streamed(join(folder, 'packed'), 'utf-8')) === text).toBe(true);
    expect((await streamed(join(folder, 'marked'), 'utf-8')) === text).toBe(true);
    expect((await streamed(join(folder, 'marked'), 'latin1')) === text).toBe(true);
    expect((await streamed(join(folder, 'plain'), 'latin1')) === text).toBe(true);
    expect((await streamed(join(folder, 'packed'), 'latin1')) === text).toBe(true);
    expect(await streamed(join(folder, 'empty'), 'utf-8')).toBe('');
  });

  it('names the line of the first byte that is not UTF-8, as readText does', async () => {
    const line = Buffer.from('aé–😀'.repeat(20));
    await fc.assert(
      fc.asyncProperty(fc.nat(2999), fc.boolean(), async (index, gzipped) => {
        const bytes = Buffer.concat(
          Array.from({ length: 3000 }, (_, k) => [line, Buffer.from(k === index ? [0xe9, 0x0a] : [0x0a])]).flat(),
        );
        const path = join(await writeFolder({ 'a.txt': gzipped ? gzipSync(bytes) : bytes }), 'a.txt');
        const fault = { name: 'DatasetError', file: path, line: index + 1, found: 'bytes that are not UTF-8' };
        await expect(streamed(path, 'utf-8')).rejects.toMatchObject(fault);
        await expect(readText(path, 'utf-8', REMEDY)).rejects.toMatchObject(fault);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses a file that ends inside a letter', async () => {
    const path = join(await writeFolder({ 'a.txt': Buffer.from('one\ntwo é').subarray(0, -1) }), 'a.txt');
    await expect(streamed(path, 'utf-8')).rejects.toMatchObject({ name: 'DatasetError', line: 2 });
    await expect(readText(path, 'utf-8', REMEDY)).rejects.toMatchObject({ name: 'DatasetError', line: 2 });
  });
});
