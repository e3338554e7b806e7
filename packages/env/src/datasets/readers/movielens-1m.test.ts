import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { isMovieLens1m, readMovieLens1m } from './movielens-1m.js';

const MOVIES = [
  "2::Paper Moths (1991)::Animation|Children's|Comedy",
  '5::Quiet Tailors, The (1988)::Film-Noir|Sci-Fi',
  '9::Étoiles, Les (Stars, The) (1994)::Drama',
  '',
].join('\n');
/** Made-up data in the published format. */
const FILES = {
  'movies.dat': Buffer.from(MOVIES, 'latin1'),
  'ratings.dat':
    '1::9::3::978300000\n1::2::5::978300001\n4::5::1::1020000000\n4::2::4::1010000000\n12::5::2::960000000\n',
  'users.dat': '1::F::1::10::00000\n4::M::56::16::00000-0000\n8::M::25::15::00000\n12::M::35::7::00000\n',
};
type Files = Record<string, string | Uint8Array>;

function folderWith(changes: Files = {}): Promise<string> {
  return writeFolder({ ...FILES, ...changes });
}

describe('readMovieLens1m', () => {
  it('reads ratings, with users in the order of their numbers and items in the order of movies.dat', async () => {
    const data = await readMovieLens1m(await folderWith());
    expectSound(data);
    expect(data).toMatchObject({ name: 'movielens-1m', feedback: 'explicit', order: 'time' });
    expect(data.userIds).toEqual(['1', '4', '12']);
    expect(data.interactions).toEqual({
      users: 3,
      user: Int32Array.of(0, 0, 1, 1, 2),
      item: Int32Array.of(2, 0, 1, 0, 1),
      value: Float32Array.of(3, 5, 1, 4, 2),
      time: Float64Array.of(978300000, 978300001, 1020000000, 1010000000, 960000000),
      scale: [1, 5],
    });
    expect(data.split.by).toBe('user-order');
    expect(data.catalogue.prior).toBeUndefined();
  });

  it('describes films in words', async () => {
    const { catalogue } = await readMovieLens1m(await folderWith());
    expect(catalogue.items).toEqual([
      {
        id: '2',
        title: 'Paper Moths',
        text: "Paper Moths, an animation, children's and comedy film of 1991",
        attributes: { genre: ['Animation', "Children's", 'Comedy'], year: ['1991'] },
      },
      {
        id: '5',
        title: 'The Quiet Tailors',
        text: 'The Quiet Tailors, a film noir and science fiction film of 1988',
        attributes: { genre: ['Film-Noir', 'Sci-Fi'], year: ['1988'] },
      },
      {
        id: '9',
        title: 'Les Étoiles (The Stars)',
        text: 'Les Étoiles (The Stars), a drama film of 1994',
        attributes: { genre: ['Drama'], year: ['1994'] },
      },
    ]);
  });

  it('reads what is known of users who rated', async () => {
    const { userFeatures } = await readMovieLens1m(await folderWith());
    const names = userFeatures?.names ?? [];
    expect(names).toEqual([
      ...['age:under 18', 'age:18-24', 'age:25-34', 'age:35-44', 'age:45-49', 'age:50-55', 'age:56 and over'],
      ...['gender:F', 'gender:M'],
      ...['occupation:K-12 student', 'occupation:executive/managerial', 'occupation:self-employed'],
    ]);
    const flags = [0, 1, 2].map((user) => {
      return names.filter((_, column) => userFeatures?.values[user * names.length + column] === 1);
    });
    expect(flags).toEqual([
      ['age:under 18', 'gender:F', 'occupation:K-12 student'],
      ['age:56 and over', 'gender:M', 'occupation:self-employed'],
      ['age:35-44', 'gender:M', 'occupation:executive/managerial'],
    ]);
  });

  it('reads files that are gzipped and named so', async () => {
    const packed = Object.entries(FILES).map(([name, text]) => [`${name}.gz`, gzipSync(text)]);
    const folder = await writeFolder(Object.fromEntries(packed));
    expect(await isMovieLens1m(folder)).toBe(true);
    expect(await readMovieLens1m(folder)).toEqual(await readMovieLens1m(await folderWith()));
  });

  it('does without the last line end where the zip code is last, which is not read', async () => {
    const cut = await readMovieLens1m(await folderWith({ 'users.dat': FILES['users.dat'].trimEnd().slice(0, -3) }));
    expect(cut).toEqual(await readMovieLens1m(await folderWith()));
  });
});

const rating = (line: string): Files => ({ 'ratings.dat': `${FILES['ratings.dat']}${line}` });
const film = (line: string): Files => ({ 'movies.dat': Buffer.from(`${MOVIES}${line}`, 'latin1') });
const user = (line: string): Files => ({ 'users.dat': `${FILES['users.dat']}${line}` });

