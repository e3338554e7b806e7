import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidOptionError } from '@ialp/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ReplyStoreCheckOptions, replyStoreChecks } from '../conformance/index.js';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import {
  exportReplies,
  type FileReplyStore,
  importReplies,
  openReplyStore,
  ReplyStoreError,
  salvageReplies,
} from './index.js';
import { createMemoryStore } from './memory-store.js';
import { parseReplyRecord } from './parse-reply-record.js';

let folder: string;
let path: string;
const opened: FileReplyStore[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-store-'));
  path = join(folder, 'replies.db');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  await rm(folder, { recursive: true, force: true });
});

async function openStore(...args: Parameters<typeof openReplyStore>): Promise<FileReplyStore> {
  const store = await openReplyStore(...args);
  opened.push(store);
  return store;
}

const record = (k: number, rest: Partial<ReplyRecord> = {}): ReplyRecord => ({
  request: `r${k}`,
  fingerprint: 'weights',
  model: 'm',
  promptVersion: 'v1',
  text: `reply ${k}`,
  usage: { input: 10, output: k },
  ...rest,
});

const STORE = JSON.stringify(new URL('../../dist/store.js', import.meta.url).href);

/** Runs a script that has `store` in a process of its own: SQLite keeps a hand on files that its own process opened. */
function elsewhere(script: string): ChildProcessByStdio<null, Readable, null> {
  const code = `const store = await (await import(${STORE})).openReplyStore(${JSON.stringify(path)});\n${script}`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

const ended = (child: ChildProcessByStdio<null, Readable, null>) =>
  new Promise((resolve) => child.on('close', resolve));

async function fill(count: number): Promise<void> {
  const script = `
    const record = ${record.toString()};
    await Promise.all(Array.from({ length: ${count} }, (_, k) => store.put(record(k))));
    await store.close();`;
  await ended(elsewhere(script));
}

describe.each<[string, () => Promise<ReplyStore>, ReplyStoreCheckOptions]>([
  ['a store in memory', async () => createMemoryStore(), {}],
  [
    'a store in a file',
    () => openStore(join(folder, 'checked.db')),
    { openAgain: () => openStore(join(folder, 'checked.db')) },
  ],
])('%s conforms to ReplyStore', (_, make, options) => {
  for (const check of replyStoreChecks(make, options)) test(check.name, check.run);
});

describe('a store in a file', () => {
  test('has everything when it is opened again, in order', async () => {
    await fill(300);
    const store = await openStore(path);
    expect(Array.from(store.records())).toEqual(Array.from({ length: 300 }, (_, k) => record(k)));
    expect(store.counts()).toEqual([
      {
        model: 'm',
        fingerprint: 'weights',
        promptVersion: 'v1',
        replies: 300,
        tokens: { input: 3000, output: 44_850 },
      },
    ]);
  });

  test('can be written by two at once; who comes second gets the first reply', async () => {
    const [one, two] = [await openStore(path), await openStore(path)];
    const kept = await Promise.all(
      Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? one : two).put(record(k >> 1, { text: String(k) }))),
    );
    for (let k = 0; k < 200; k += 2) expect(kept[k + 1]).toEqual(kept[k]);
    expect(Array.from(one.records())).toHaveLength(100);
  });

  test('has the claims of a process until it is killed or their time is over', async () => {
    const child = elsewhere(`
      await Promise.all([store.claim('w', 'long', 'A', 3_600_000), store.claim('w', 'short', 'A', 1)]);
      process.stdout.write('claimed');
      setInterval(() => {}, 1000);`);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const store = await openStore(path);
    expect(await store.claim?.('w', 'long', 'B', 3_600_000)).toBe(false);
    await expect.poll(() => store.claim?.('w', 'short', 'B', 3_600_000)).toBe(true);
    child.kill('SIGKILL');
    await ended(child);
    // A process with the owner's name is another one.
    expect(await store.claim?.('w', 'long', 'A', 3_600_000)).toBe(true);
    expect(await store.claim?.('w', 'long', 'B', 3_600_000)).toBe(false);
  });

  test('keeps what it promised when the process is killed', async () => {
    // A process of its own puts replies as fast as it can, names each that is kept, and is killed in the midst of it.
    const child = elsewhere(`
      for (let k = 0; ; k += 5) {
        await Promise.all([0, 1, 2, 3, 4].map(async (n) => {
          const { request } = await store.put({ request: 'r' + (k + n), fingerprint: 'w', model: 'm', promptVersion: 'v', text: 'x' });
          process.stdout.write(request + '\\n');
        }));
      }`);
    let promised = '';
    child.stdout.on('data', (data) => {
      promised += data;
      if (promised.length > 3000) child.kill('SIGKILL');
    });
    await ended(child);
    const store = await openStore(path);
    const kept = new Set(Array.from(store.records(), ({ request }) => request));
    const names = promised.split('\n').slice(0, -1);
    expect(names.length).toBeGreaterThan(100);
    for (const name of names) expect(kept).toContain(name);
  });

  test('on a full disk says so, and loses nothing', async () => {
    await fill(10);
    const store = await openStore(path, { maxBytes: 60_000 });
    const put = (k: number) => store.put(record(k, { text: 'x'.repeat(1000) }));
    const fillUp = async (): Promise<void> => {
      for (let k = 100; k < 200; k++) await put(k);
    };
    await expect(fillUp()).rejects.toMatchObject({ name: 'ReplyStoreError', fault: 'full', file: path });
    await expect(put(500)).rejects.toThrow(/expected room for the reply; found a full disk, or a store of maxBytes/);
    const kept = Array.from(store.records());
    expect(kept.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, k) => record(k)));
    await store.close();
    const roomy = await openStore(path);
    await roomy.put(record(500));
    expect(Array.from(roomy.records())).toHaveLength(kept.length + 1);
  });

  test.each<[unknown, RegExp]>([
    [
      ':memory:',
      /^path: expected the path of a file; for a store in memory use createMemoryStore\(\); found ":memory:"/,
    ],
    [undefined, /^path: expected the path of a file, .*found undefined/],
    ['', /^path: /],
    ['file:foo.db?mode=ro', /^path: .*not a URI; found "file:foo\.db\?mode=ro"/],
    [new URL('file:///foo.db'), /^path: .*not a URI/],
  ])('refuses %s for a path', async (wrong, message) => {
    const opening = openReplyStore(wrong as string);
    await expect(opening).rejects.toThrow(InvalidOptionError);
    await expect(opening).rejects.toThrow(message);
  });

  test('refuses what is no store', async () => {
    await expect(openReplyStore(join(folder, 'no', 'such', 'folder.db'))).rejects.toMatchObject({ fault: 'missing' });
    await expect(openReplyStore(folder)).rejects.toThrow(/expected a file; found a folder/);
    await expect(openReplyStore(path, { isReadOnly: true })).rejects.toThrow(/expected a store; found none/);
    await writeFile(path, 'a text that is no database, longer than a page '.repeat(200));
    await expect(openReplyStore(path)).rejects.toMatchObject({ fault: 'unusable' });
    await expect(openReplyStore(path)).rejects.toBeInstanceOf(ReplyStoreError);
  });

  test('refuses work after it was closed, and may be closed twice', async () => {
    const store = await openStore(path);
    const last = store.put(record(1));
    await store.close();
    expect(await last).toEqual(record(1));
    await store.close();
    await expect(store.put(record(2))).rejects.toMatchObject({ fault: 'closed' });
    await expect(store.get('weights', 'r1')).rejects.toMatchObject({ fault: 'closed' });
  });
});

