import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileError } from '../errors/file-error.js';
import { readBytes, streamBytes } from './bytes.js';
import { parseJsonRow } from './json-row.js';
import { type JsonRowsOptions, readJsonRows } from './json-rows.js';
import { type LineOptions, readLines } from './lines.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'core-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
const inFolder = async (content: string | Uint8Array): Promise<string> => {
  const path = join(folder, `file-${files++}`);
  await writeFile(path, content);
  return path;
};
const linesOf = async (path: string, options?: LineOptions): Promise<string[]> => {
  const all: string[] = [];
  for await (const { lines, first } of readLines(path, options)) {
    expect(first).toBe(all.length + 1);
    all.push(...lines);
  }
  return all;
};
const rowsOf = async (path: string, options: JsonRowsOptions = {}) => {
  const rows: unknown[] = [];
  const summary = await readJsonRows(path, options, (fields, line) => rows.push([line, fields]));
  return { rows, summary };
};
const refused = async (reading: Promise<unknown>): Promise<FileError> => {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(FileError.isInstance(error)).toBe(true);
  return error as FileError;
};

describe('lines', () => {
  test('are those of the text, whatever their length, gzipped or not', async () => {
    // Long enough to cross the pieces in which files are read.
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\ufeff]/g, '')),
      fc.nat(200_000).map((length) => 'é'.repeat(length)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean(), async (lines, end, packed) => {
        const text = lines.map((each) => `${each}${end}`).join('');
        const path = await inFolder(packed ? gzipSync(text) : text);
        expect(await linesOf(path)).toEqual(lines);
      }),
      { numRuns: 60 },
    );
  });

  test('begin behind a byte-order mark, and the last one need not end', async () => {
    expect(await linesOf(await inFolder('\ufeffa\n\nb'))).toEqual(['a', '', 'b']);
    expect(await linesOf(await inFolder(''))).toEqual([]);
  });

  test('longer than the limit are refused without being read to their end', async () => {
    const long = await inFolder(`short\n${'x'.repeat(300_000)}\n`);
    expect(await refused(linesOf(long, { maxLineBytes: 200_000 }))).toMatchObject({ line: 2, found: 'a longer line' });
    expect(await linesOf(long, { maxLineBytes: 300_000 })).toHaveLength(2);
    // Within one piece of the file.
    expect(await refused(linesOf(await inFolder('a\nééé\n'), { maxLineBytes: 5 }))).toMatchObject({ line: 2 });
    expect(await linesOf(await inFolder('a\nééé\n'), { maxLineBytes: 6 })).toEqual(['a', 'ééé']);
    const bomb = await inFolder(gzipSync(Buffer.alloc(64 * 2 ** 20, 'x')));
    expect((await refused(linesOf(bomb))).message).toMatch(
      /line 1: expected lines of at most 32 MiB; found a longer line/,
    );
  });

  test.each<[string, string | Uint8Array, object]>([
    ['Latin-1', Buffer.from('fine\ncaf\xe9\n', 'latin1'), { line: 2, found: 'bytes that are not UTF-8' }],
    ['UTF-16', Buffer.from('\ufeffa\nb', 'utf16le'), { line: 1, found: 'text in UTF-16' }],
    ['a gzip cut short', gzipSync('a\nb\n').subarray(0, 15), { found: 'an incomplete one' }],
    ['a damaged gzip', Buffer.concat([gzipSync('a\n'), Buffer.from('tail')]), { expected: 'a complete gzip file' }],
  ])('of %s are refused', async (_, content, fault) => {
    expect(await refused(linesOf(await inFolder(content)))).toMatchObject(fault);
  });
});

