import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EventLogError } from '../errors.js';
import { Spool } from './spool.js';
import { formatEntry, parseEntries, type SpoolEntry } from './spool-lines.js';

const LARGE = 2 ** 30;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-spool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function entry(id: string, data = 'x'): SpoolEntry {
  return { id, subject: 's', data };
}

async function idsIn(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const entries = await spool.peek(3);
    if (entries.length === 0) return ids;
    ids.push(...entries.map(({ id }) => id));
    await spool.advance(entries.length, { identity: 'i', sequence: ids.length });
  }
}

describe('the spool', () => {
  test('is a queue, however entries are appended and delivered, and processes come and go', async () => {
    const step = fc.oneof(
      fc.record({ append: fc.array(fc.nat({ max: 40_000 }), { maxLength: 5 }) }),
      fc.record({ deliver: fc.nat({ max: 5 }) }),
      fc.constant({ reopen: true } as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const path = await mkdtemp(join(folder, 'p'));
        let spool = await Spool.open(path, LARGE);
        const expected: string[] = [];
        let next = 0;
        for (const each of steps) {
          if ('append' in each) {
            const entries = each.append.map((length) => entry(String(next++), 'x'.repeat(length)));
            expected.push(...entries.map(({ id }) => id));
            await spool.append(entries);
          } else if ('deliver' in each) {
            const entries = await spool.peek(5);
            const count = Math.min(each.deliver, entries.length);
            expect(entries.map(({ id }) => id)).toEqual(expected.slice(0, 5));
            await spool.advance(count, { identity: 'i', sequence: next });
            expected.splice(0, count);
          } else {
            await spool.close();
            spool = await Spool.open(path, LARGE);
          }
          expect(spool.count).toBe(expected.length);
          expect(spool.bytes > 0).toBe(expected.length > 0);
        }
        expect(await idsIn(spool)).toEqual(expected);
        await spool.close();
      }),
      { numRuns: 40, seed: 23 },
    );
  });

  test('goes on in new segments, and removes those that were delivered', async () => {
    const spool = await Spool.open(folder, LARGE);
    const ids = Array.from({ length: 40 }, (_, k) => String(k));
    for (const id of ids) await spool.append([entry(id, 'x'.repeat(400_000))]);
    const segments = async () => (await readdir(folder)).filter((name) => name.endsWith('.spool')).length;
    expect(await segments()).toBeGreaterThan(3);
    expect(await idsIn(spool)).toEqual(ids);
    expect(await segments()).toBe(1);
    expect([spool.count, spool.bytes]).toEqual([0, 0]);
    await spool.close();
  });

  test('skips a line that is damaged or was cut off, and reads those around it', async () => {
    const spool = await Spool.open(folder, LARGE);
    for (const id of ['a', 'b', 'c']) await spool.append([entry(id)]);
    await spool.close();
    const path = join(folder, (await readdir(folder)).find((name) => name.endsWith('.spool')) as string);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"b"', '"B"'));
    await appendFile(path, formatEntry(entry('cut')).subarray(0, -4));
    const again = await Spool.open(folder, LARGE);
    expect(again.count).toBe(2);
    await again.append([entry('d')]);
    expect(await idsIn(again)).toEqual(['a', 'c', 'd']);
    expect([again.count, again.bytes]).toEqual([0, 0]);
    await again.close();
  });

  test('remembers the mark, and rejects what does not fit', async () => {
    const spool = await Spool.open(folder, 100);
    await spool.append([entry('a')]);
    await expect(spool.append([entry('b', 'x'.repeat(100))])).rejects.toThrow(EventLogError);
    await spool.advance(0, { identity: 'i', sequence: 7 });
    await spool.close();
    const again = await Spool.open(folder, 100);
    expect(again.mark).toEqual({ identity: 'i', sequence: 7 });
    expect(await idsIn(again)).toEqual(['a']);
    await again.close();
    await expect(again.append([entry('c')])).rejects.toThrow(/closed/);
  });

  test('a folder that cannot be made is an error', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(Spool.open(join(folder, 'file'), 100)).rejects.toThrow(/spool\.folder: .*file cannot be used/);
  });
});

test('lines come back as they were, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string({ unit: 'binary' }), fc.string())), (tuples) => {
      const entries = tuples.map(([id, data, subject]) => ({ id, subject, data }));
      const bytes = Buffer.concat(entries.map(formatEntry));
      const found = parseEntries(bytes, Number.POSITIVE_INFINITY);
      expect(found.map(({ id, subject, data }) => ({ id, subject, data }))).toEqual(entries);
      expect(found.at(-1)?.end ?? 0).toBe(bytes.length);
    }),
    { seed: 23 },
  );
});
