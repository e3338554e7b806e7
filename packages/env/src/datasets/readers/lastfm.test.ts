import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { isLastFm, readLastFm } from './lastfm.js';

/** Made-up data in the published format: some files have CRLF, and one has lines in Latin-1. */
const FILES = {
  'artists.dat': [
    'id\tname\turl\tpictureURL',
    '3\t"The Moths"\thttp://example.org/3\thttp://example.org/3.jpg',
    '10\tСтудия\thttp://example.org/10\t',
    '11\tQuiet Tailor\thttp://example.org/11\thttp://example.org/11.jpg',
    '',
  ].join('\n'),
  'user_artists.dat': [
    'userID\tartistID\tweight',
    '20\t3\t150',
    '20\t11\t7',
    '4\t3\t1',
    '4\t10\t352698',
    '4\t11\t12',
    '',
  ].join('\r\n'),
  'user_taggedartists.dat': [
    'userID\tartistID\ttagID\tday\tmonth\tyear',
    '4\t3\t2\t1\t4\t2009',
    '20\t3\t2\t1\t4\t2009',
    '20\t3\t5\t1\t4\t2009',
    '20\t3\t7\t1\t4\t2009',
    '21\t3\t7\t1\t4\t2009',
    '22\t3\t9\t1\t4\t2009',
    '22\t10\t5\t1\t4\t2009',
    '22\t999\t5\t1\t4\t2009',
    '',
  ].join('\n'),
  'tags.dat': Buffer.concat([
    Buffer.from('tagID\ttagValue\r\n2\tPop\r\n7\t80s\r\n9\télectronique\r\n'),
    Buffer.from('5\tfran\xe7ais\r\n', 'latin1'),
  ]),
};
type Files = Record<string, string | Uint8Array>;

function folderWith(changes: Files = {}): Promise<string> {
  return writeFolder({ ...FILES, ...changes });
}

describe('readLastFm', () => {
  it('reads listening counts, with users in the order of their numbers and items in the order of artists.dat', async () => {
    const data = await readLastFm(await folderWith());
    expectSound(data);
    expect(data).toMatchObject({ name: 'lastfm', feedback: 'implicit', order: 'none' });
    expect(data.userIds).toEqual(['4', '20']);
    expect(data.interactions).toEqual({
      users: 2,
      user: Int32Array.of(1, 1, 0, 0, 0),
      item: Int32Array.of(0, 2, 0, 1, 2),
      value: Float32Array.of(150, 7, 1, 352698, 12),
    });
    expect(data.userFeatures).toBeUndefined();
    expect(data.catalogue.prior).toBeUndefined();
  });

  it('describes artists by the tags that most users gave, whatever the encoding of their lines', async () => {
    const { catalogue } = await readLastFm(await folderWith());
    expect(catalogue.items).toEqual([
      {
        id: '3',
        title: '"The Moths"',
        text: '"The Moths", an artist tagged 80s, pop and français',
        attributes: { tag: ['80s', 'pop', 'français', 'électronique'] },
      },
      {
        id: '10',
        title: 'Студия',
        text: 'Студия, an artist tagged français',
        attributes: { tag: ['français'] },
      },
      { id: '11', title: 'Quiet Tailor', text: 'Quiet Tailor, an artist', attributes: { tag: [] } },
    ]);
  });

  it('splits at random, the same each time', async () => {
    const { split } = await readLastFm(await folderWith());
    expect(split.by).toBe('random');
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([4, 0, 1]);
    expect((await readLastFm(await folderWith())).split).toEqual(split);
  });

  it('reads files that are gzipped and named so', async () => {
    const packed = Object.entries(FILES).map(([name, content]) => [`${name}.gz`, gzipSync(content)]);
    const folder = await writeFolder(Object.fromEntries(packed));
    expect(await isLastFm(folder)).toBe(true);
    expect(await readLastFm(folder)).toEqual(await readLastFm(await folderWith()));
  });
});

const plays = (line: string): Files => ({ 'user_artists.dat': `${FILES['user_artists.dat']}${line}` });
const artist = (line: string): Files => ({ 'artists.dat': `${FILES['artists.dat']}${line}` });
const tagged = (line: string): Files => ({ 'user_taggedartists.dat': `${FILES['user_taggedartists.dat']}${line}` });
const tag = (line: string): Files => ({ 'tags.dat': Buffer.concat([FILES['tags.dat'], Buffer.from(line)]) });

