import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTables, type ReadTablesOptions, readItemTable, readTables } from './tables.js';
import { expectDamageHeeded } from './test-damage.js';
import { expectSound } from './test-dataset.js';
import { writeFolder } from './test-folder.js';

const CSV = {
  'items.csv': 'sku,name,kind,made,sold\nA-1,"Lamp, small",light|brass,1990,12\nB-2,Moth trap,,,0\n',
  'interactions.csv': 'who,sku,stars,when\nanne,A-1,5,1700000000\nbo,B-2,1,1700000009\nanne,B-2,3,1700000005\n',
};
const JSONL = {
  'items.jsonl':
    '{"sku":"A-1","name":"Lamp, small","kind":["light","brass"],"made":1990,"sold":12}\n{"sku":"B-2","name":"Moth trap","sold":0}\n',
  'interactions.jsonl':
    '{"who":"anne","sku":"A-1","stars":5,"when":1700000000}\n{"who":"bo","sku":"B-2","stars":1,"when":1700000009}\n{"who":"anne","sku":"B-2","stars":3,"when":1700000005}\n',
};
const COLUMNS = {
  columns: {
    items: { id: 'sku', title: 'name', attributes: ['kind', 'made'], prior: 'sold' },
    interactions: { user: 'who', item: 'sku', value: 'stars', time: 'when' },
  },
} as const;
const PLAIN = {
  'items.csv': 'id,title,text\n1,One,the first\n2,Two,\n',
  'interactions.csv': 'user,item\nu,2\nv,1\nu,2\nu,1\n',
};

describe('readTables', () => {
  it.each([
    ['CSV', CSV],
    ['JSON lines', JSONL],
    ['gzipped CSV', Object.fromEntries(Object.entries(CSV).map(([name, text]) => [`${name}.gz`, gzipSync(text)]))],
  ])('reads ratings with times, from %s with columns of other names', async (_, files) => {
    const folder = await writeFolder(files);
    expect(await isTables(folder)).toBe(true);
    const data = await readTables(folder, { ...COLUMNS, name: 'shop', scale: [1, 5] });
    expectSound(data);
    expect(data).toMatchObject({
      name: 'shop',
      feedback: 'explicit',
      order: 'time',
      userIds: ['anne', 'bo'],
      skipped: 0,
    });
    expect(data.interactions).toEqual({
      users: 2,
      user: Int32Array.of(0, 1, 0),
      item: Int32Array.of(0, 1, 1),
      value: Float32Array.of(5, 1, 3),
      time: Float64Array.of(1700000000, 1700000009, 1700000005),
      scale: [1, 5],
    });
    expect(data.catalogue).toEqual({
      items: [
        {
          id: 'A-1',
          title: 'Lamp, small',
          text: 'Lamp, small, kind: light and brass, made: 1990',
          attributes: { kind: ['light', 'brass'], made: ['1990'] },
        },
        { id: 'B-2', title: 'Moth trap', text: 'Moth trap', attributes: { kind: [], made: [] } },
      ],
      prior: Float32Array.of(12, 0),
    });
  });

  it('reads implicit feedback in the order of its rows, each an event', async () => {
    const data = await readTables(await writeFolder(PLAIN));
    expectSound(data);
    expect(data).toMatchObject({ feedback: 'implicit', order: 'rows' });
    expect(data.interactions.value).toEqual(Float32Array.of(1, 1, 1, 1));
    expect(data.interactions.item).toEqual(Int32Array.of(1, 0, 1, 0));
    expect(data.catalogue.items.map(({ text }) => text)).toEqual(['the first', 'Two']);
  });

  it.each<[ReadTablesOptions['timeUnit'], string, number]>([
    ['seconds', '1700000000', 1700000000],
    ['milliseconds', '1700000000500', 1700000000.5],
    ['iso', '2023-11-14T22:13:20Z', 1700000000],
    ['iso', '2023-11-14T23:13:20+01:00', 1700000000],
    ['iso', '2023-11-14', 1699920000],
  ])('reads times in %s: %s', async (timeUnit, text, seconds) => {
    const folder = await writeFolder({ ...PLAIN, 'interactions.csv': `user,item,time\nu,1,${text}\n` });
    expect((await readTables(folder, { timeUnit: timeUnit ?? 'seconds' })).interactions.time).toEqual(
      Float64Array.of(seconds),
    );
  });

  it('skips unknown items, and takes the last of two ratings, if told to', async () => {
    const rows = 'user,item,value\nu,1,5\nu,9,4\nu,1,2\n';
    const folder = await writeFolder({ ...PLAIN, 'interactions.csv': rows });
    const data = await readTables(folder, { scale: [1, 5], unknownItems: 'skip', duplicates: 'last' });
    expect(data.skipped).toBe(1);
    expect(data.interactions.value).toEqual(Float32Array.of(2));
  });

  it('reads files of any name, and other separators', async () => {
    const folder = await writeFolder({ 'a.txt': 'id;title\nx;X\n', 'b.txt': 'user;item\nu;x\n' });
    const data = await readTables('', {
      items: join(folder, 'a.txt'),
      interactions: join(folder, 'b.txt'),
      separator: ';',
    });
    expect(data.catalogue.items[0].title).toBe('X');
  });
});