// On Linux no user can make a file there; a folder without the right to write gives the same error.
test.skipIf(!existsSync('/proc/self'))('a store that cannot be made is an error that says what to check', async () => {
  const opened = openReplyStore('/proc/ialp.db');
  await expect(opened).rejects.toBeInstanceOf(ReplyStoreError);
  await expect(opened).rejects.toThrow(
    /^\/proc\/ialp\.db: expected a store that can be opened; found .*whether its folder may be written to/,
  );
});

describe('a damaged store', () => {
  const overwrite = async (start: number, bytes: Uint8Array): Promise<void> => {
    const file = await open(path, 'r+');
    await file.write(bytes, 0, bytes.length, start);
    await file.close();
  };

  /** The page on which a reply stands. */
  const pageOf = async (text: string): Promise<number> => (await readFile(path)).indexOf(text) & ~4095;

  test.each<[string, () => Promise<void>]>([
    ['with a torn page', async () => overwrite(await pageOf('"reply 1500"'), new Uint8Array(4096).fill(0xa5))],
    ['that was cut short', async () => truncate(path, await pageOf('"reply 2500"'))],
  ])('%s is found, named, and the rest can be read', async (_, damage) => {
    await fill(3000);
    await damage();
    await expect(openReplyStore(path)).rejects.toMatchObject({ fault: 'damaged', file: path });
    await expect(openReplyStore(path)).rejects.toThrow(/ialp-llm-user salvage/);
    const rescued = join(folder, 'rescued.db');
    const { kept } = await salvageReplies(path, rescued);
    expect(kept).toBeGreaterThan(2000);
    expect(kept).toBeLessThan(3000);
    const store = await openStore(rescued);
    const records = Array.from(store.records());
    expect(records).toHaveLength(kept);
    for (const found of records) expect(found).toEqual(record(Number(found.request.slice(1))));
  });

  test('of which one byte of a reply has changed gives that reply to nobody', async () => {
    await fill(50);
    const bytes = await readFile(path);
    const place = bytes.indexOf('reply 31');
    await overwrite(place, Buffer.from('R'));
    const store = await openStore(path);
    expect((await store.get('weights', 'r30'))?.text).toBe('reply 30');
    await expect(store.get('weights', 'r31')).rejects.toMatchObject({ fault: 'damaged' });
    await store.close();
    expect(await salvageReplies(path, join(folder, 'rescued.db'))).toEqual({ kept: 49, lost: 1 });
  });

  test('of which nothing is left says so', async () => {
    await writeFile(path, Buffer.alloc(8192, 7));
    await expect(openReplyStore(path)).rejects.toThrow(
      /expected a whole store; .*Rescue what can be read with: ialp-llm-user salvage/,
    );
    // To rescue once more would not help.
    await expect(salvageReplies(path, join(folder, 'rescued.db'))).rejects.toMatchObject({
      fault: 'damaged',
      message: expect.not.stringContaining('Rescue'),
    });
    await writeFile(path, 'id,title\n1,Dune\n');
    await expect(salvageReplies(path, join(folder, 'rescued.db'))).rejects.toThrow(
      /expected a reply store; found a text/,
    );
    await expect(salvageReplies(join(folder, 'none.db'), join(folder, 'rescued.db'))).rejects.toThrow(
      /expected a file that can be opened; found none/,
    );
  });
});

