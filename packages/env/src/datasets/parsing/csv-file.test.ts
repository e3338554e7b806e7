import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../test-support/folder.js';
import { type CsvFormat, readCsv } from './csv-file.js';

const REMEDY = 'Fetch it again.';
const FORMAT: CsvFormat = { columns: ['id', 'title'], remedy: REMEDY };

type Records = readonly (readonly [line: number, ...values: string[]])[];

async function write(content: string | Uint8Array): Promise<string> {
  return join(await writeFolder({ 'a.csv': content }), 'a.csv');
}

/** Each record with its line. */
async function read(content: string | Uint8Array, format: Partial<CsvFormat> = {}): Promise<Records> {
  const records: [number, ...string[]][] = [];
  await readCsv(await write(content), { ...FORMAT, ...format }, (values, { line }) => records.push([line, ...values]));
  return records;
}

describe('readCsv', () => {
  it('gives the wanted columns in the order asked for, and the line of each record', async () => {
    expect(await read('year,title,id\n1990,One,1\n1991,Two,2\n')).toEqual([
      [2, '1', 'One'],
      [3, '2', 'Two'],
    ]);
  });

  it('gives nothing for an optional column that is missing', async () => {
    const optional = ['year', 'language'];
    expect(await read('id,title,year\n1,One,1990\n', { optional })).toEqual([[2, '1', 'One', '1990', '']]);
  });

  it.each<[string, string | Uint8Array]>([
    ['LF', 'id,title\n1,Méduse\n\n2,"Two, three"\n'],
    ['CRLF', 'id,title\r\n1,Méduse\r\n\r\n2,"Two, three"\r\n'],
    ['CRLF after LF', 'id,title\n1,Méduse\n\r\n2,"Two, three"\r\n'],
    ['LF after CRLF', 'id,title\r\n1,Méduse\r\n\n2,"Two, three"\n'],
    ['no line end at the end', 'id,title\n1,Méduse\n\n2,"Two, three"'],
    ['empty lines at the end', 'id,title\n1,Méduse\n\n2,"Two, three"\n\n\n'],
    ['a byte-order mark', '\ufeffid,title\n1,Méduse\n\n2,"Two, three"\n'],
    ['gzip', gzipSync('id,title\n1,Méduse\n\n2,"Two, three"\n')],
    ['gzip and a byte-order mark', gzipSync('\ufeffid,title\n1,Méduse\n\n2,"Two, three"\n')],
  ])('reads a file with %s', async (_name, content) => {
    expect(await read(content)).toEqual([
      [2, '1', 'Méduse'],
      [4, '2', 'Two, three'],
    ]);
  });

  it('reads Latin-1 where it is told to, unless a byte-order mark says otherwise', async () => {
    const encoding = 'latin1';
    expect(await read(Buffer.from('id,title\n1,Méduse\n', 'latin1'), { encoding })).toEqual([[2, '1', 'Méduse']]);
    expect(await read('\ufeffid,title\n1,Méduse\n', { encoding })).toEqual([[2, '1', 'Méduse']]);
  });

  it('counts the lines inside quotes, and gives the line where a record begins', async () => {
    const text = 'id,title\n1,"a\nb"\n\n2,"c ""d""\n\n"\n3,e\n';
    const records = [
      [2, '1', 'a\nb'],
      [5, '2', 'c "d"\n\n'],
      [8, '3', 'e'],
    ];
    expect(await read(text)).toEqual(records);
    expect(await read(text.replaceAll('\n', '\r\n'))).toEqual(records);
  });

  it('reads what was written, whatever the values', async () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'é', '😀', '"', ',', '\n', '\r', ' ', "'", '\\'),
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value)), fc.constantFrom('\n', '\r\n'), async (rows, end) => {
        const lines = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        const records = await read(['id,title', ...lines, ''].join(end));
        const plain = rows.map((row) => row.map((text) => text.replaceAll('\r\n', '\n')));
        expect(records.map(([, ...values]) => values)).toEqual(plain);
        let line = 2;
        rows.forEach(([id, title], k) => {
          expect(records[k][0]).toBe(line);
          line += (id + title).split('\n').length;
        });
      }),
      { numRuns: 60 },
    );
  });

  it('takes quotes for letters where they mean nothing', async () => {
    const format = { separator: '\t', quotes: false };
    expect(await read('id\ttitle\n1\t"One\n2\tTwo "2"\n3\t"\n', format)).toEqual([
      [2, '1', '"One'],
      [3, '2', 'Two "2"'],
      [4, '3', '"'],
    ]);
  });

  it('reads a file of one line as no records', async () => {
    expect(await read('id,title\n')).toEqual([]);
    expect(await read('id,title')).toEqual([]);
  });

  it('reads a large file piece by piece', async () => {
    const rows = 200_000;
    const text = Array.from({ length: rows }, (_, row) => `${row},"Title – ${row}\r\nof many"\r\n`).join('');
    for (const content of [`id,title\r\n${text}`, gzipSync(`id,title\r\n${text}`)]) {
      let seen = 0;
      await readCsv(await write(content), FORMAT, ([id, title], { line }) => {
        // Not `expect`, which would take most of the time.
        if (id !== `${seen}` || title !== `Title – ${seen}\nof many` || line !== 2 * seen + 2) {
          throw new Error(`line ${line}: ${id}, ${title}`);
        }
        seen++;
      });
      expect(seen).toBe(rows);
    }
  });

  it('asks for the last line end where it is told to', async () => {
    const closed = true;
    expect(await read('id,title\r\n1,One\r\n', { closed })).toEqual([[2, '1', 'One']]);
    expect(await read('id,title\n1,One\n\n', { closed })).toEqual([[2, '1', 'One']]);
    for (const cut of ['id,title\n1,One\n2,Tw', 'id,title\r\n1,One\r\n2,Two\r']) {
      await expect(read(cut, { closed })).rejects.toMatchObject({
        name: 'DatasetError',
        line: 3,
        expected: 'a line end after the last line',
        remedy: `If the last line is complete, add a line end. Otherwise ${REMEDY.charAt(0).toLowerCase()}${REMEDY.slice(1)}`,
      });
    }
  });
});

