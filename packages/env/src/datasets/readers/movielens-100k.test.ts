import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { isMovieLens100k, readMovieLens100k } from './movielens-100k.js';

const GENRES = ['unknown', 'Action', 'Adventure', 'Animation', "Children's", 'Comedy', 'Crime', 'Documentary', 'Drama'];
const MORE_GENRES = ['Fantasy', 'Film-Noir', 'Horror', 'Musical', 'Mystery', 'Romance', 'Sci-Fi', 'Thriller', 'War'];
const ALL_GENRES = [...GENRES, ...MORE_GENRES, 'Western'];

/** Made-up data in the published format. */
const FILES = {
  'u.genre': `${ALL_GENRES.map((name, index) => `${name}|${index}`).join('\n')}\n\n`,
  'u.item': [
    itemLine(1, 'Paper Moths (1991)', '01-Jan-1991', ['Animation', "Children's", 'Comedy']),
    itemLine(2, 'Quiet Tailors, The (1988)', '04-Apr-1997', ['Film-Noir', 'Sci-Fi']),
    itemLine(3, 'Étoiles, Les (1994)', '', []),
    itemLine(5, 'unknown', '', ['unknown']),
    itemLine(8, 'Untold', ' 4-Feb-1971', ['Drama']),
  ].join('\n'),
  'u.data': ['30\t1\t5\t880000000', '7\t8\t1\t880000003', '30\t3\t2\t880000001', '100\t1\t4\t879999999'].join('\n'),
  'u.info': '3 users\n5 items\n4 ratings\n',
};
type Files = Record<string, string | Uint8Array>;

function itemLine(id: number, title: string, date: string, genres: readonly string[]): string {
  const flags = ALL_GENRES.map((name) => (genres.includes(name) ? '1' : '0'));
  return [id, title, date, '', 'http://example.org/', ...flags].join('|');
}

function folderWith(changes: Files = {}): Promise<string> {
  return writeFolder({ ...FILES, 'u.item': Buffer.from(FILES['u.item'], 'latin1'), ...changes });
}

