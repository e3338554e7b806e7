import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { isMovieLensLatest, readMovieLensLatest } from './movielens-latest.js';

/** Made-up data in the published format. */
const FILES = {
  'movies.csv': [
    'movieId,title,genres',
    '2,Paper Moths (1991),Animation|Children|Comedy',
    '5,"Quiet Tailors, The (1988)",Film-Noir|Sci-Fi',
    '9,"""Étoiles"", Les",(no genres listed)',
    '40,Untold (1971) ,IMAX',
    '',
  ].join('\n'),
  'ratings.csv': [
    'userId,movieId,rating,timestamp',
    '7,2,4.0,1100000000',
    '7,5,0.5,1100000002',
    '30,2,5.0,990000000',
    '30,9,3.5,989999999',
    '100,5,2.0,1500000000',
    '',
  ].join('\n'),
  'tags.csv': [
    'userId,movieId,tag,timestamp',
    '7,2,Moths,1100000000',
    '30,2, moths ,1100000000',
    '30,2,slow,1100000001',
    '30,2,paper,1100000001',
    '31,2,dusk,1100000001',
    '7,40,"long, and quiet",1100000000',
    '7,5, ,1100000000',
    '',
  ].join('\n'),
};
type Files = Record<string, string | Uint8Array>;

function folderWith(changes: Files = {}): Promise<string> {
  return writeFolder({ ...FILES, ...changes });
}

describe('readMovieLensLatest', () => {
  it('reads ratings, with users in the order of their numbers and items in the order of movies.csv', async () => {
    const data = await readMovieLensLatest(await folderWith());
    expectSound(data);
    expect(data).toMatchObject({ name: 'movielens-latest', feedback: 'explicit', order: 'time' });
    expect(data.userIds).toEqual(['7', '30', '100']);
    expect(data.interactions).toEqual({
      users: 3,
      user: Int32Array.of(0, 0, 1, 1, 2),
      item: Int32Array.of(0, 1, 0, 2, 1),
      value: Float32Array.of(4, 0.5, 5, 3.5, 2),
      time: Float64Array.of(1100000000, 1100000002, 990000000, 989999999, 1500000000),
      scale: [0.5, 5],
    });
    expect(data.split).toMatchObject({ by: 'user-order', train: Int32Array.of(0, 1, 2, 3, 4) });
    expect(data.userFeatures).toBeUndefined();
    expect(data.catalogue.prior).toBeUndefined();
  });

  it('describes films in words, with the tags that most users gave', async () => {
    const { catalogue } = await readMovieLensLatest(await folderWith());
    expect(catalogue.items).toEqual([
      {
        id: '2',
        title: 'Paper Moths',
        text: "Paper Moths, an animation, children's and comedy film of 1991, tagged moths, dusk and paper",
        attributes: {
          genre: ['Animation', 'Children', 'Comedy'],
          year: ['1991'],
          tag: ['moths', 'dusk', 'paper', 'slow'],
        },
      },
      {
        id: '5',
        title: 'The Quiet Tailors',
        text: 'The Quiet Tailors, a film noir and science fiction film of 1988',
        attributes: { genre: ['Film-Noir', 'Sci-Fi'], year: ['1988'], tag: [] },
      },
      {
        id: '9',
        title: 'Les "Étoiles"',
        text: 'Les "Étoiles", a film',
        attributes: { genre: [], year: [], tag: [] },
      },
      {
        id: '40',
        title: 'Untold',
        text: 'Untold, an IMAX film of 1971, tagged long, and quiet',
        attributes: { genre: ['IMAX'], year: ['1971'], tag: ['long, and quiet'] },
      },
    ]);
  });

  it('does without tags.csv', async () => {
    const folder = await folderWith();
    await rm(join(folder, 'tags.csv'));
    const { catalogue } = await readMovieLensLatest(folder);
    expect(catalogue.items[0]).toMatchObject({
      text: "Paper Moths, an animation, children's and comedy film of 1991",
      attributes: { genre: ['Animation', 'Children', 'Comedy'], year: ['1991'] },
    });
    expect(catalogue.items[0].attributes).not.toHaveProperty('tag');
  });

  it('reads files that are gzipped and named so', async () => {
    const packed = Object.entries(FILES).map(([name, text]) => [`${name}.gz`, gzipSync(text)]);
    const folder = await writeFolder(Object.fromEntries(packed));
    expect(await isMovieLensLatest(folder)).toBe(true);
    expect(await readMovieLensLatest(folder)).toEqual(await readMovieLensLatest(await folderWith()));
  });

  it('reads more rows than the columns begin with, in any order of columns', async () => {
    const numbers = Array.from({ length: 5000 }, (_, k) => k + 1);
    const ratings = numbers.map((k) => `${10 ** 9 + k},${1 + (k % 5)},${1 + (k % 2500)},${k}\n`);
    const folder = await writeFolder({
      'movies.csv': `movieId,title,genres\n${numbers.map((k) => `${k},Film ${k},Drama\n`).join('')}`,
      'ratings.csv': `timestamp,rating,userId,movieId\n${ratings.join('')}`,
    });
    const { interactions, userIds, split } = await readMovieLensLatest(folder);
    expect(interactions.user).toHaveLength(5000);
    expect(userIds).toEqual(Array.from({ length: 2500 }, (_, k) => String(k + 1)));
    for (const [row, item] of interactions.item.entries()) {
      const k = row + 1;
      const found = [item, interactions.value[row], interactions.time?.[row], userIds[interactions.user[row]]];
      expect(found).toEqual([k - 1, 1 + (k % 5), 10 ** 9 + k, String(1 + (k % 2500))]);
    }
    expect(split.train).toHaveLength(5000);
  });
});