describe('the worst of damages', () => {
  test('a text that is not UTF-8 any more, which libsql dies of, is named and not given', async () => {
    await fill(1);
    const bytes = await readFile(path);
    bytes[bytes.indexOf('reply 0')] = 0xff;
    await writeFile(path, bytes);
    const store = await openStore(path);
    await expect(store.get('weights', 'r0')).rejects.toMatchObject({ fault: 'damaged' });
    expect(() => Array.from(store.records())).toThrow(/not as it was written/);
    await expect(exportReplies(store, join(folder, 'replies.jsonl'))).rejects.toMatchObject({ fault: 'damaged' });
    await store.close();
    await expect(salvageReplies(path, join(folder, 'rescued.db'))).rejects.toThrow(
      /expected at least one reply that can be read/,
    );
  });

  test('a bit of the index, which would lose a reply without a word, is found when the store is opened', async () => {
    await fill(50);
    const bytes = await readFile(path);
    // The request stands in its row and in the index.
    const places = [bytes.indexOf('r31'), bytes.lastIndexOf('r31')];
    expect(places[0]).not.toBe(places[1]);
    for (const place of places) {
      const damaged = Buffer.from(bytes);
      damaged[place + 2] ^= 1;
      await writeFile(path, damaged);
      await expect(openReplyStore(path)).rejects.toMatchObject({ fault: 'damaged' });
    }
  });

  test('an empty file is no new store', async () => {
    await writeFile(path, '');
    await expect(openReplyStore(path)).rejects.toThrow(/found an empty file. Delete it/);
  });

  test('breaking off the records leaves a store that can be written and closed', async () => {
    await fill(1200);
    const store = await openStore(path);
    for (const { request } of store.records()) {
      if (request === 'r700') break;
      if (request === 'r600') await store.put(record(5000));
    }
    await store.close();
    expect(Array.from((await openStore(path)).records())).toHaveLength(1201);
  });
});