describe('readMovieLens100k', () => {
  it('reads the titles of files that were saved as UTF-8, and of the publisher', async () => {
    const titles = async (item: Uint8Array) => {
      return (await readMovieLens100k(await folderWith({ 'u.item': item }))).catalogue.items.map(({ title }) => title);
    };
    const published = await titles(Buffer.from(FILES['u.item'], 'latin1'));
    expect(published).toContainEqual(expect.stringContaining('Étoiles'));
    expect(await titles(Buffer.from(FILES['u.item'], 'utf-8'))).toEqual(published);
  });

  it('reads ratings, with users in the order of their numbers and items in the order of u.item', async () => {
    const { name, feedback, order, userIds, interactions, split } = await readMovieLens100k(await folderWith());
    expect({ name, feedback, order }).toEqual({ name: 'movielens-100k', feedback: 'explicit', order: 'time' });
    expect(userIds).toEqual(['7', '30', '100']);
    expect(interactions).toEqual({
      users: 3,
      user: Int32Array.of(1, 0, 1, 2),
      item: Int32Array.of(0, 4, 2, 0),
      value: Float32Array.of(5, 1, 2, 4),
      time: Float64Array.of(880000000, 880000003, 880000001, 879999999),
      scale: [1, 5],
    });
    expect(split.by).toBe('user-order');
  });

  it('reads what is known of users, where it is there', async () => {
    const users = '100|12|F|student|0\n7|60|M|writer|0\n8|30|M|lawyer|0\n30|24|M|student|0\n';
    const { userFeatures } = await readMovieLens100k(await folderWith({ 'u.user': users }));
    expect(userFeatures?.names.slice(-4)).toEqual(['gender:F', 'gender:M', 'occupation:student', 'occupation:writer']);
    const flags = [0, 1, 2].map((user) => {
      return userFeatures?.names.filter((_, k) => userFeatures.values[user * userFeatures.names.length + k] === 1);
    });
    expect(flags).toEqual([
      ['age:56 and over', 'gender:M', 'occupation:writer'],
      ['age:18-24', 'gender:M', 'occupation:student'],
      ['age:under 18', 'gender:F', 'occupation:student'],
    ]);
    expect((await readMovieLens100k(await folderWith())).userFeatures).toBeUndefined();
  });

  it('describes items in words', async () => {
    const { catalogue } = await readMovieLens100k(await folderWith());
    expect(catalogue.items).toEqual([
      {
        id: '1',
        title: 'Paper Moths',
        text: "Paper Moths, an animation, children's and comedy film of 1991",
        attributes: { genre: ['Animation', "Children's", 'Comedy'], year: ['1991'] },
      },
      {
        id: '2',
        title: 'The Quiet Tailors',
        text: 'The Quiet Tailors, a film noir and science fiction film of 1988',
        attributes: { genre: ['Film-Noir', 'Sci-Fi'], year: ['1988'] },
      },
      {
        id: '3',
        title: 'Les Étoiles',
        text: 'Les Étoiles, a film of 1994',
        attributes: { genre: [], year: ['1994'] },
      },
      { id: '5', title: 'unknown', text: 'unknown, a film', attributes: { genre: [], year: [] } },
      {
        id: '8',
        title: 'Untold',
        text: 'Untold, a drama film of 1971',
        attributes: { genre: ['Drama'], year: ['1971'] },
      },
    ]);
    expect(catalogue.prior).toBeUndefined();
  });

  it('reads Windows line endings and byte-order marks', async () => {
    const plain = await readMovieLens100k(await folderWith());
    const windows = Object.entries(FILES).map(([name, text]) => [name, `\ufeff${text.replaceAll('\n', '\r\n')}`]);
    expect(await readMovieLens100k(await writeFolder(Object.fromEntries(windows)))).toEqual(plain);
  });

  it.each([
    ['a line end at the end', { 'u.data': `${FILES['u.data']}\n` }],
    ['empty lines at the end', { 'u.data': `${FILES['u.data']}\n\n` }],
    ['more ratings than u.info counts', { 'u.data': `${FILES['u.data']}\n7\t1\t3\t880000009\n` }],
  ])('takes %s', async (_name, changes: Files) => {
    const { interactions } = await readMovieLens100k(await folderWith(changes));
    expect(Array.from(interactions.value).slice(0, 4)).toEqual([5, 1, 2, 4]);
  });

  it('does without u.info', async () => {
    const folder = await folderWith();
    await rm(join(folder, 'u.info'));
    expect((await readMovieLens100k(folder)).interactions.value).toHaveLength(4);
  });
});

it('readMovieLens100k reads files that are gzipped and named so, and names them where they are damaged', async () => {
  const files = { ...FILES, 'u.item': Buffer.from(FILES['u.item'], 'latin1') };
  const packed = Object.entries(files).map(([name, content]) => [`${name}.gz`, gzipSync(content)]);
  const folder = await writeFolder(Object.fromEntries(packed));
  expect(await isMovieLens100k(folder)).toBe(true);
  expect(await readMovieLens100k(folder)).toEqual(await readMovieLens100k(await folderWith()));
  await writeFile(join(folder, 'u.info'), '9 ratings\n');
  await expect(readMovieLens100k(folder)).rejects.toMatchObject({ file: join(folder, 'u.data.gz') });
});

const data = (line: string) => ({ 'u.data': `${FILES['u.data']}\n${line}\n` });
const cutData = (line: string) => ({ 'u.data': `${FILES['u.data']}\n${line}` });
const item = (line: string) => ({ 'u.item': Buffer.from(`${FILES['u.item']}\n${line}\n`, 'latin1') });

