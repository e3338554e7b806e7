import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { isKuaiRec, readKuaiRec } from './kuairec.js';

const HEADER = 'user_id,video_id,play_duration,video_duration,time,date,timestamp,watch_ratio\n';
/** Made-up data in the published format. */
const FILES = {
  'small_matrix.csv': `${HEADER}14,10,5000,10000,2020-07-05 00:08:23,20200705,1593878903.438,0.5\n14,2,0,8000,,,,0.0\n7,10,30000,10000,2020-07-05 00:08:24,20200705,1593878904.0,3.0\n`,
  'big_matrix.csv': `${HEADER}0,2,8000,8000,t,d,1593878000.5,1.0\n0,2,4000,8000,t,d,1593878001.5,0.5\n`,
  'item_categories.csv': 'video_id,feat\n2,[8]\n10,"[27, 9]"\n11,[9]\n',
  'kuairec_caption_category.csv':
    'video_id,manual_cover_text,caption,topic_tag,first_level_category_name,second_level_category_name,third_level_category_name\n' +
    '2,UNKNOWN,"Two  moths,\none lamp",[],Animals,UNKNOWN,\n10,x,,[],Sewing,Hats,Felt\n',
};

describe('readKuaiRec', () => {
  it('reads watch ratios, of the videos that are in the matrix', async () => {
    const data = await readKuaiRec(await writeFolder(FILES));
    expectSound(data);
    expect(data).toMatchObject({ name: 'kuairec-small', feedback: 'implicit', order: 'time', userIds: ['7', '14'] });
    expect(data.interactions).toEqual({
      users: 2,
      user: Int32Array.of(1, 1, 0),
      item: Int32Array.of(1, 0, 1),
      value: Float32Array.of(0.5, 0, 3),
      time: Float64Array.of(1593878903.438, 0, 1593878904),
    });
  });

  it('describes videos by caption and categories, where they are there', async () => {
    const { 'kuairec_caption_category.csv': _, ...bare } = FILES;
    const items = async (files: Record<string, string>) =>
      (await readKuaiRec(await writeFolder(files))).catalogue.items;
    expect(await items(FILES)).toEqual([
      {
        id: '2',
        title: 'Two moths, one lamp',
        text: 'Two moths, one lamp, a short video about Animals',
        attributes: { feature: ['8'], category: ['Animals'] },
      },
      {
        id: '10',
        title: 'video 10',
        text: 'video 10, a short video about Sewing, Hats and Felt',
        attributes: { feature: ['27', '9'], category: ['Sewing', 'Hats', 'Felt'] },
      },
    ]);
    expect((await items(bare))[1]).toEqual({
      id: '10',
      title: 'video 10',
      text: 'video 10, a short video about topic 27 and topic 9',
      attributes: { feature: ['27', '9'] },
    });
  });

  it('reads the big matrix, in which a pair may come again', async () => {
    const data = await readKuaiRec(await writeFolder(FILES), { matrix: 'big' });
    expect(data.name).toBe('kuairec-big');
    expect(data.interactions.value).toEqual(Float32Array.of(1, 0.5));
    expect(data.catalogue.items.map(({ id }) => id)).toEqual(['2']);
  });
});

describe('readKuaiRec refuses', () => {
  it.each<[string, string, string, number, string]>([
    ['a negative ratio', 'small_matrix.csv', '7,2,0,1,t,d,1,-0.5\n', 5, 'a watch ratio of at least 0; found "-0.5".'],
    ['a ratio of NaN', 'small_matrix.csv', '7,2,0,1,t,d,1,NaN\n', 5, 'found "NaN".'],
    ['an unknown video', 'small_matrix.csv', '7,3,0,1,t,d,1,1\n', 5, 'a video in item_categories.csv; found "3".'],
    ['a pair twice', 'small_matrix.csv', '7,10,0,1,t,d,1,1\n', 5, 'user 7 and item 10, which line 4 also has.'],
    ['a ratio that may be cut', 'small_matrix.csv', '7,2,0,1,t,d,1,0.5', 5, 'a line end after the last line'],
    ['a video twice', 'item_categories.csv', '2,[1]\n', 5, 'a new video; found video 2'],
    ['text that is not a list', 'item_categories.csv', '12,8\n', 5, 'a list of numbers, such as [27, 9]; found "8".'],
  ])('%s', async (_, file, line, number, message) => {
    const folder = await writeFolder({ ...FILES, [file]: `${FILES[file as keyof typeof FILES]}${line}` });
    const reading = readKuaiRec(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', file: join(folder, file), line: number });
  });

  it('whatever damage it cannot read rightly', async () => {
    await expectDamageHeeded(readKuaiRec, FILES, {
      'small_matrix.csv': { separator: ',', header: 1, number: 7, references: [1], unique: true },
    });
  });
});

it('is known by its categories and a matrix', async () => {
  expect(await isKuaiRec(await writeFolder(FILES))).toBe(true);
  expect(await isKuaiRec(await writeFolder({ 'small_matrix.csv': HEADER }))).toBe(false);
});

describe('the published KuaiRec data', () => {
  it('have the counts of their documentation', async (context) => {
    const folder = realData('kuairec');
    if (!(await isKuaiRec(folder))) context.skip(`KuaiRec is not at ${folder}; name its parent folder in IALP_DATA`);
    const { interactions, catalogue } = await readKuaiRec(folder);
    expect([interactions.users, catalogue.items.length]).toEqual([1411, 3327]);
  });
});