describe('readTables refuses', () => {
  const rows = (lines: string) => ({ ...PLAIN, 'interactions.csv': `user,item,value,time\n${lines}` });
  it.each<[string, Record<string, string>, string, number, string]>([
    [
      'an unknown item',
      rows('u,7,1,5\n'),
      'interactions.csv',
      2,
      'item: the id of an item of the catalogue; found "7".',
    ],
    ['a rating off the scale', rows('u,1,6,5\n'), 'interactions.csv', 2, 'value: a rating from 1 to 5; found "6".'],
    ['a rating of NaN', rows('u,1,NaN,5\n'), 'interactions.csv', 2, 'found "NaN".'],
    ['a pair twice', rows('u,1,4,5\nv,1,4,5\nu,1,4,6\n'), 'interactions.csv', 4, 'which line 2 has as well'],
    ['no user', rows(' ,1,4,5\n'), 'interactions.csv', 2, 'user: a user; found none.'],
    ['no time', rows('u,1,4,\n'), 'interactions.csv', 2, 'time: a time in seconds since 1970; found "".'],
    ['nothing but a first line', rows(''), 'interactions.csv', 1, 'at least one interaction; found none.'],
    ['an item twice', { ...PLAIN, 'items.csv': 'id,title\n1,A\n1,B\n' }, 'items.csv', 3, 'a new item; found item "1"'],
    [
      'an item without a title',
      { ...PLAIN, 'items.csv': 'id,title\n1, \n' },
      'items.csv',
      2,
      'title: a title; found none.',
    ],
    ['an item without an id', { ...PLAIN, 'items.csv': 'id,title\n,A\n' }, 'items.csv', 2, 'id: an id; found none.'],
    ['no items', { ...PLAIN, 'items.csv': 'id,title\n' }, 'items.csv', 1, 'at least one item; found none.'],
    [
      'no column of items',
      { ...PLAIN, 'interactions.csv': 'user,value\nu,1\n' },
      'interactions.csv',
      1,
      'the columns user, item, value',
    ],
  ])('%s', async (_, files, file, line, message) => {
    const folder = await writeFolder(files);
    const reading = readTables(folder, { scale: [1, 5] });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', file: join(folder, file), line });
  });

  it.each([
    ['seconds', '2023-11-14'],
    ['iso', '1700000000'],
    ['iso', '2023-11-14T22:13:20'],
    ['iso', '14.11.2023'],
    ['iso', '2023-13-45'],
  ] as const)('times that are not in %s: %s', async (timeUnit, text) => {
    const folder = await writeFolder({ ...PLAIN, 'interactions.csv': `user,item,time\nu,1,${text}\n` });
    await expect(readTables(folder, { timeUnit })).rejects.toMatchObject({ name: 'DatasetError', line: 2 });
  });

  it('fields in JSON that are missing or no text', async () => {
    const read = async (item: string) =>
      readTables(await writeFolder({ 'items.jsonl': item, 'interactions.csv': PLAIN['interactions.csv'] }));
    await expect(read('{"id":1}\n')).rejects.toThrow(/a field "title"; found none/);
    await expect(read('{"id":1,"title":{"en":"x"}}\n')).rejects.toThrow(/title: text or a number/);
    await expect(read('[]\n')).rejects.toThrow(/an object in JSON; found a list/);
  });

  it('a folder without tables, and a scale that is none', async () => {
    const folder = await writeFolder({});
    expect(await isTables(folder)).toBe(false);
    await expect(readTables(folder)).rejects.toThrow(/a file items.csv or items.jsonl; found none.*option items/);
    await expect(readTables(folder, { scale: [5, 1] })).rejects.toThrow(/scale: expected two finite numbers/);
  });

  it('whatever damage it cannot read rightly', async () => {
    const options = { scale: [1, 5] as const };
    const files = {
      'items.csv': 'id,title\n1,One\n2,Two\n3,Three\n',
      'interactions.csv': 'user,item,value\nu,2,5\nv,1,4\nu,1,3\nw,3,2\n',
    };
    await expectDamageHeeded((folder) => readTables(folder, options), files, {
      'interactions.csv': { separator: ',', header: 1, number: 2, references: [1], unique: true },
    });
  });
});

it('of one user and one item is a data set', async () => {
  const folder = await writeFolder({ 'items.csv': 'id,title\n1,One\n', 'interactions.csv': 'user,item\nu,1\n' });
  expectSound(await readTables(folder));
});

it('of any rows is sound', async () => {
  const row = fc.tuple(fc.nat(4), fc.nat(3), fc.integer({ min: 0, max: 9 }));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      const lines = rows.map(([user, item, value]) => `u${user},${item},${value}\n`).join('');
      const items = [0, 1, 2, 3].map((id) => `${id},Item ${id}\n`).join('');
      const folder = await writeFolder({
        'items.csv': `id,title\n${items}`,
        'interactions.csv': `user,item,value\n${lines}`,
      });
      const data = await readTables(folder);
      expectSound(data);
      expect([...data.interactions.value]).toEqual(rows.map(([, , value]) => value));
    }),
    { numRuns: 25 },
  );
});

describe('readItemTable', () => {
  it('reads the items alone, as readTables does', async () => {
    const folder = await writeFolder(CSV);
    const { catalogue } = await readTables(folder, { ...COLUMNS, scale: [1, 5] });
    expect(await readItemTable(join(folder, 'items.csv'), { columns: COLUMNS.columns.items })).toEqual(catalogue);
  });

  it('names the file and the line of a fault', async () => {
    const folder = await writeFolder({ 'items.csv': 'id,title\n1,One\n1,Two\n' });
    await expect(readItemTable(join(folder, 'items.csv'))).rejects.toThrow(/items\.csv.*3.*which line 2 has as well/s);
    await expect(readItemTable(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv/);
  });
});