const rating = (line: string): Files => ({ 'ratings.csv': `${FILES['ratings.csv']}${line}` });
const film = (line: string): Files => ({ 'movies.csv': `${FILES['movies.csv']}${line}` });
const tag = (line: string): Files => ({ 'tags.csv': `${FILES['tags.csv']}${line}` });

describe('readMovieLensLatest refuses', () => {
  it.each<[string, Files, string, number | undefined, string]>([
    ['too few columns', rating('7,9,3.0\n'), 'ratings.csv', 7, 'expected 4 columns, as in the first line; found 3.'],
    ['a rating of 0', rating('7,9,0,1100000000\n'), 'ratings.csv', 7, 'from 0.5 to 5 in half steps; found "0".'],
    ['a rating of 5.5', rating('7,9,5.5,1100000000\n'), 'ratings.csv', 7, 'in half steps; found "5.5".'],
    ['a rating of 3.3', rating('7,9,3.3,1100000000\n'), 'ratings.csv', 7, 'in half steps; found "3.3".'],
    ['a rating of NaN', rating('7,9,NaN,1100000000\n'), 'ratings.csv', 7, 'in half steps; found "NaN".'],
    ['an unknown film', rating('7,3,3.0,1100000000\n'), 'ratings.csv', 7, 'a film in movies.csv; found "3".'],
    ['a user who is no number', rating('x,9,3.0,1100000000\n'), 'ratings.csv', 7, 'a user number of at least 1'],
    ['an invalid time', rating('7,9,3.0,\n'), 'ratings.csv', 7, 'a time in seconds since 1970; found "".'],
    [
      'a pair twice',
      rating('7,9,3.0,1100000000\n7,2,1.0,1100000009\n'),
      'ratings.csv',
      8,
      'expected one row of an item and a user; found user 7 and item 2, which line 2 also has.',
    ],
    ['a time that may be cut', rating('7,9,3.0,11000'), 'ratings.csv', 7, 'expected a line end after the last line'],
    ['genres that may be cut', film('50,Last (1990),Dra'), 'movies.csv', 6, 'a line end after the last line'],
    ['no ratings', { 'ratings.csv': 'userId,movieId,rating,timestamp\n' }, 'ratings.csv', 1, 'found none.'],
    ['ratings without times', { 'ratings.csv': 'userId,movieId,rating\n7,2,4.0\n' }, 'ratings.csv', 1, 'the columns'],
    ['a film twice', film('5,Again (1990),Drama\n'), 'movies.csv', 6, 'found item 5, which line 3 also has.'],
    ['a film without a number', film('x,Last (1990),Drama\n'), 'movies.csv', 6, 'an item number of at least 1'],
    ['a film without a title', film('50, ,Drama\n'), 'movies.csv', 6, 'expected a title; found none.'],
    ['a film without genres', film('50,Last (1990),\n'), 'movies.csv', 6, 'or (no genres listed); found "".'],
    ['a tag of an unknown film', tag('7,3,slow,1100000000\n'), 'tags.csv', 9, 'a film in movies.csv; found "3".'],
  ])('%s', async (_name, changes, file, line, message) => {
    const folder = await folderWith(changes);
    const reading = readMovieLensLatest(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, file),
      line,
      remedy: expect.stringContaining('Download the data set again'),
    });
  });

  it.each(['ratings.csv', 'movies.csv'])('a folder without %s', async (name) => {
    const folder = await folderWith();
    await rm(join(folder, name));
    expect(await isMovieLensLatest(folder)).toBe(false);
    await expect(readMovieLensLatest(folder)).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, name),
      found: 'no such file',
    });
  });
});