describe('readCsv refuses', () => {
  const header = 'a first line with the columns id, title';
  it.each<[string, string | Uint8Array, number | undefined, string]>([
    ['an empty file', '', undefined, `expected ${header}; found an empty file.`],
    ['a file of empty lines', '\n\r\n', undefined, 'found an empty file.'],
    ['a file of a byte-order mark', '\ufeff', undefined, 'found an empty file.'],
    ['a missing column', 'id,name\n1,One\n', 1, `expected ${header}; found "id, name".`],
    ['other separators', 'id;title\n1;One\n', 1, `expected ${header}; found "id;title".`],
    ['line ends of CR alone', 'id,title\r1,One\r', 1, `expected ${header}`],
    ['a wanted column twice', 'id,title,id\n1,One,1\n', 1, 'expected each column once; found the column "id" twice.'],
    ['too few values', 'id,title\n1,One\n\n2\n', 4, 'expected 2 columns, as in the first line; found 1.'],
    ['too many values', 'id,title\n1,"One\n"\n2,Two,3\n', 4, 'expected 2 columns, as in the first line; found 3.'],
    ['a line of spaces', 'id,title\n1,One\n  \n', 3, 'expected 2 columns, as in the first line; found 1.'],
    ['an open quote', 'id,title\n1,One\n\n2,"Two\n3,Three\n', 4, 'found a quote that is opened and not closed'],
    ['an open quote in the first line', 'id,"title\n1,One\n', 1, 'found a quote that is opened and not closed'],
    ['letters behind a quote', 'id,title\n1,"One" more\n', 2, 'found letters behind the quote that closes a value.'],
    ['a quote inside a value', 'id,title\n1,One\n2,Two "2"\n', 3, 'found a quote inside a value that is not in quotes'],
    [
      'an open quote before much text',
      `id,title\n1,"One\n${'2,Two\n'.repeat(300_000)}`,
      2,
      'found a record of more than a million letters, as a quote makes that is not closed.',
    ],
    ['bytes that are not UTF-8', Buffer.from('id,title\n1,One\n2,Méduse\n', 'latin1'), 3, 'expected text in UTF-8'],
    ['a gzip cut short', gzipSync('id,title\n1,One\n').subarray(0, -4), undefined, 'found an incomplete one.'],
    ['a damaged gzip', gzipSync('id,title\n1,One\n').fill(0xff, 12, 16), undefined, 'found a damaged one'],
  ])('%s', async (_name, content, line, message) => {
    const path = await write(content);
    const reading = readCsv(path, FORMAT, () => {});
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', file: path, line, remedy: REMEDY });
  });

  it('a missing file and a folder', async () => {
    const folder = await writeFolder({ 'inner/a.csv': 'id,title\n' });
    const reading = (name: string) => readCsv(join(folder, name), FORMAT, () => {});
    await expect(reading('b.csv')).rejects.toMatchObject({ name: 'DatasetError', found: 'no such file' });
    await expect(reading('inner')).rejects.toMatchObject({ name: 'DatasetError', found: 'a folder' });
  });

  it('nothing twice that is not wanted', async () => {
    expect(await read('id,title,,\n1,One,,\n')).toEqual([[2, '1', 'One']]);
  });
});

it.each(['plain', 'gzipped'])('readCsv passes on what its receiver throws, and closes the file (%s)', async (kind) => {
  const text = `id,title\n${'1,One\n'.repeat(300_000)}`;
  const path = await write(kind === 'plain' ? text : gzipSync(text));
  const fault = Object.assign(new Error('not of the file'), { code: 'EACCES' });
  let calls = 0;
  const reading = readCsv(path, FORMAT, () => {
    calls++;
    throw fault;
  });
  await expect(reading).rejects.toBe(fault);
  expect(calls).toBe(1);
  expect(await openFiles()).not.toContain(path);
});

/** The files that this process has open. Only Linux says; elsewhere there seem to be none. */
async function openFiles(): Promise<string[]> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  return Promise.all(names.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')));
}
