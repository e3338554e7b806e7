import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../test-support/folder.js';
import { type ZipMember, zip } from '../test-support/zip.js';
import { AttemptError } from './attempt-error.js';
import { unpackZip } from './unpack-zip.js';

const NEVER = new AbortController().signal;

/** Unpacks bytes into a folder that has a neighbour. Returns all files of their common parent, by their paths. */
async function unpack(bytes: Buffer, limit = 1_000_000, signal = NEVER): Promise<Record<string, string>> {
  const parent = await writeFolder({ 'a.zip': '', 'out/keep': '' });
  await writeFile(join(parent, 'a.zip'), bytes);
  await unpackZip(join(parent, 'a.zip'), join(parent, 'out'), limit, signal);
  return filesOf(parent);
}

async function filesOf(parent: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(parent, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(parent.length + 1);
    if (entry.isFile() && name !== 'a.zip' && name !== 'out/keep') files[name] = await readFile(path, 'utf-8');
  }
  return files;
}

describe('unpackZip', () => {
  it.each<[string, ZipMember[], Record<string, string>]>([
    ['files, stored and packed', [member('a', '1'), member('b/c', '2')], { 'out/a': '1', 'out/b/c': '2' }],
    [
      'a top folder, which is left out',
      [member('t/', ''), member('t/a', '1'), member('t/b/c', '2')],
      { 'out/a': '1', 'out/b/c': '2' },
    ],
    ['one top folder and no more', [member('t/u/a', '1')], { 'out/u/a': '1' }],
    ['folder names with one prefix', [member('t/a', '1'), member('tt/b', '2')], { 'out/t/a': '1', 'out/tt/b': '2' }],
    [
      'what a Mac leaves in it',
      [member('t/a', '1'), member('__MACOSX/t/._a', 'x'), member('t/.DS_Store', 'x')],
      { 'out/a': '1' },
    ],
    ['the backslashes of a Windows', [member('t\\b\\c', '2')], { 'out/b/c': '2' }],
    ['an empty file', [member('a', '')], { 'out/a': '' }],
    ['nothing', [], {}],
  ])('unpacks %s', async (_name, members, expected) => {
    expect(await unpack(zip(members))).toEqual(expected);
  });

  it.each<[string, ZipMember[], string]>([
    ['a name that leads out', [member('../evil', 'x')], '../evil'],
    ['a name that leads out from inside', [member('a/../../evil', 'x')], 'a/../../evil'],
    ['a name that leads out by backslashes', [member('a\\..\\..\\evil', 'x')], 'a/../../evil'],
    ['an absolute name', [member('/evil', 'x')], '/evil'],
    ['a name with a drive', [member('C:/evil', 'x')], 'C:/evil'],
    ['a name with a zero', [member('a\0b', 'x')], 'is not the name of a file'],
    ['a name that is a folder', [member('a/.', 'x')], 'is not the name of a file'],
    ['a name with an empty part', [member('a//b', 'x')], 'is not the name of a file'],
    ['a link', [member('a', '1'), { ...member('link', '/etc/passwd'), mode: 0o120777 }], 'link is a link or a device'],
    ['a device', [{ ...member('null', ''), mode: 0o020666 }], 'null is a link or a device'],
    ['a name twice', [member('t/a', '1'), member('t/a', '2')], 't/a is in it twice'],
    ['names that are one on some disks', [member('t/a', '1'), member('t/A', '2')], 't/A is in it twice'],
    ['a file that is a folder too', [member('t/a', '1'), member('t/a/b', '2')], 't/a is a file and a folder in it'],
    ['an encrypted file', [{ ...member('a', 'secret'), encrypted: true }], 'a is encrypted'],
  ])('refuses %s before it writes anything', async (_name, members, reason) => {
    const parent = await writeFolder({ 'a.zip': '', 'out/keep': '' });
    await writeFile(join(parent, 'a.zip'), zip([member('innocent', '0'), ...members]));
    const unpacking = unpackZip(join(parent, 'a.zip'), join(parent, 'out'), 1000, NEVER);
    await expect(unpacking).rejects.toThrow(reason);
    await expect(unpacking).rejects.toBeInstanceOf(AttemptError);
    expect(await filesOf(parent)).toEqual({});
  });

  it('refuses more bytes than the limit, however small they are packed', async () => {
    const bomb = [1, 2, 3].map((k) => ({ name: `${k}`, content: Buffer.alloc(400_000), deflate: true }));
    const bytes = zip(bomb);
    expect(bytes.length).toBeLessThan(3000);
    await expect(unpack(bytes, 1_199_999)).rejects.toThrow('the archive is refused: it holds more than 1199999 bytes');
    expect(Object.keys(await unpack(bytes, 1_200_000))).toEqual(['out/1', 'out/2', 'out/3']);
  });

  it('refuses a file that holds more than it says', async () => {
    const bytes = zip([{ name: 'a', content: Buffer.alloc(400_000), deflate: true }]);
    // The length in the directory: 24 bytes behind the begin of its entry (APPNOTE.TXT, 4.3.12).
    bytes.writeUInt32LE(10, bytes.indexOf('PK\x01\x02') + 24);
    await expect(unpack(bytes, 1000)).rejects.toThrow('the archive is not a complete zip file');
  });

  it('refuses a file whose checksum is not its own', async () => {
    await expect(unpack(zip([{ ...member('a', '123'), crc: 7 }]))).rejects.toThrow('a is damaged: its CRC-32');
  });

  it('ends with the reason of the signal', async () => {
    await expect(unpack(zip([member('a', '1')]), 1000, AbortSignal.abort('enough'))).rejects.toBe('enough');
  });

  it('gives each file whole or refuses, whatever bytes are changed or missing', async () => {
    const members = [member('t/a.csv', 'x,y\n1,2\n'), { name: 't/b/c.csv', content: 'z\n'.repeat(99), deflate: true }];
    const bytes = zip(members);
    const contents = members.map(({ content }) => content.toString());
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat(bytes.length)),
        async (changes, end) => {
          const damaged = Buffer.from(bytes);
          for (const [at, mask] of changes) damaged[at] ^= mask;
          const result = await unpack(end === null ? damaged : damaged.subarray(0, end)).catch(
            (error: unknown) => error,
          );
          if (result instanceof AttemptError) return;
          expect(result).not.toBeInstanceOf(Error);
          for (const [name, content] of Object.entries(result as Record<string, string>)) {
            expect(name.startsWith('out/')).toBe(true);
            expect(contents).toContain(content);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** Short ones are stored, so that both ways are met. */
function member(name: string, content: string): ZipMember {
  return { name, content, deflate: content.length > 1 };
}