describe('bytes', () => {
  test('of what is no file are refused', async () => {
    expect(await refused(readBytes(folder))).toMatchObject({ expected: 'a file that can be read', found: 'a folder' });
    expect(await refused(readBytes(join(folder, 'none')))).toMatchObject({
      found: 'no such file',
      remedy: 'Check the path.',
    });
    expect((await refused(readBytes('none.csv'))).remedy).toBe(`Check the path. It is relative to ${process.cwd()}.`);
    expect((await refused(readBytes('none.csv', { remedy: 'Download it.' }))).remedy).toBe('Download it.');
    expect((await refused(readBytes(folder))).remedy).toBe('Name a file in it.');
    expect((await refused(readBytes(join(folder, 'no', 'file')))).found).toMatch(/no folder/);
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await refused(readBytes(join(folder, 'pipe')))).toMatchObject({ found: 'a pipe' });
    expect((await refused(readBytes('/dev/zero'))).found).toBe('a device or a socket');
  });

  test('beyond the limit are refused, before unpacking and after', async () => {
    expect(await readBytes(await inFolder(gzipSync('abc')), { maxBytes: 3 })).toEqual(Buffer.from('abc'));
    for (const content of ['abcd', gzipSync('abcd')]) {
      const fault = { expected: 'at most 3 bytes after decompression', found: 'more' };
      expect(await refused(readBytes(await inFolder(content), { maxBytes: 3 }))).toMatchObject(fault);
    }
  });

  test('errors of the reader are passed on, and the caller may make the error', async () => {
    const broken = async (): Promise<void> => {
      for await (const _ of streamBytes(await inFolder('a'))) throw new RangeError('mine');
    };
    await expect(broken()).rejects.toThrow(new RangeError('mine'));
    const createError = ({ found, remedy }: { found: string; remedy: string }) => new TypeError(`${found}. ${remedy}`);
    await expect(readBytes(join(folder, 'none'), { remedy: 'Look.', createError })).rejects.toThrow(
      new TypeError('no such file. Look.'),
    );
  });
});

describe('a row of JSON', () => {
  test('is what JSON.parse gives where that loses nothing', () => {
    const value = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<unknown>;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (object) => {
        const line = JSON.stringify(object);
        const parsed = parseJsonRow(line);
        const isExact = [...line.matchAll(/-?\d+(?![\d.eE])/g)].every(([digits]) =>
          Number.isSafeInteger(Number(digits)),
        );
        if (isExact) expect(parsed).toEqual({ fields: JSON.parse(line) });
      }),
    );
  });

  test('with integers beyond 2^53 - 1 is refused, unless they need not be exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.string(), fc.boolean(), (id, text, nested) => {
        const value = nested ? `{"list":[1,${id}]}` : `${id}`;
        const line = `{"text":${JSON.stringify(`${text} 99999999999999999999`)},"id" : ${value} ,"more":"\\\\"}`;
        const isSafe = id >= -(2n ** 53n - 1n) && id <= 2n ** 53n - 1n;
        const parsed = parseJsonRow(line);
        if (isSafe) expect(parsed).toEqual({ fields: JSON.parse(line) });
        else expect(parsed).toMatchObject({ fault: { found: expect.stringContaining(`${id} as "id"`) } });
        expect(parseJsonRow(line, { isExact: (field) => field !== 'id' })).toEqual({ fields: JSON.parse(line) });
      }),
    );
  });

  test.each([
    ['an infinite number', '{"a":1e999}', '1e999 as "a"'],
    ['a field twice', '{"reward":1,"reward":0}', 'a repeated field'],
    ['a field twice, written in two ways', '{"a":"x:y","\\u0061":0}', 'a repeated field'],
    ['NaN', '{"a":NaN}', 'NaN, which JSON does not have'],
    ['a list', '[{"a":1},{"a":2}]', 'a list'],
    ['a number', '3', '3'],
    ['nothing', 'null', 'null'],
    ['a Python dictionary', "{'a': 1}", 'a Python dictionary'],
    ['NUL', '\0\0', 'text that is not JSON: "\\u0000\\u0000"'],
    ['a command for the terminal', '\u009b31m', '"\\u009b31m"'],
  ])('with %s is refused', (_, line, found) => {
    expect(parseJsonRow(line)).toMatchObject({ fault: { found: expect.stringContaining(found) } });
  });

  test('may name a field "__proto__", and have colons in its texts', () => {
    const line = '{"__proto__":{"a":1},"b":"1:2:3","c":{"d":1,"e":1}}';
    expect(parseJsonRow(line)).toEqual({ fields: JSON.parse(line) });
  });
});

