import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Ratings } from '@ialp/core';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { type ExplicitDataset, selectRows } from '../dataset.js';
import { isCoat, readCoat, withoutOverlap } from './coat.js';

const FEATURES = 'user_item_features/item_features.ascii';
const MAP = 'user_item_features/item_features_map.txt';
const USERS = 'user_item_features/user_features.ascii';
const USER_MAP = 'user_item_features/user_features_map.txt';

/** Made-up data in the published format: 2 users, 3 coats; user 0 rated coat 0 in both matrices. */
const FILES = {
  'train.ascii': '5 0 1\n0 2 0\n',
  'test.ascii': '4 3 0\n0 0 2\n',
  [MAP]: [
    'gender:men',
    'gender:women',
    'jackettype:bomber',
    'jackettype:parkas',
    'jackettype:other',
    'color:black',
    'color:multi',
    'color:other',
    'onfrontpage:yes',
    'onfrontpage:no',
  ].join('\n'),
  [FEATURES]: '0 1 1 0 0 1 0 0 1 0\n1 0 0 1 0 0 1 0 0 1\n1 0 0 0 1 0 0 1 0 1\n',
  [USERS]: '1 0 0 1\n0 1 1 0\n',
  [USER_MAP]: 'gender:men\ngender:women\nage:20-30\nage:over 60\n',
};

function folderWith(changes: Record<string, string> = {}): Promise<string> {
  return writeFolder({ ...FILES, ...changes });
}

describe('readCoat', () => {
  it("reads both matrices, row by row, and keeps the publisher's split", async () => {
    const { name, feedback, order, userIds, interactions, split } = await readCoat(await folderWith());
    expect({ name, feedback, order, userIds }).toEqual({
      name: 'coat',
      feedback: 'explicit',
      order: 'none',
      userIds: ['1', '2'],
    });
    expect(interactions).toEqual({
      users: 2,
      user: Int32Array.of(0, 0, 1, 0, 0, 1),
      item: Int32Array.of(0, 2, 1, 0, 1, 2),
      value: Float32Array.of(5, 1, 2, 4, 3, 2),
      scale: [1, 5],
    });
    expect(split).toEqual({
      by: 'publisher',
      train: Int32Array.of(0, 1, 2),
      validation: new Int32Array(0),
      test: Int32Array.of(3, 4, 5),
    });
  });

  it('reads what is known of users', async () => {
    const { userFeatures } = await readCoat(await folderWith());
    expect(userFeatures).toEqual({
      names: ['gender:men', 'gender:women', 'age:20-30', 'age:over 60'],
      values: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0),
    });
  });

  it('reads gzipped files', async () => {
    const packed = Object.entries(FILES).map(([name, text]) => [`${name}.gz`, gzipSync(text)]);
    expect(await readCoat(await writeFolder(Object.fromEntries(packed)))).toEqual(await readCoat(await folderWith()));
  });

  it('describes coats in words, without the front page', async () => {
    const { catalogue } = await readCoat(await folderWith());
    expect(catalogue.items).toEqual([
      {
        id: '1',
        title: "Women's bomber jacket in black",
        text: "a women's bomber jacket in black",
        attributes: { gender: ['women'], type: ['bomber'], colour: ['black'], onFrontPage: ['yes'] },
      },
      {
        id: '2',
        title: "Men's parka in several colours",
        text: "a men's parka in several colours",
        attributes: { gender: ['men'], type: ['parkas'], colour: ['multi'], onFrontPage: ['no'] },
      },
      {
        id: '3',
        title: "Men's jacket",
        text: "a men's jacket",
        attributes: { gender: ['men'], type: ['other'], colour: ['other'], onFrontPage: ['no'] },
      },
    ]);
  });

  it('reads Windows line endings, trailing spaces and byte-order marks', async () => {
    const windows = Object.entries(FILES).map(([name, text]) => [name, `\ufeff${text.replaceAll('\n', ' \r\n')}`]);
    expect(await readCoat(await writeFolder(Object.fromEntries(windows)))).toEqual(await readCoat(await folderWith()));
  });

  it('gives a test set without the pairs of the training set', async () => {
    const { train, test } = partsOf(await readCoat(await folderWith()));
    expect(withoutOverlap(test, train)).toMatchObject({ user: Int32Array.of(0, 1), item: Int32Array.of(1, 2) });
  });
});