describe('readMovieLens100k refuses', () => {
  it.each<[string, Files, string, number | undefined, string]>([
    ['too few columns', data('7\t1\t3'), 'u.data', 5, 'expected 4 columns separated by tabs; found 3.'],
    ['too many columns', data('7\t1\t3\t880000000\t'), 'u.data', 5, 'expected 4 columns separated by tabs; found 5.'],
    ['an empty line', data('\n7\t1\t3\t880000000'), 'u.data', 5, 'expected 4 columns separated by tabs; found 1.'],
    [
      'a rating that is no number',
      data('7\t1\tNaNrating\t880000000'),
      'u.data',
      5,
      'a rating from 1 to 5; found "NaNrating".',
    ],
    ['a rating of NaN', data('7\t1\tNaN\t880000000'), 'u.data', 5, 'a rating from 1 to 5; found "NaN".'],
    ['a negative rating', data('7\t1\t-1\t880000000'), 'u.data', 5, 'a rating from 1 to 5; found "-1".'],
    ['a rating of 0', data('7\t1\t0\t880000000'), 'u.data', 5, 'a rating from 1 to 5; found "0".'],
    ['a rating of 6', data('7\t1\t6\t880000000'), 'u.data', 5, 'a rating from 1 to 5; found "6".'],
    ['a rating between', data('7\t1\t3.5\t880000000'), 'u.data', 5, 'a rating from 1 to 5; found "3.5".'],
    ['an unknown item', data('7\t4\t3\t880000000'), 'u.data', 5, 'the number of an item in u.item; found "4".'],
    ['a user who is no number', data('x\t1\t3\t880000000'), 'u.data', 5, 'a user number of at least 1; found "x".'],
    ['user 0', data('0\t1\t3\t880000000'), 'u.data', 5, 'a user number of at least 1; found "0".'],
    ['a time that is no number', data('7\t1\t3\t'), 'u.data', 5, 'a time in seconds since 1970; found "".'],
    ['a pair twice', data('30\t3\t3\t880000009'), 'u.data', 5, 'found user 30 and item 3, which line 3 also has.'],
    ['a file cut in a column', cutData('7\t1\t3\t8800'), 'u.data', 5, 'it was cut short.'],
    ['a file cut between columns', cutData('7\t1\t'), 'u.data', 5, 'it was cut short.'],
    ['a file cut before a number', cutData('7\t1\t3\t'), 'u.data', 5, 'it was cut short.'],
    [
      'a user without a line',
      { 'u.user': '7|60|M|writer|0\n30|24|M|student|0\n' },
      'u.user',
      undefined,
      'expected a line for each user who rated; found none for user 100.',
    ],
    [
      'an age that is not a number',
      { 'u.user': '7|old|M|writer|0\n' },
      'u.user',
      1,
      'an age in years, from 0 to 120; found "old".',
    ],
    [
      'a user twice',
      { 'u.user': '7|60|M|writer|0\n7|61|M|writer|0\n' },
      'u.user',
      2,
      'expected a new user; found user 7, whom an earlier line also has.',
    ],
    ['a user of no occupation', { 'u.user': '7|60|M||0\n' }, 'u.user', 1, 'expected an occupation; found none.'],
    ['a line cut in the first time', { 'u.data': '30\t1\t5\t8800' }, 'u.data', 1, 'a time of at least 9 digits'],
    ['an invalid gender', { 'u.user': '7|60|X|writer|0\n' }, 'u.user', 1, 'a gender of F or M; found "X".'],
    [
      'fewer ratings than u.info counts',
      { 'u.info': '3 users\n5 items\n9 ratings\n' },
      'u.data',
      undefined,
      'expected 9 ratings, as u.info beside it says; found 4 ratings.',
    ],
    [
      'fewer items than u.info counts',
      { 'u.info': '3 users\n6 items\n4 ratings\n' },
      'u.item',
      undefined,
      'expected 6 items, as u.info beside it says; found 5 items.',
    ],
    ['an invalid info file', { 'u.info': 'many users\n' }, 'u.info', 1, 'a count, such as 943 users; found "many".'],
    ['an empty data file', { 'u.data': '' }, 'u.data', undefined, 'found an empty file.'],
    [
      'an item with too few columns',
      item('9|Short (1990)|01-Jan-1990'),
      'u.item',
      6,
      '24 columns separated by |; found 3.',
    ],
    ['an item twice', item(itemLine(2, 'Again (1990)', '', [])), 'u.item', 6, 'found item 2, which line 2 also has.'],
    ['an item without a number', item(itemLine(Number.NaN, 'None (1990)', '', [])), 'u.item', 6, 'found "NaN".'],
    ['an item without a title', item(itemLine(9, ' ', '', [])), 'u.item', 6, 'expected a title; found none.'],
    [
      'a flag of 2',
      item(itemLine(9, 'Flagged (1990)', '', ['Western']).replace(/1$/, '2')),
      'u.item',
      6,
      'a genre flag of 0 or 1; found "2".',
    ],
    [
      'genres out of order',
      { 'u.genre': 'unknown|0\nAction|2\n' },
      'u.genre',
      2,
      'the genre with number 1; found "2".',
    ],
    ['too few genres', { 'u.genre': 'unknown|0\nAction|1\n' }, 'u.genre', undefined, 'expected 19 genres; found 2.'],
  ])('%s', async (_name, changes, file, line, message) => {
    const folder = await folderWith(changes);
    const reading = readMovieLens100k(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', file: join(folder, file) });
    await expect(reading).rejects.toHaveProperty('remedy', expect.stringContaining('Download ml-100k.zip again'));
    if (line !== undefined) await expect(reading).rejects.toHaveProperty('line', line);
  });

  it.each(['u.data', 'u.item', 'u.genre'])('a folder without %s', async (name) => {
    const folder = await folderWith();
    await rm(join(folder, name));
    await expect(readMovieLens100k(folder)).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, name),
      found: 'no such file',
    });
  });
});