describe('rows of JSON', () => {
  test('come with their lines; empty ones are skipped', async () => {
    const { rows, summary } = await rowsOf(await inFolder('\ufeff{"a":1}\r\n\r\n   \n{"a":2}'));
    expect(rows).toEqual([
      [1, { a: 1 }],
      [4, { a: 2 }],
    ]);
    expect(summary).toEqual({ rows: 2 });
  });

  test('need options and a function', async () => {
    const read = (...rest: unknown[]) => readJsonRows('never.jsonl', ...(rest as [JsonRowsOptions, () => void]));
    await expect(read()).rejects.toThrow(/^options: expected an object, such as \{\}: .*; found undefined\.$/);
    await expect(read(() => undefined)).rejects.toThrow(/^options: .*readJsonRows\(path, options, onRow\); found a f/);
    await expect(read({})).rejects.toThrow(/^onRow: expected a function: .*; found undefined\.$/);
  });

  test('of which the last was cut short are refused, or read without it', async () => {
    const path = await inFolder('{"a":1}\n{"a":2}\n{"a":');
    expect(await refused(rowsOf(path))).toMatchObject({
      line: 3,
      remedy: "Read the complete lines with the option cut: 'drop'.",
    });
    expect((await rowsOf(path, { cut: 'drop' })).summary).toEqual({ rows: 2, dropped: 3 });
    // A crash of the whole machine leaves zeros.
    expect((await rowsOf(await inFolder('{"a":1}\n\0\0\0'), { cut: 'drop' })).summary).toMatchObject({ dropped: 2 });
    // What is whole was not cut, and what has a line end was not cut either.
    expect((await refused(rowsOf(await inFolder('{"a":1}\n[2]'), { cut: 'drop' }))).line).toBe(2);
    expect((await refused(rowsOf(await inFolder('{"a":1}\n{"a"\n'), { cut: 'drop' }))).line).toBe(2);
    expect((await refused(rowsOf(await inFolder('{"a'), { cut: 'drop' }))).found).toBe('none');
  });

  test('of a gzip file that was cut short are refused, or read as far as they go', async () => {
    const text = Array.from({ length: 2000 }, (_, k) => `{"a":${k},"b":${Math.sin(k)}}\n`).join('');
    const whole = gzipSync(text);
    const path = await inFolder(whole.subarray(0, whole.length >> 1));
    expect((await refused(rowsOf(path))).found).toBe('an incomplete one');
    const { rows, summary } = await rowsOf(path, { cut: 'drop' });
    expect(rows.length).toBeGreaterThan(500);
    expect(rows).toEqual(text.split('\n', rows.length).map((line, k) => [k + 1, JSON.parse(line)]));
    expect(summary.rows).toBe(rows.length);
  });

  test('of a gzip file are never taken for all of them, wherever it was cut', async () => {
    const whole = gzipSync('{"a":1}\n{"a":2}\n');
    const [first, second] = [
      [1, { a: 1 }],
      [2, { a: 2 }],
    ];
    // Within the checksum behind the last line, after the line end, after the brace, and so on.
    const found = new Map<number | undefined, unknown[]>();
    for (let length = 2; length < whole.length; length++) {
      const path = await inFolder(whole.subarray(0, length));
      const { rows, summary } = await rowsOf(path, { cut: 'drop' }).catch((error: FileError) => {
        expect(error).toMatchObject({ found: 'none' });
        return { rows: [], summary: { rows: 0, dropped: 1 } };
      });
      expect(summary.dropped).toBe(rows.length + 1);
      found.set(summary.dropped, rows);
    }
    expect(found.get(3)).toEqual([first, second]);
    expect((await rowsOf(await inFolder(whole), { cut: 'drop' })).summary).toEqual({ rows: 2 });
  });

  test('may hold the line separators of Unicode, which end no line', async () => {
    const text = 'a\u2028b\u2029c\u0085d';
    const path = await inFolder(`${JSON.stringify({ text })}\n{"text":"e"}\n`);
    expect((await rowsOf(path)).rows).toEqual([
      [1, { text }],
      [2, { text: 'e' }],
    ]);
  });

  test('a line without an end is refused in little memory, in a file of 1 GiB', async () => {
    const path = join(folder, 'endless');
    // Sparse: it takes no space on the disk.
    await writeFile(path, '{"a":1}\n{"a":');
    await truncate(path, 2 ** 30);
    const code = `
      const { readJsonRows } = await import(${JSON.stringify(new URL('../../dist/files/index.js', import.meta.url).href)});
      await readJsonRows(process.argv[1], {}, () => {}).catch(({ name, line, found }) => {
        console.log(JSON.stringify([name, line, found, process.resourceUsage().maxRSS]));
      });`;
    const args = ['--input-type=module', '-e', code, path];
    const [name, line, found, kibibytes] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    expect([name, line, found]).toEqual(['FileError', 2, 'a longer line']);
    expect(kibibytes).toBeLessThan(300 * 1024);
  });

  test('a list on one line is refused in linear time', async () => {
    const list = await inFolder(JSON.stringify(Array.from({ length: 100_000 }, (_, k) => ({ item: k }))));
    const error = await refused(rowsOf(list));
    expect(error).toMatchObject({ line: 1, found: 'a list' });
    expect(error.remedy).toMatch(/jq -c/);
  });
});