describe('readCoat refuses', () => {
  it.each<[string, Record<string, string>, string, number | undefined, string]>([
    [
      'NaN',
      { 'train.ascii': '5 0 1\n0 NaN 0\n' },
      'train.ascii',
      2,
      'a rating from 1 to 5, or 0 for none, in column 2; found "NaN".',
    ],
    ['a negative rating', { 'train.ascii': '5 0 -1\n0 2 0\n' }, 'train.ascii', 1, 'in column 3; found "-1".'],
    ['a rating of 6', { 'test.ascii': '4 3 0\n0 0 6\n' }, 'test.ascii', 2, 'in column 3; found "6".'],
    ['a rating between', { 'test.ascii': '4 3.5 0\n0 0 2\n' }, 'test.ascii', 1, 'in column 2; found "3.5".'],
    [
      'a short row',
      { 'train.ascii': '5 0 1\n0 2\n' },
      'train.ascii',
      2,
      'expected 3 values, as in the first line; found 2 values.',
    ],
    [
      'a long row',
      { 'train.ascii': '5 0 1\n0 2 0 0\n' },
      'train.ascii',
      2,
      'expected 3 values, as in the first line; found 4 values.',
    ],
    ['an empty line', { 'train.ascii': '5 0 1\n\n0 2 0\n' }, 'train.ascii', 2, 'in column 1; found "".'],
    ['tabs', { 'train.ascii': '5\t0\t1\n0\t2\t0\n' }, 'train.ascii', 1, 'in column 1; found "5\\t0\\t1".'],
    [
      'a test matrix with fewer rows',
      { 'test.ascii': '4 3 0\n' },
      'test.ascii',
      undefined,
      'expected 2 rows of 3 values, like train.ascii; found 1 x 3.',
    ],
    ['a test matrix with fewer columns', { 'test.ascii': '4 3\n0 0\n' }, 'test.ascii', undefined, 'found 2 x 2.'],
    [
      'features of fewer coats',
      { [FEATURES]: '0 1 1 0 0 1 0 0 1 0\n' },
      FEATURES,
      undefined,
      'expected 3 rows of 10 values',
    ],
    [
      'a map of fewer features',
      { [MAP]: 'gender:men\ngender:women\n' },
      FEATURES,
      undefined,
      'expected 3 rows of 2 values',
    ],
    [
      'a feature of 2',
      { [FEATURES]: FILES[FEATURES].replace('0 1 1', '0 1 2') },
      FEATURES,
      1,
      'a feature of 0 or 1, in column 3; found "2".',
    ],
    [
      'a coat of two colours',
      { [FEATURES]: '0 1 1 0 0 1 0 0 1 0\n1 0 0 1 0 0 1 1 0 1\n1 0 0 0 1 0 0 1 0 1\n' },
      FEATURES,
      2,
      'exactly one color; found 2.',
    ],
    [
      'a coat of no gender',
      { [FEATURES]: FILES[FEATURES].replace('0 1 1', '0 0 1') },
      FEATURES,
      1,
      'exactly one gender; found 0.',
    ],
    ['an unknown group', { [MAP]: FILES[MAP].replace('color:multi', 'size:multi') }, MAP, 7, 'found "size:multi".'],
    ['a feature without a value', { [MAP]: FILES[MAP].replace('color:multi', 'color') }, MAP, 7, 'found "color".'],
    ['features of fewer users', { [USERS]: '1 0 0 1\n' }, USERS, undefined, 'expected 2 rows of 4 values'],
    ['a user of no age', { [USERS]: '1 0 0 1\n0 1 0 0\n' }, USERS, 2, 'expected exactly one age; found 0.'],
    [
      'a feature of a user without a name',
      { [USER_MAP]: 'gender:men\nage\nage:over 60\n' },
      USER_MAP,
      2,
      'found "age".',
    ],
    ['an empty file', { 'train.ascii': '' }, 'train.ascii', undefined, 'found an empty file.'],
  ])('%s', async (_name, changes, file, line, message) => {
    const folder = await folderWith(changes);
    const reading = readCoat(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', file: join(folder, file) });
    await expect(reading).rejects.toHaveProperty('remedy', expect.stringContaining('Download coat.zip again'));
    if (line !== undefined) await expect(reading).rejects.toHaveProperty('line', line);
  });

  it.each(Object.keys(FILES))('a folder without %s', async (name) => {
    const folder = await folderWith();
    await rm(join(folder, name));
    await expect(readCoat(folder)).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, name),
      found: 'no such file',
    });
  });
});

it('readCoat reads damaged files rightly or not at all', async () => {
  const files = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [name, `${text.trimEnd()}\n`]));
  // The first line says how long the others are: where a column of it is missing, the second seems wrong.
  await expectDamageHeeded(readCoat, files, {
    'train.ascii': { separator: ' ', header: 1, number: 1 },
    'test.ascii': { separator: ' ', header: 1, number: 0 },
    [FEATURES]: { separator: ' ', header: 1, number: 3 },
    [USERS]: { separator: ' ', header: 1, number: 2 },
  });
});

describe('isCoat', () => {
  it('knows the data set by its matrices and features', async () => {
    const folder = await folderWith();
    expect(await isCoat(folder)).toBe(true);
    await rm(join(folder, FEATURES));
    expect(await isCoat(folder)).toBe(false);
    expect(await isCoat(join(folder, 'nowhere'))).toBe(false);
  });
});

describe('the published Coat data', () => {
  it('have the counts of their documentation', async (context) => {
    const folder = realData('coat');
    if (!(await isCoat(folder))) context.skip(`Coat is not at ${folder}; name its parent folder in IALP_DATA`);
    const coat = await readCoat(folder);
    expectSound(coat);
    const { catalogue, userFeatures } = coat;
    const { train, test } = partsOf(coat);
    expect(catalogue.items).toHaveLength(300);
    expect(train.users).toBe(290);
    expect(counts(train.user, 290)).toEqual(new Set([24]));
    expect(counts(test.user, 290)).toEqual(new Set([16]));
    expect(test.value.length - withoutOverlap(test, train).value.length).toBe(366);
    expect(userFeatures?.names).toHaveLength(14);
    expect(userFeatures?.values.reduce((sum, flag) => sum + flag, 0)).toBe(4 * 290);
    expect(catalogue.items[1].text).toBe("a men's insulated jacket in blue");
    for (const { text } of catalogue.items) {
      expect(text).toMatch(/^a (wo)?men's ([a-z]+ )?(jacket|coat|parka|vest)( in [a-z ]+)?$/);
    }
  });
});

function partsOf({ interactions, split }: ExplicitDataset): { train: Ratings; test: Ratings } {
  return { train: selectRows(interactions, split.train), test: selectRows(interactions, split.test) };
}

/** The different numbers of ratings that users have. */
function counts(user: Int32Array, users: number): Set<number> {
  const count = new Int32Array(users);
  for (const index of user) count[index]++;
  return new Set(count);
}