describe('readMovieLens1m refuses', () => {
  it.each<[string, Files, string, number | undefined, string]>([
    ['too few columns', rating('12::2::3\n'), 'ratings.dat', 6, 'expected 4 columns separated by ::; found 3.'],
    ['an empty line', rating('\n12::2::3::960000000\n'), 'ratings.dat', 6, '4 columns separated by ::; found 1.'],
    ['another separator', { 'ratings.dat': '1\t9\t3\t978300000\n' }, 'ratings.dat', 1, 'separated by ::; found 1.'],
    ['half a star', rating('12::2::3.5::960000000\n'), 'ratings.dat', 6, 'a rating from 1 to 5; found "3.5".'],
    ['a rating of 0', rating('12::2::0::960000000\n'), 'ratings.dat', 6, 'a rating from 1 to 5; found "0".'],
    ['an unknown film', rating('12::3::3::960000000\n'), 'ratings.dat', 6, 'an item in movies.dat; found "3".'],
    ['a user who is no number', rating('x::2::3::960000000\n'), 'ratings.dat', 6, 'a user number of at least 1'],
    ['an invalid time', rating('12::2::3::\n'), 'ratings.dat', 6, 'a time in seconds since 1970; found "".'],
    ['a pair twice', rating('4::5::3::960000009\n'), 'ratings.dat', 6, 'user 4 and item 5, which line 3 also has.'],
    ['a missing line end', rating('12::2::3::960000000'), 'ratings.dat', 6, 'a line end after the last line; found'],
    ['a line cut in the time', rating('12::2::3::9600'), 'ratings.dat', 6, 'the file may have been cut short.'],
    ['a line cut between columns', rating('12::2:'), 'ratings.dat', 6, 'expected 4 columns separated by ::; found 2.'],
    ['an empty file', { 'ratings.dat': '' }, 'ratings.dat', undefined, 'found an empty file.'],
    ['a film twice', film('5::Again (1990)::Drama\n'), 'movies.dat', 4, 'found item 5, which line 2 also has.'],
    ['a film without a number', film('x::Last (1990)::Drama\n'), 'movies.dat', 4, 'an item number of at least 1'],
    ['a film without a title', film('50:: ::Drama\n'), 'movies.dat', 4, 'expected a title; found none.'],
    ['a film without genres', film('50::Last (1990)::\n'), 'movies.dat', 4, 'genres separated by |; found "".'],
    ['genres that may be cut', film('50::Last (1990)::Dra'), 'movies.dat', 4, 'a line end after the last line'],
    ['a user twice', user('4::M::25::0::00000\n'), 'users.dat', 5, 'expected a new user; found user 4'],
    ['an age that is no group', user('50::M::30::0::00000\n'), 'users.dat', 5, 'an age group of 1, 18, 25'],
    ['an invalid gender', user('50::m::25::0::00000\n'), 'users.dat', 5, 'a gender of F or M; found "m".'],
    ['an occupation of 21', user('50::M::25::21::00000\n'), 'users.dat', 5, 'an occupation from 0 to 20; found "21".'],
    ['a user without a line', rating('13::2::3::960000000\n'), 'users.dat', undefined, 'found none for user 13.'],
  ])('%s', async (_name, changes, file, line, message) => {
    const folder = await folderWith(changes);
    const reading = readMovieLens1m(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, file),
      line,
      remedy: expect.stringMatching(/download ml-1m\.zip again/i),
    });
  });

  it.each(Object.keys(FILES))('a folder without %s', async (name) => {
    const folder = await folderWith();
    await rm(join(folder, name));
    expect(await isMovieLens1m(folder)).toBe(false);
    await expect(readMovieLens1m(folder)).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, name),
      found: 'no such file',
    });
  });
});

it('readMovieLens1m reads damaged files rightly or not at all', async () => {
  await expectDamageHeeded(readMovieLens1m, FILES, {
    'movies.dat': { separator: '::', encoding: 'latin1', unique: true, number: 0 },
    'ratings.dat': { separator: '::', unique: true, number: 2, references: [1] },
    'users.dat': { separator: '::', unique: true, number: 2 },
  });
});

describe('the published MovieLens 1M', () => {
  it('has the counts of its documentation', async (context) => {
    const folder = realData('ml-1m');
    if (!(await isMovieLens1m(folder))) {
      context.skip(`MovieLens 1M is not at ${folder}; name its parent folder in IALP_DATA`);
    }
    const data = await readMovieLens1m(folder);
    expectSound(data);
    expect(data.catalogue.items).toHaveLength(3883);
    expect(data.interactions.users).toBe(6040);
    expect(data.interactions.value).toHaveLength(1_000_209);
  });
});