it('readMovieLensLatest reads damaged files rightly or not at all', async () => {
  const files = {
    'movies.csv': 'movieId,title,genres\n2,Paper Moths (1991),Comedy|War\n5,Étoiles (1988),Drama\n9,Untold,Drama\n',
    'ratings.csv': FILES['ratings.csv'],
    'tags.csv': 'userId,movieId,tag,timestamp\n7,2,Moths,1100000000\n30,2,slow,1100000000\n7,5,étoile,1100000000\n',
  };
  await expectDamageHeeded(readMovieLensLatest, files, {
    'movies.csv': { separator: ',', header: 1, unique: true, number: 0 },
    'ratings.csv': { separator: ',', header: 1, unique: true, number: 2, references: [1] },
    'tags.csv': { separator: ',', header: 1, references: [1] },
  });
});

describe('the published ml-latest-small', () => {
  it('has the counts of its documentation', async (context) => {
    const folder = realData('ml-latest-small');
    if (!(await isMovieLensLatest(folder))) {
      context.skip(`ml-latest-small is not at ${folder}; name its parent folder in IALP_DATA`);
    }
    const data = await readMovieLensLatest(folder);
    expectSound(data);
    const { catalogue, interactions, split } = data;
    expect(catalogue.items).toHaveLength(9742);
    expect(interactions.users).toBe(610);
    expect(interactions.value).toHaveLength(100_836);
    expect(new Set(interactions.item).size).toBe(9724);
    expect([...new Set(interactions.value)].sort((a, b) => a - b)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]);
    expect(split.train.length + split.test.length).toBe(100_836);
    // Its README: from March 1996 to September 2018.
    expect(new Date(1000 * interactions.time!.reduce((a, b) => Math.min(a, b))).toISOString()).toMatch(/^1996-03-/);
    expect(new Date(1000 * interactions.time!.reduce((a, b) => Math.max(a, b))).toISOString()).toMatch(/^2018-09-/);
    const [toyStory] = catalogue.items;
    expect(toyStory.attributes['tag']).toEqual(['pixar', 'fun']);
    expect(toyStory.text).toBe(
      "Toy Story, an adventure, animation, children's, comedy and fantasy film of 1995, tagged pixar and fun",
    );
    expect(catalogue.items.filter(({ attributes }) => attributes['genre'].length === 0)).toHaveLength(34);
    expect(catalogue.items.filter((item) => /, (The|A|An|La|Les?|L')( \(|$)/.test(item.title))).toEqual([]);
  });
});
