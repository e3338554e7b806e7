import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { isAmazonIndustrial, readAmazonIndustrial } from './amazon-industrial.js';

const INDEX = 'Amazon/index/Industrial_and_Scientific.item.json';
const VALID = 'Amazon/valid/Industrial_and_Scientific_5.csv';
const TEST = 'Amazon/test/Industrial_and_Scientific_5.csv';
const HEADER = 'user_id,history_item_title,item_title,history_item_id,item_id,history_item_sid,item_sid\n';
const row = (user: string, history: number[], target: number): string =>
  `${user},"['A ""b""', 'c, d']",T,"[${history.join(', ')}]",${target},x,y\n`;

const LONG = Array.from({ length: 12 }, (_, k) => k % 3);
/** Made-up data in the published form. */
const FILES = {
  [INDEX]: JSON.stringify({
    0: { title: 'Nuts &amp; Bolts', description: "['']", brand: 'Finch', categories: '' },
    1: { title: 'Finch Tape 3&#39;', brand: 'finch' },
    2: { title: 'Glue', brand: '' },
  }),
  [VALID]: `${HEADER}${row('B2', [0, 1], 2)}${row('A1', LONG.slice(0, 10), LONG[10])}`,
  [TEST]: `${HEADER}${row('A1', LONG.slice(1, 11), LONG[11])}${row('C3', [2], 2)}${row('B2', [0, 1, 2], 0)}`,
};

describe('readAmazonIndustrial', () => {
  it("joins each user's rows to one sequence, of which rows of the test are the end", async () => {
    const data = await readAmazonIndustrial(await writeFolder(FILES));
    expectSound(data);
    expect(data).toMatchObject({
      name: 'amazon-industrial',
      feedback: 'implicit',
      order: 'rows',
      userIds: ['B2', 'A1', 'C3'],
    });
    expect(data.interactions).toEqual({
      users: 3,
      user: Int32Array.from([0, 0, 0, 0, ...LONG.map(() => 1), 2, 2]),
      item: Int32Array.from([0, 1, 2, 0, ...LONG, 2, 2]),
      value: new Float32Array(18).fill(1),
    });
    expect(data.split).toMatchObject({
      by: 'publisher',
      validation: Int32Array.of(2, 14),
      test: Int32Array.of(3, 15, 17),
    });
  });

  it('describes products by title and brand', async () => {
    const { catalogue } = await readAmazonIndustrial(await writeFolder(FILES));
    expect(catalogue.items).toEqual([
      { id: '0', title: 'Nuts & Bolts', text: 'Nuts & Bolts, by Finch', attributes: { brand: ['Finch'] } },
      { id: '1', title: "Finch Tape 3'", text: "Finch Tape 3'", attributes: { brand: ['finch'] } },
      { id: '2', title: 'Glue', text: 'Glue', attributes: { brand: [] } },
    ]);
  });

  it('reads what is there: one part alone will do', async () => {
    const { [TEST]: test, [INDEX]: index } = FILES;
    const data = await readAmazonIndustrial(await writeFolder({ [TEST]: test, [INDEX]: index }));
    expect(data.userIds).toEqual(['A1', 'C3', 'B2']);
    expect(data.interactions.item).toHaveLength(11 + 2 + 4);
  });
});

describe('readAmazonIndustrial refuses', () => {
  it.each<[string, string, number, string]>([
    ['a history that contradicts', row('B2', [0, 2], 0), 5, "a history that is the end of the user's earlier rows"],
    ['a history that is too short', row('B2', [2], 0), 5, "a history that is the end of the user's earlier rows"],
    ['an unknown item', row('D4', [0], 9), 5, 'the number of an item in the index; found item 9.'],
    ['an unknown item of a history', row('D4', [9], 0), 5, 'found item 9.'],
    ['an invalid target', row('D4', [0], Number.NaN), 5, 'an item number; found "NaN".'],
    [
      'a value that is not a list',
      row('D4', [0], 1).replace('"[0]"', '0'),
      5,
      'a list of item numbers, such as [3, 14]; found "0".',
    ],
    ['a list that is open', row('D4', [0], 1).replace('[0]', '[0'), 5, 'found "[0".'],
    ['no user', row('', [0], 1), 5, 'expected a user; found none.'],
  ])('%s', async (_, line, number, message) => {
    const folder = await writeFolder({ ...FILES, [TEST]: `${FILES[TEST]}${line}` });
    const reading = readAmazonIndustrial(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', file: join(folder, TEST), line: number });
  });

  it('invalid items, and a folder without them', async () => {
    const read = async (index: string) => readAmazonIndustrial(await writeFolder({ ...FILES, [INDEX]: index }));
    await expect(read('{')).rejects.toThrow(/expected items in JSON; found text that is not JSON/);
    await expect(read('{}')).rejects.toThrow(/expected items in JSON; found none/);
    await expect(read('{"0":{"title":" "}}')).rejects.toThrow(/a number for each item, and a title/);
    const none = await writeFolder({});
    expect(await isAmazonIndustrial(none)).toBe(false);
    await expect(readAmazonIndustrial(none)).rejects.toThrow(/index: expected a file Industrial_and_Scientific/);
    await expect(readAmazonIndustrial(await writeFolder({ [INDEX]: FILES[INDEX] }))).rejects.toThrow(
      /found none of them/,
    );
  });

  it('whatever damage it cannot read rightly', async () => {
    // Rows of one item of history alone have no quotes, which the damages do not know.
    const rows = `${HEADER}D4,t,T,[0],1,x,y\nE5,t,T,[2],0,x,y\n`;
    await expectDamageHeeded(
      readAmazonIndustrial,
      { [INDEX]: FILES[INDEX], [TEST]: rows },
      {
        [TEST]: { separator: ',', header: 1, references: [4] },
      },
    );
  });
});

describe('the published data', () => {
  it('are joined to the sequences that were checked independently', async (context) => {
    const folder = realData('amazon-industrial');
    if (!(await isAmazonIndustrial(folder))) {
      context.skip(`Amazon Industrial and Scientific is not at ${folder}; name its parent folder in IALP_DATA`);
    }
    const { interactions, userIds, catalogue, split } = await readAmazonIndustrial(folder);
    expect([interactions.users, interactions.item.length, catalogue.items.length]).toEqual([3285, 22_743, 3686]);
    expect([split.validation.length, split.test.length]).toEqual([4532, 4533]);
    const sequences = (await readFile(join(folder, 'sequences.csv'), 'utf8').catch(() => ''))
      .trim()
      .split(/\r?\n/)
      .slice(1);
    const byUser = new Map<string, string[]>();
    for (const [user, , item] of sequences.map((line) => line.split(','))) {
      byUser.set(user, [...(byUser.get(user) ?? []), item]);
    }
    const found = new Map<string, string[]>();
    interactions.user.forEach((user, k) => {
      const id = catalogue.items[interactions.item[k]].id;
      found.set(userIds[user], [...(found.get(userIds[user]) ?? []), id]);
    });
    for (const [user, items] of byUser) expect(found.get(user), user).toEqual(items);
  });
});
