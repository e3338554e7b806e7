import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { writeFolder } from '../../test-support/folder.js';
import { isTables, type ReadTablesOptions, readItemTable, readTables } from './tables.js';

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
    ['iso', '2021-01-25 00:00:00', 1611532800],
    ['iso', '2021-01-25T00:00:00', 1611532800],
    ['iso', '2021-01-25 00:00:00.250', 1611532800.25],
    ['iso', '2021-01-25 01:00:00+01:00', 1611532800],
    ['iso', '2021-01-24 19:00:00-05', 1611532800],
    ['iso', '2021-01-25 00:00:00 UTC', 1611532800],
    ['iso', '2024-02-29', 1709164800],
    ['seconds', '5', 5],
    ['seconds', '99999999999', 99999999999],
    ['milliseconds', '5000', 5],
    ['microseconds', '1611532800000000', 1611532800],
    ['nanoseconds', '1611532800000000000', 1611532800],
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

  it('takes the latest of two ratings, and of those at one time the last row', async () => {
    const read = async (rows: string) => {
      const folder = await writeFolder({ ...PLAIN, 'interactions.csv': `user,item,value,time\n${rows}` });
      const { value, time } = (await readTables(folder, { scale: [1, 5], duplicates: 'last' })).interactions;
      return { value: [...value], time: [...(time ?? [])] };
    };
    expect(await read('u,1,5,200\nu,1,2,100\n')).toEqual({ value: [5], time: [200] });
    expect(await read('u,1,5,100\nu,1,2,200\nu,1,3,150\n')).toEqual({ value: [2], time: [200] });
    expect(await read('u,1,5,100\nu,1,2,100\n')).toEqual({ value: [2], time: [100] });
  });

  it('finds relative paths in the folder', async () => {
    const folder = await writeFolder({ 'parts/x.csv': 'id,title\n1,One\n', 'y.csv': 'user,item\nu,1\n' });
    const data = await readTables(folder, { items: 'parts/x.csv', interactions: 'y.csv' });
    expect(data.catalogue.items[0].title).toBe('One');
    await expect(readTables(folder, { items: 'none.csv' })).rejects.toMatchObject({ file: join(folder, 'none.csv') });
  });

  it('reads a CSV whose last line has no end where it is whole, or said to be', async () => {
    const read = async (files: Record<string, string>, options: ReadTablesOptions = {}) => {
      return [...(await readTables(await writeFolder({ ...PLAIN, ...files }), options)).interactions.value];
    };
    const cut = { 'interactions.csv': 'user,item,value\nu,1,10' };
    expect(await read(cut, { finalNewline: 'optional' })).toEqual([10]);
    expect(await read({ 'interactions.csv': 'user,item,value\nu,1,"10"' })).toEqual([10]);
    expect(await read({ 'interactions.csv': 'user,item,value,note\nu,1,10,x' })).toEqual([10]);
  });

  it('takes quotes for letters where it is told to, and asks where tabs leave it open', async () => {
    const titles = async (name: string, text: string, options: ReadTablesOptions) => {
      const folder = await writeFolder({ ...PLAIN, [name]: text });
      return (await readTables(folder, { ...options, items: name })).catalogue.items.map(({ title }) => title);
    };
    const vinyl = 'id,title\n1,12" Vinyl\n2,"Heroes\n';
    expect(await titles('a.csv', vinyl, { quotes: false })).toEqual(['12" Vinyl', '"Heroes']);
    await expect(titles('a.csv', vinyl, {})).rejects.toThrow(/say quotes: false/);
    const tabs = vinyl.replaceAll(',', '\t');
    const separator = '\t';
    await expect(titles('a.tsv', tabs, { separator })).rejects.toMatchObject({ name: 'DatasetError' });
    const interactions = { 'interactions.csv': 'user\titem\nu\t1\n' };
    const folder = await writeFolder({
      ...interactions,
      'items.csv': 'id\ttitle\n1\t12" Vinyl\n2\t"Heroes\n3\tVillains"\n',
    });
    await expect(readTables(folder, { separator })).rejects.toThrow(
      /items.csv, line 3: .*without a quote at the start.*quotes: false/,
    );
    const { catalogue } = await readTables(folder, { separator, quotes: false });
    expect(catalogue.items.map(({ title }) => title)).toEqual(['12" Vinyl', '"Heroes', 'Villains"']);
  });

  it.each([
    [', ', '{"id":1,"title":"A","kind":"Coffee, Tea"}', ['Coffee', 'Tea']],
    [';', '{"id":1,"title":"A","kind":"Coffee; Tea;"}', ['Coffee', 'Tea']],
    [', ', '{"id":1,"title":"A","kind":["Coffee, Tea"]}', ['Coffee, Tea']],
    ['|', '{"id":1,"title":"A","kind":"Coffee, Tea"}', ['Coffee, Tea']],
  ])('takes text apart at the list separator %j in JSON lines as in CSV: %s', async (listSeparator, row, kind) => {
    const folder = await writeFolder({ 'items.jsonl': `${row}\n`, 'interactions.csv': 'user,item\nu,1\n' });
    const data = await readTables(folder, { listSeparator, columns: { items: { attributes: ['kind'] } } });
    expect(data.catalogue.items[0].attributes).toEqual({ kind });
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
    ['a pair twice', rows('u,1,4,5\nv,1,4,5\nu,1,4,6\n'), 'interactions.csv', 4, 'which line 2 also has'],
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
    ['iso', '2024-02-30'],
    ['iso', '2023-02-29'],
    ['iso', '2024-00-10'],
    ['iso', '2024-04-31 10:00:00'],
    ['iso', '2024-01-01 25:00:00'],
    ['iso', '2024-01-01T24:00:00Z'],
    ['iso', '2024-01-01T10:60:00Z'],
    ['iso', '2024-01-01T10:00:61Z'],
    ['iso', '2024-01-01T10:00:00+25:00'],
    ['seconds', '1611532800000'],
    ['seconds', '1611532800000000000'],
    ['milliseconds', '1611532800'],
    ['milliseconds', '1611532800000000'],
    ['microseconds', '1611532800'],
    ['nanoseconds', '1611532800000'],
    ['iso', '14.11.2023'],
    ['iso', '2023-13-45'],
  ] as const)('times that are not in %s: %s', async (timeUnit, text) => {
    const folder = await writeFolder({ ...PLAIN, 'interactions.csv': `user,item,time\nu,1,${text}\n` });
    await expect(readTables(folder, { timeUnit })).rejects.toMatchObject({ name: 'DatasetError', line: 2 });
  });

  it('every day that does not exist, and reads every one that does', async () => {
    const part = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1970, max: 2100 }),
        part(14),
        part(33),
        part(26),
        async (year, month, day, hour) => {
          const folder = await writeFolder({
            ...PLAIN,
            'interactions.csv': `user,item,time\nu,1,${year}-${month}-${day} ${hour}:00:00\n`,
          });
          const written = `${year}-${month}-${day}T${hour}:00:00.000Z`;
          const time = Date.parse(written);
          const exists = Number.isFinite(time) && new Date(time).toISOString() === written;
          const reading = readTables(folder, { timeUnit: 'iso' });
          if (exists) expect((await reading).interactions.time).toEqual(Float64Array.of(time / 1000));
          else await expect(reading).rejects.toMatchObject({ name: 'DatasetError', line: 2 });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('numbers of another unit, and names it', async () => {
    const folder = await writeFolder({ ...PLAIN, 'interactions.csv': 'user,item,time\nu,1,1611532800000\n' });
    await expect(readTables(folder)).rejects.toThrow(
      /line 2: expected time: a time in seconds since 1970; found "1611532800000", which looks like milliseconds. Set timeUnit: 'milliseconds'/,
    );
  });

  it.each([
    [
      'no time after one',
      '{"user":"u","item":"1","time":100}\n{"user":"u","item":"2"}\n',
      /line 2: expected a time, as line 1 has; found none/,
    ],
    [
      'null for a time',
      '{"user":"u","item":"1","time":100}\n\n{"user":"u","item":"2","time":null}\n',
      /line 3: expected a time/,
    ],
    [
      'a time after none',
      '{"user":"u","item":"1"}\n{"user":"u","item":"2","time":5}\n',
      /line 2: expected no time; found one, where line 1 has none/,
    ],
    [
      'no value after one',
      '{"user":"u","item":"1","value":7}\n{"user":"u","item":"2"}\n',
      /line 2: expected a value, as line 1 has; found none/,
    ],
    ['a value after none', '{"user":"u","item":"1"}\n{"user":"u","item":"2","value":7}\n', /line 2: expected no value/],
    [
      'a time after none, of an item that is passed over',
      '{"user":"u","item":"1"}\n{"user":"u","item":"x","time":7}\n',
      /line 2: expected no time/,
    ],
  ])('columns of JSON lines that come and go: %s', async (_, rows, message) => {
    const folder = await writeFolder({ 'items.csv': PLAIN['items.csv'], 'interactions.jsonl': rows });
    await expect(readTables(folder, { unknownItems: 'skip' })).rejects.toThrow(message);
  });

  it.each([
    ['u,2,10', /interactions\.csv, line 2: expected a line end after the last line.*finalNewline: 'optional'/],
    ['u,2,', /value: how often/],
    ['u,2,100\nv,1', /columns/],
  ])('a CSV that may be cut in its last line: %j', async (rows, message) => {
    const folder = await writeFolder({ ...PLAIN, 'interactions.csv': `user,item,value\n${rows}` });
    await expect(readTables(folder)).rejects.toThrow(message);
  });

  it('an invalid separator', async () => {
    const folder = await writeFolder(PLAIN);
    for (const separator of ['', '"', '\n'])
      await expect(readTables(folder, { separator })).rejects.toThrow(/separator/);
    await expect(readTables(folder, { listSeparator: '' })).rejects.toThrow(/listSeparator/);
  });

  it('fields in JSON that are missing or no text', async () => {
    const read = async (item: string) =>
      readTables(await writeFolder({ 'items.jsonl': item, 'interactions.csv': PLAIN['interactions.csv'] }));
    await expect(read('{"id":1}\n')).rejects.toThrow(/a field "title"; found none/);
    await expect(read('{"id":1,"title":{"en":"x"}}\n')).rejects.toThrow(/title: text or a number/);
    await expect(read('[]\n')).rejects.toThrow(/one JSON object per line; found a list/);
  });

  it('a folder without tables, and an invalid scale', async () => {
    const folder = await writeFolder({});
    expect(await isTables(folder)).toBe(false);
    await expect(readTables(folder)).rejects.toThrow(/a file items.csv or items.jsonl; found none.*option items/);
    await expect(readTables(folder, { scale: [5, 1] })).rejects.toThrow(/scale: expected two finite numbers/);
  });

  it.each<[string, object, RegExp]>([
    ['timeUnit', { timeUnit: 's' }, /^timeUnit: expected 'seconds' or 'milliseconds' or .*; found "s"/],
    ['duplicates', { duplicates: 'first' }, /^duplicates: expected 'refuse' or 'last'; found "first"/],
    ['unknownItems', { unknownItems: 'drop' }, /^unknownItems: expected 'refuse' or 'skip'; found "drop"/],
    ['finalNewline', { finalNewline: 'maybe' }, /^finalNewline: expected 'required' or 'optional'/],
    ['quotes', { quotes: 'no' }, /^quotes: expected true or false/],
    ['separator', { separator: 5 }, /^separator: /],
    ['listSeparator', { listSeparator: 5 }, /^listSeparator: /],
    ['items', { items: 5 }, /^items: expected a path/],
    ['scale', { scale: null }, /^scale: expected two finite numbers/],
    ['scale', { scale: [0, 1e39] }, /^scale: expected two finite numbers in single precision/],
    ['columns', { columns: null }, /^columns: /],
    ['columns.items', { columns: { items: 'id' } }, /^columns.items: /],
    ['columns.items.id', { columns: { items: { id: 5 } } }, /^columns.items.id: /],
    ['columns.items.attributes', { columns: { items: { attributes: ['a', 'a'] } } }, /found "a" twice/],
    ['columns.items.attributes', { columns: { items: { attributes: 'a' } } }, /a list of columns' names/],
    [
      'columns.interactions.item',
      { columns: { interactions: { user: 'item' } } },
      /expected a column of its own: .*found "item", the column of user/,
    ],
  ])('options that it does not know: %s', async (option, options, message) => {
    const reading = readTables(await writeFolder(PLAIN), options);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'InvalidOptionError', option });
  });

  it('what is no path, and what are no options', async () => {
    const folder = await writeFolder(PLAIN);
    await expect(readTables({} as never)).rejects.toMatchObject({ name: 'InvalidOptionError', option: 'folder' });
    await expect(readTables(folder, null as never)).rejects.toMatchObject({ option: 'options' });
    await expect(readItemTable(null as never)).rejects.toMatchObject({ name: 'InvalidOptionError', option: 'path' });
    await expect(readItemTable(folder, null as never)).rejects.toMatchObject({ option: 'options' });
  });

  it('values that single precision does not hold', async () => {
    const read = async (value: string) =>
      readTables(await writeFolder({ ...PLAIN, 'interactions.csv': `user,item,value\nu,1,${value}\n` }));
    await expect(read('1e39')).rejects.toThrow(/line 2: expected value: .* a number from 0 to 3.4e38; found "1e39"/);
    expect((await read('3e38')).interactions.value).toEqual(Float32Array.of(3e38));
    const priors = { ...PLAIN, 'items.csv': 'id,title,sold\n1,One,1e39\n2,Two,1\n' };
    await expect(readTables(await writeFolder(priors), { columns: { items: { prior: 'sold' } } })).rejects.toThrow(
      /found "1e39"/,
    );
  });

  it.each([
    [
      '{"user":1,"item":"a"}\n{"user":"1","item":"a"}\n',
      /line 2: expected user: a number, as in line 1; found "1", text/,
    ],
    [
      '{"user":"1","item":"a"}\n{"user":1,"item":"a"}\n',
      /line 2: expected user: text, as in line 1; found 1, a number/,
    ],
    ['{"user":true,"item":"a"}\n', /line 1: expected user: an id, as text or as a number; found "true"/],
    ['{"user":"u","item":false}\n', /line 1: expected item: an id/],
  ])('ids of more than one kind in JSON lines: %s', async (rows, message) => {
    const folder = await writeFolder({ 'items.csv': 'id,title\na,A\n', 'interactions.jsonl': rows });
    await expect(readTables(folder)).rejects.toThrow(message);
    await expect(readTables(folder)).rejects.toMatchObject({ name: 'DatasetError' });
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
    await expect(readItemTable(join(folder, 'items.csv'))).rejects.toThrow(/items\.csv.*3.*which line 2 also has/s);
    await expect(readItemTable(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv/);
  });
});