describe('readLastFm refuses', () => {
  it.each<[string, Files, string, number | undefined, string]>([
    ['too few columns', plays('20\t10\n'), 'user_artists.dat', 7, 'expected 3 columns, as in the first line; found 2.'],
    ['a count of 0', plays('20\t10\t0\n'), 'user_artists.dat', 7, 'a listening count from 1 to 2^24; found "0".'],
    ['a negative count', plays('20\t10\t-5\n'), 'user_artists.dat', 7, 'found "-5".'],
    ['a count of NaN', plays('20\t10\tNaN\n'), 'user_artists.dat', 7, 'found "NaN".'],
    ['a count past all measure', plays('20\t10\t16777217\n'), 'user_artists.dat', 7, 'found "16777217".'],
    ['an unknown artist', plays('20\t5\t1\n'), 'user_artists.dat', 7, 'an artist in artists.dat; found "5".'],
    ['a user who is no number', plays('x\t10\t1\n'), 'user_artists.dat', 7, 'a user number of at least 1; found "x".'],
    ['a pair twice', plays('20\t11\t1\n'), 'user_artists.dat', 7, 'user 20 and item 11, which line 3 also has.'],
    ['a count that may be cut', plays('20\t10\t35'), 'user_artists.dat', 7, 'a line end after the last line; found'],
    ['a file without its first line', { 'user_artists.dat': '20\t3\t150\n' }, 'user_artists.dat', 1, 'the columns'],
    ['an artist twice', artist('10\tAgain\thttp\thttp\n'), 'artists.dat', 5, 'a new artist; found artist 10'],
    ['an artist without a name', artist('50\t \thttp\thttp\n'), 'artists.dat', 5, 'expected a name; found none.'],
    ['an artist without a number', artist('x\tLast\thttp\thttp\n'), 'artists.dat', 5, 'an artist number of at least 1'],
    ['an unknown tag', tagged('20\t3\t8\t1\t4\t2009\n'), 'user_taggedartists.dat', 10, 'a tag in tags.dat; found "8".'],
    [
      'a tag of no artist',
      tagged('20\t\t5\t1\t4\t2009\n'),
      'user_taggedartists.dat',
      10,
      'an artist number of at least',
    ],
    ['a tag twice', tag('5\tagain\r\n'), 'tags.dat', 6, 'a new tag; found tag 5'],
    ['a tag without a number', tag('x\tagain\r\n'), 'tags.dat', 6, 'a tag number of at least 1; found "x".'],
    ['a tag of three columns', tag('50\ta\tb\r\n'), 'tags.dat', 6, 'expected 2 columns separated by tabs; found 3.'],
    ['a tag that may be cut', tag('50\tfemale voc'), 'tags.dat', 6, 'a line end after the last line; found none'],
    ['tags of another table', { 'tags.dat': 'id\tvalue\n5\tpop\n' }, 'tags.dat', 1, 'the columns tagID, tagValue'],
  ])('%s', async (_name, changes, file, line, message) => {
    const folder = await folderWith(changes);
    const reading = readLastFm(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, file),
      line,
      remedy: expect.stringMatching(/download hetrec2011-lastfm-2k\.zip again/i),
    });
  });

  it.each(Object.keys(FILES))('a folder without %s', async (name) => {
    const folder = await folderWith();
    await rm(join(folder, name));
    expect(await isLastFm(folder)).toBe(false);
    await expect(readLastFm(folder)).rejects.toMatchObject({
      name: 'DatasetError',
      file: join(folder, name),
      found: 'no such file',
      remedy: 'Download hetrec2011-lastfm-2k.zip from https://grouplens.org/datasets/hetrec-2011/ and unpack it.',
    });
  });
});

it('readLastFm reads damaged files rightly or not at all', async () => {
  const files = {
    'artists.dat': FILES['artists.dat'],
    'user_artists.dat': FILES['user_artists.dat'].replaceAll('\r', ''),
    'user_taggedartists.dat': FILES['user_taggedartists.dat'],
    'tags.dat': 'tagID\ttagValue\n2\tpop\n7\t80s\n9\télectronique\n5\tfrançais\n',
  };
  await expectDamageHeeded(readLastFm, files, {
    'artists.dat': { separator: '\t', header: 1, unique: true, number: 0 },
    'user_artists.dat': { separator: '\t', header: 1, unique: true, number: 2, references: [1] },
    'user_taggedartists.dat': { separator: '\t', header: 1, number: 2, references: [2] },
    'tags.dat': { separator: '\t', header: 1, unique: true, number: 0 },
  });
});

describe('the published Last.fm data', () => {
  it('have the counts of their documentation', async (context) => {
    const folder = realData('lastfm-hetrec');
    if (!(await isLastFm(folder))) {
      context.skip(`Last.fm of HetRec 2011 is not at ${folder}; name its parent folder in IALP_DATA`);
    }
    const data = await readLastFm(folder);
    expectSound(data);
    const { catalogue, interactions, split } = data;
    expect(catalogue.items).toHaveLength(17_632);
    expect(new Set(interactions.item).size).toBe(17_632);
    expect(interactions.users).toBe(1892);
    expect(interactions.value).toHaveLength(92_834);
    expect(split.test).toHaveLength(18_566);
    // At most 50 artists of a user were collected.
    const perUser = new Int32Array(1892);
    for (const user of interactions.user) perUser[user]++;
    expect(Math.max(...perUser)).toBe(50);
    expect(interactions.value.reduce((a, b) => Math.max(a, b))).toBe(352_698);
    expect(catalogue.items[0].text).toBe('MALICE MIZER, an artist tagged j-rock, visual kei and gothic');
    const tags = new Set(catalogue.items.flatMap(({ attributes }) => attributes['tag']));
    for (const tag of ['die ärzte', 'rock français', 'tropicália']) expect(tags).toContain(tag);
    expect([...tags].filter((tag) => /[\ufffd\r]|Ã/.test(tag))).toEqual([]);
  });
});
