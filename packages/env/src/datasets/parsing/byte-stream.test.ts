import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../test-support/folder.js';
import { hasFile, hasFiles, locateFile, readBytes, streamBytes } from './byte-stream.js';

const REMEDY = 'Fetch it again.';

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Both ways to read a file; they must agree. */
const WAYS: readonly [string, (path: string) => Promise<Buffer>][] = [
  ['readBytes', (path) => readBytes(path, REMEDY)],
  ['streamBytes', (path) => collect(streamBytes(path, REMEDY))],
];

describe.each(WAYS)('%s', (_name, read) => {
  it('gives the bytes of a file, plain or gzipped, whatever its name says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        // What begins like a gzip is one.
        fc.pre(bytes[0] !== 0x1f);
        const folder = await writeFolder({ plain: bytes, packed: gzipSync(bytes) });
        expect(await read(join(folder, 'plain'))).toEqual(Buffer.from(bytes));
        expect(await read(join(folder, 'packed'))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
  });

  it('reads files of many pieces, and gzips of many parts', async () => {
    const bytes = randomBytes(400_000);
    const parts = [bytes.subarray(0, 1), bytes.subarray(1, 150_000), bytes.subarray(150_000)].map((part) =>
      gzipSync(part),
    );
    const folder = await writeFolder({ plain: bytes, packed: Buffer.concat(parts) });
    expect(bytes.equals(await read(join(folder, 'plain')))).toBe(true);
    expect(bytes.equals(await read(join(folder, 'packed')))).toBe(true);
  });

  it('reads an empty file as no bytes', async () => {
    const folder = await writeFolder({ empty: '' });
    expect(await read(join(folder, 'empty'))).toHaveLength(0);
  });

  it('refuses a gzip that is cut short anywhere', async () => {
    const packed = gzipSync(randomBytes(200));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: packed.length - 1 }), async (length) => {
        const folder = await writeFolder({ 'a.gz': packed.subarray(0, length) });
        await expect(read(join(folder, 'a.gz'))).rejects.toMatchObject({
          name: 'DatasetError',
          file: join(folder, 'a.gz'),
          expected: 'a complete gzip file',
          found: 'an incomplete one',
          remedy: REMEDY,
        });
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a gzip with a byte changed', async () => {
    const packed = gzipSync(randomBytes(100_000));
    packed[50_000] ^= 1;
    const folder = await writeFolder({ 'a.gz': packed });
    await expect(read(join(folder, 'a.gz'))).rejects.toMatchObject({
      name: 'DatasetError',
      expected: 'a complete gzip file',
      found: expect.stringMatching(/^a damaged one \(Z_/),
    });
  });

  it('tells a missing file from a missing folder and from a folder in its place', async () => {
    const folder = await writeFolder({ 'inner/a.txt': 'one' });
    await expect(read(join(folder, 'b.txt'))).rejects.toThrow(
      `${join(folder, 'b.txt')}: expected a file that can be read; found no such file. ${REMEDY}`,
    );
    await expect(read(join(folder, 'other', 'b.txt'))).rejects.toThrow(`found no folder ${join(folder, 'other')}.`);
    await expect(read(join(folder, 'inner'))).rejects.toMatchObject({ name: 'DatasetError', found: 'a folder' });
  });

  it('says that a file may not be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('the tests run as root, who may read every file');
    const folder = await writeFolder({ 'a.txt': 'one' });
    await chmod(join(folder, 'a.txt'), 0o000);
    await expect(read(join(folder, 'a.txt'))).rejects.toMatchObject({
      name: 'DatasetError',
      remedy: 'Allow this user to read the file.',
    });
  });
});

describe('streamBytes', () => {
  it.each(['plain', 'packed'])('closes a file that is left early (%s)', async (name) => {
    const bytes = randomBytes(1_000_000);
    const path = join(await writeFolder({ plain: bytes, packed: gzipSync(bytes) }), name);
    for await (const piece of streamBytes(path, REMEDY)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(await isOpen(path)).toBe(false);
  });

  it.each(['plain', 'packed'])('passes on what its reader throws, and closes the file (%s)', async (name) => {
    const bytes = randomBytes(1_000_000);
    const path = join(await writeFolder({ plain: bytes, packed: gzipSync(bytes) }), name);
    const fault = Object.assign(new Error('not of the file'), { code: 'ENOENT' });
    const reading = async (): Promise<void> => {
      for await (const _piece of streamBytes(path, REMEDY)) throw fault;
    };
    await expect(reading()).rejects.toBe(fault);
    expect(await isOpen(path)).toBe(false);
  });

  it('closes a damaged gzip', async () => {
    const path = join(await writeFolder({ 'a.gz': gzipSync(randomBytes(1_000_000)).fill(0, 400_000) }), 'a.gz');
    await expect(collect(streamBytes(path, REMEDY))).rejects.toMatchObject({ name: 'DatasetError' });
    expect(await isOpen(path)).toBe(false);
  });
});

describe('locateFile', () => {
  it('takes the plain file, else the gzipped one, else the plain name', async () => {
    const folder = await writeFolder({ both: '', 'both.gz': '', 'packed.gz': '', 'inner/packed.gz': '' });
    await mkdir(join(folder, 'folder.gz'));
    expect(await locateFile(folder, 'both')).toBe(join(folder, 'both'));
    expect(await locateFile(folder, 'packed')).toBe(join(folder, 'packed.gz'));
    expect(await locateFile(folder, join('inner', 'packed'))).toBe(join(folder, 'inner', 'packed.gz'));
    expect(await locateFile(folder, 'none')).toBe(join(folder, 'none'));
    expect(await locateFile(folder, 'folder')).toBe(join(folder, 'folder'));
  });
});

describe('hasFiles', () => {
  it('is true where all are there, plain or gzipped', async () => {
    const folder = await writeFolder({ plain: '', 'packed.gz': '' });
    expect(await hasFiles(folder, ['plain', 'packed'])).toBe(true);
    expect(await hasFiles(folder, ['plain', 'other'])).toBe(false);
    expect(await hasFiles(join(folder, 'nowhere'), ['plain'])).toBe(false);
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

/** Whether this process has a file open. Only Linux says; elsewhere the answer is no. */
async function isOpen(path: string): Promise<boolean> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const open = await Promise.all(descriptors.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')));
  return open.includes(path);
}