describe('advice fits what is wrong', () => {
  it('of a file that is not there: its path, not its columns', async () => {
    const error: unknown = await readItemTable('none.csv').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'DatasetError', found: 'no such file' });
    expect((error as Error).message).toMatch(/Check the path\. It is relative to /);
    expect((error as Error).message).not.toMatch(/columns/);
  });

  it('of columns with another separator: the option separator', async () => {
    const folder = await writeFolder({ 'items.csv': 'id;title\n1;One\n', 'other.csv': 'a;b\n1;2\n' });
    await expect(readItemTable(`${folder}/items.csv`)).rejects.toThrow(
      'The columns are separated by ";": set separator: ";".',
    );
    expect((await readItemTable(`${folder}/items.csv`, { separator: ';' })).items).toHaveLength(1);
    await expect(readItemTable(`${folder}/other.csv`)).rejects.toThrow(/name its columns in the option columns/);
  });
});

describe('ratings that look like implicit feedback', () => {
  const items = 'id,title\na,A\nb,B\n';
  const read = async (interactions: string, options: object = {}) =>
    readTables(await writeFolder({ 'items.csv': items, 'interactions.csv': interactions }), options);
  const stars = (rows: number): string =>
    `user,item,value\n${Array.from({ length: rows }, (_, k) => `u${k},${'ab'[k % 2]},${1 + (k % 5)}\n`).join('')}`;
  /** The warnings while a table is read. */
  const warningsOf = async (table: string, options: object = {}): Promise<string[]> => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await read(table, options);
    const messages = emit.mock.calls.map(([message]) => String(message));
    emit.mockRestore();
    return messages;
  };

  it.each(['rating', 'Ratings', 'star', 'STARS', 'score'])('a column %s is not ignored', async (name) => {
    await expect(read(`user,item,${name}\nu,a,5\n`)).rejects.toThrow(
      `found a column "${name}", which would be ignored. Set columns: { interactions: { value: '${name}' } }`,
    );
  });

  it('such a column may be read, or stand beside the value', async () => {
    expect(
      (await read('user,rating\nu,a\n', { columns: { interactions: { item: 'rating' } } })).interactions.users,
    ).toBe(1);
    expect((await read('user,item,value,score\nu,a,7,2\n')).interactions.value).toEqual(Float32Array.of(7));
  });

  it('values of 1 to 5 are read with a warning, unless the options say what they are', async () => {
    expect(await warningsOf(stars(20))).toEqual([
      expect.stringMatching(/values look like ratings from 1 to 5: set scale: \[1, 5\], or feedback: 'implicit'/),
    ]);
    expect(await warningsOf(stars(19))).toEqual([]);
    expect(await warningsOf(stars(20).replace(',5\n', ',6\n'))).toEqual([]);
    expect(await warningsOf(stars(20).replace(/,\d\n/g, ',1\n'))).toEqual([]);
    expect(await warningsOf(stars(20), { feedback: 'implicit' })).toEqual([]);
    expect(await warningsOf(stars(20), { scale: [1, 5] })).toEqual([]);
  });

  it('a misspelt option or column is refused', async () => {
    await expect(read(stars(2), { scales: [1, 5] })).rejects.toThrow(
      /options: expected only the options .*found "scales"/,
    );
    await expect(read(stars(2), { columns: { id: 'sku' } })).rejects.toThrow(
      /columns\.id: expected only items and interactions/,
    );
    await expect(read(stars(2), { columns: { interactions: { rating: 'value' } } })).rejects.toThrow(
      /columns\.interactions\.rating: expected only user, item, value and time/,
    );
    await expect(read(stars(2), { feedback: 'implicit', scale: [1, 5] })).rejects.toThrow(/scale: expected no scale/);
    await expect(read(stars(2), { feedback: 'explicit' })).rejects.toThrow(/feedback: expected 'implicit'/);
  });

  it('the remedy names the option that helps', async () => {
    await expect(read('user,item\nu,c\n')).rejects.toThrow(/or set unknownItems: 'skip'\./);
    await expect(read('user,item,value\nanne,a,5\nanne,a,4\n', { scale: [1, 5] })).rejects.toThrow(
      /user anne and item a, which line 2 also has.*set duplicates: 'last'/,
    );
    await expect(read('user,item,time\nu,a,2021-01-01\n')).rejects.toThrow(/Set timeUnit: 'iso'\./);
  });
});