describe('export and import', () => {
  const RECORDS = [
    record(0, { words: { system: 's', prompt: 'Which?\nThis' } }),
    record(1, { probabilities: [0.125, 0.5], text: '“é” 🎬' }),
    record(2, { model: 'n', fingerprint: 'other weights' }),
  ];

  test.each(['jsonl', 'jsonl.gz', 'parquet'])('a store comes back from .%s as it was', async (ending) => {
    const store = await openStore(path);
    for (const each of RECORDS) await store.put(each);
    const file = join(folder, `replies.${ending}`);
    expect(await exportReplies(store, file)).toBe(3);
    const copy = await openStore(join(folder, 'copy.db'));
    await copy.put(record(2, { model: 'n', fingerprint: 'other weights', text: 'earlier' }));
    expect(await importReplies(copy, file)).toEqual({ added: 2, known: 1 });
    const [earlier, ...rest] = Array.from(copy.records());
    expect(earlier.text).toBe('earlier');
    expect(rest).toEqual(RECORDS.slice(0, 2));
  });

  test.each(['jsonl', 'parquet'])('.%s without the words, of one model', async (ending) => {
    const store = await openStore(path);
    for (const each of RECORDS) await store.put(each);
    const file = join(folder, `replies.${ending}`);
    expect(await exportReplies(store, file, { prompts: false, model: 'm' })).toBe(2);
    expect((await readFile(file)).includes('Which?')).toBe(false);
    const copy = createMemoryStore();
    await importReplies(copy, file);
    expect(Array.from(copy)).toEqual([record(0), RECORDS[1]]);
  });

  test('of an empty store', async () => {
    const store = await openStore(path);
    for (const ending of ['jsonl', 'parquet']) {
      const file = join(folder, `replies.${ending}`);
      expect(await exportReplies(store, file)).toBe(0);
      expect(await importReplies(createMemoryStore(), file)).toEqual({ added: 0, known: 0 });
    }
  });

  test('a damaged line is named, and what stands before it is kept', async () => {
    const file = join(folder, 'replies.jsonl');
    await writeFile(file, `${JSON.stringify(RECORDS[0])}\n\n{"request": "r9", "text": 4}\n`);
    const copy = createMemoryStore();
    await expect(importReplies(copy, file)).rejects.toThrow(/replies\.jsonl:3: expected a reply as a line of JSON/);
    expect(Array.from(copy)).toEqual([RECORDS[0]]);
  });

  test.each([
    ['replies.csv', ''],
    ['replies.parquet', 'no Parquet at all, though long enough'],
    ['replies.jsonl.gz', 'not gzipped'],
  ])('%s of %j is refused', async (name, content) => {
    const file = join(folder, name);
    await writeFile(file, content);
    await expect(importReplies(createMemoryStore(), file)).rejects.toThrow();
    await expect(importReplies(createMemoryStore(), join(folder, 'nothing.jsonl'))).rejects.toThrow(
      /path: expected a file/,
    );
  });
});

test('an export to a folder that does not exist says so, and names no temporary file', async () => {
  const file = join(folder, 'none', 'x.jsonl');
  const exporting = exportReplies(await openStore(path), file);
  await expect(exporting).rejects.toThrow(InvalidOptionError);
  await expect(exporting).rejects.toThrow(
    /^path: expected a file in a folder that exists \(there is no folder .*none; make it first\)/,
  );
});

test.each([['{'], ['{}'], [undefined]])('a record of %j names the line even if it is not told which', (line) => {
  expect(() => parseReplyRecord(line as string)).toThrow(InvalidOptionError);
  expect(() => parseReplyRecord(line as string)).toThrow(/^line: expected a reply as a line of JSON/);
});