it('readMovieLens100k reads damaged files rightly or not at all', async () => {
  const files = {
    'u.genre': `${FILES['u.genre'].trimEnd()}\n`,
    'u.item': Buffer.from(`${FILES['u.item']}\n`, 'latin1'),
    'u.data': `${FILES['u.data']}\n`,
    'u.user': '7|60|M|writer|0\n30|24|M|student|0\n100|12|F|student|0\n',
  };
  await expectDamageHeeded(readMovieLens100k, files, {
    'u.genre': { separator: '|', unique: true, number: 1 },
    'u.item': { separator: '|', encoding: 'latin1', unique: true, number: 7 },
    'u.data': { separator: '\t', unique: true, number: 2, references: [1] },
    'u.user': { separator: '|', unique: true, number: 1 },
  });
});

describe('isMovieLens100k', () => {
  it('knows the data set by u.data and u.item', async () => {
    const folder = await folderWith();
    expect(await isMovieLens100k(folder)).toBe(true);
    await rm(join(folder, 'u.item'));
    expect(await isMovieLens100k(folder)).toBe(false);
    expect(await isMovieLens100k(join(folder, 'nowhere'))).toBe(false);
  });
});

describe('the published MovieLens 100K', () => {
  it('has the counts of its documentation', async (context) => {
    const folder = realData('ml-100k');
    if (!(await isMovieLens100k(folder))) {
      context.skip(`MovieLens 100K is not at ${folder}; name its parent folder in IALP_DATA`);
    }
    const data = await readMovieLens100k(folder);
    expectSound(data);
    const { catalogue, interactions: ratings, split, userFeatures } = data;
    expect(catalogue.items).toHaveLength(1682);
    expect(ratings.users).toBe(943);
    expect(ratings.value).toHaveLength(100_000);
    expect(split.train.length + split.test.length).toBe(100_000);
    expect(userFeatures?.values.reduce((sum, flag) => sum + flag, 0)).toBe(3 * 943);
    // GroupLens' own summary: everybody rated at least 20 films.
    const perUser = new Int32Array(943);
    for (const user of ratings.user) perUser[user]++;
    expect(Math.min(...perUser)).toBe(20);
    // The mean that the literature gives.
    expect(ratings.value.reduce((sum, value) => sum + value, 0) / 100_000).toBeCloseTo(3.52986, 5);
    expect(new Date(1000 * ratings.time!.reduce((a, b) => Math.min(a, b))).toISOString()).toMatch(/^1997-09-/);
    expect(new Date(1000 * ratings.time!.reduce((a, b) => Math.max(a, b))).toISOString()).toMatch(/^1998-04-/);
    const [toyStory] = catalogue.items;
    expect(toyStory.text).toBe("Toy Story, an animation, children's and comedy film of 1995");
    expect(catalogue.items[266]).toMatchObject({ title: 'unknown', attributes: { genre: [], year: [] } });
    expect(catalogue.items.filter((film) => film.attributes['year'].length === 0)).toHaveLength(1);
    expect(catalogue.items.filter((film) => /, (The|A|An|La|Les?|L')( \(|$)/.test(film.title))).toEqual([]);
    expect(catalogue.items.some((film) => film.title === 'Les Misérables')).toBe(true);
  });
});
