import { access } from 'node:fs/promises';
import { createRandom } from '@ialp/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import { createSimulator } from '../simulator/simulator.js';
import { realData, writeFolder } from '../test-support/folder.js';
import { traceOf } from '../test-support/trace.js';
import { createDatasetEnvironmentParts } from './dataset-environment.js';
import { ENVIRONMENT_NAMES, makeEnvironment, type NamedEnvironment } from './make-environment.js';

const FOLDERS = {
  coat: 'coat',
  lastfm: 'lastfm-hetrec',
  'amazon-industrial': 'amazon-industrial',
  movielens: 'ml-100k',
  goodbooks: 'goodbooks-10k',
} as const;

/** What the environments did when they were last looked at; any change to these is a change of the environments. */
const GOLDEN: Readonly<Record<keyof typeof FOLDERS, string[]>> = {
  coat: [
    '0:0 37:1 74:0 111:0 148:0 185:0 222:0 259:0 296:0 33:1 70:0 107:1 144:0 181:0! 218:0 255:0 292:0 29:0 66:0 103:0 140:0! 177:1 214:0 251:1',
    '1:1 38:0 75:1 112:1 149:0 186:0 223:0 260:0 297:0 34:1 71:1 108:1 145:0! 182:0 219:1 256:0! 293:0 30:0 67:0 104:0 141:0 178:0 215:0 252:1',
  ],
  lastfm: [
    '0:0 37:0 74:0 111:0 148:1 185:1 222:1 259:0 296:0 333:0 370:0 407:0 444:1 481:0 518:0 555:0 592:0! 629:0 666:0 703:1 740:0 777:1 814:0 851:0',
    '1:0 38:0 75:1 112:0 149:0 186:0 223:0 260:0 297:0 334:1 371:1 408:0 445:0 482:0 519:0 556:1 593:0 630:0 667:0! 704:0 741:0 778:0 815:1 852:0',
  ],
  'amazon-industrial': [
    '0:0 37:1 74:0 111:0 148:0 185:0 222:0 259:0 296:0 333:1 370:0 407:1 444:0 481:0 518:0 555:0 592:0 629:0 666:0 703:0| 740:0 777:0 814:0 851:0',
    '1:1 38:0 75:1 112:1 149:0 186:0 223:0 260:0 297:0 334:1 371:1 408:0 445:0 482:0! 519:0 556:1 593:0 630:1 667:0 704:0 741:0 778:0 815:1 852:0',
  ],
  movielens: [
    '0:0 37:0 74:0 111:0 148:0 185:0 222:1 259:0 296:0 333:1 370:0 407:1 444:0 481:0 518:0 555:0 592:0 629:0 666:0 703:0| 740:0 777:0 814:0 851:0',
    '1:1 38:0 75:1 112:1 149:1 186:1 223:1 260:0 297:0 334:1 371:1 408:1 445:0 482:0 519:0 556:1 593:0 630:1 667:0 704:0| 741:1 778:1 815:0 852:1',
  ],
  goodbooks: [
    '0:0 37:1 74:1 111:1 148:1 185:1 222:1 259:1 296:0 333:1 370:1 407:1 444:1 481:0 518:1 555:1 592:1 629:0 666:1 703:0| 740:0 777:0 814:0 851:0',
    '1:1 38:0 75:1 112:1 149:0 186:0 223:0 260:0 297:0 334:1 371:1 408:1 445:0 482:0 519:0 556:1 593:0 630:0 667:0 704:0| 741:1 778:1 815:0 852:1',
  ],
};

describe.each(Object.keys(FOLDERS) as (keyof typeof FOLDERS)[])('%s', (name) => {
  let made: NamedEnvironment | undefined;
  const data = realData(FOLDERS[name]);
  beforeAll(async () => {
    const there = await access(data).then(
      () => true,
      () => false,
    );
    if (there) made = await makeEnvironment(name, { data, seed: 1, sessions: 2 });
  });
  const missing = `its data are not at ${data}; name their parent folder in IALP_DATA`;

  test('has the settings of EasyRL4Rec by name, where EasyRL4Rec has it', async (context) => {
    if (made === undefined) return context.skip(missing);
    const { model } = made;
    const make = () => makeEnvironment(name, { data, sessions: 2, preset: 'easyrl4rec', ...(model && { model }) });
    if (name !== 'coat' && name !== 'movielens') return expect(make()).rejects.toThrow(/preset: expected none/);
    expect((await make()).spec).toMatchObject({ maxTurns: 30, rewardRange: [1, 5] });
  });

  test('gives the golden trace', (context) => {
    if (made === undefined) return context.skip(missing);
    expect(traceOf(made, { steps: 24 })).toEqual(GOLDEN[name]);
  });

  test('keeps the rules', (context) => {
    if (made?.dataset === undefined || made.model === undefined) return context.skip(missing);
    const { dataset, model } = made;
    const { simulator } = createDatasetEnvironmentParts(dataset, { model });
    for (const check of environmentChecks((sessions) => createSimulator({ ...simulator, sessions }))) check.run();
  });

  test('tells likes from dislikes better than chance, with probabilities that are nearly right', (context) => {
    if (made?.model === undefined) return context.skip(missing);
    const { kind, model } = made.model;
    const { auc, calibration } = kind === 'implicit' ? model.heldOut : model.heldOut.likes;
    expect(auc).toBeGreaterThan(0.7);
    expect(calibration.error).toBeLessThan(0.06);
  });
});

describe('films', () => {
  test('need no data, and give the golden trace', async () => {
    const env = await makeEnvironment('films', { seed: 1, sessions: 2 });
    expect(env.catalogue.items).toHaveLength(800);
    expect(traceOf(env, { steps: 24 })).toMatchInlineSnapshot(`
      [
        "0:0 37:0 74:0 111:0! 148:0 185:0 222:1 259:0 296:1 333:0 370:0 407:0 444:0! 481:0 518:0 555:0 592:1 629:0 666:0 703:0 740:0! 777:0 14:0 51:1",
        "1:1 38:1 75:1 112:0 149:0 186:0 223:0! 260:1 297:0 334:0 371:0 408:1 445:0 482:1 519:1 556:0 593:0 630:1 667:0 704:0 741:1 778:0 15:0 52:1",
      ]
    `);
  });
});

describe('kuairec', () => {
  const HEADER = 'user_id,video_id,timestamp,watch_ratio\n';
  const random = createRandom(2);
  const cells = Array.from({ length: 6 * 12 }, (_, k) => [Math.floor(k / 12), k % 12] as const);
  const FILES = {
    'item_categories.csv': `video_id,feat\n${Array.from({ length: 12 }, (_, k) => `${k},"[${k % 4}, ${4 + (k % 3)}]"\n`).join('')}`,
    'small_matrix.csv':
      HEADER +
      cells
        .filter(([user, video]) => user !== 3 || video !== 5)
        .map(([user, video]) => `${user},${video},1,${(8 * random.uniform()).toFixed(2)}\n`)
        .join(''),
  };

  test('gives what was watched, cut at 5, and the mean where nothing was', async () => {
    const env = await makeEnvironment('kuairec', { data: await writeFolder(FILES), sessions: 200, protocol: 'NX_1' });
    expect(env.spec.rewardRange[1]).toBe(5);
    env.reset({ seed: 1 });
    const rewards = new Set(env.step(new Int32Array(200).fill(5)).reward);
    const column = FILES['small_matrix.csv']
      .split('\n')
      .flatMap((line) => (line.split(',')[1] === '5' ? [Number(line.split(',')[3])] : []));
    const watched = column.map((ratio) => Math.min(5, Math.fround(ratio)));
    const mean = watched.reduce((sum, ratio) => sum + ratio, 0) / watched.length;
    expect([...rewards].sort()).toEqual([...new Set([...watched, mean].map(Math.fround))].sort());
  });

  test('users leave when two of the last five share a category with the new video', async () => {
    const env = await makeEnvironment('kuairec', { data: await writeFolder(FILES), sessions: 1 });
    env.reset({ seed: 1 });
    // Categories of video k: k mod 4, and 4 + k mod 3. Videos 0, 4 and 8 share the first; 0 and 4 and 8 nothing else twice.
    expect(env.step(Int32Array.of(0)).terminated[0]).toBe(0);
    expect(env.step(Int32Array.of(4)).terminated[0]).toBe(0);
    expect(env.step(Int32Array.of(8)).terminated[0]).toBe(1);
  });

  test('has the settings of EasyRL4Rec by name', async () => {
    const data = await writeFolder(FILES);
    const env = await makeEnvironment('kuairec', { data, sessions: 200, preset: 'easyrl4rec' });
    expect(env.spec).toMatchObject({ maxTurns: 30, rewardRange: [0, 5] });
    // Of the pair that was not observed the reward is 0.
    env.reset({ seed: 1 });
    expect(Math.min(...env.step(new Int32Array(200).fill(5)).reward)).toBe(0);
    const fixed = await makeEnvironment('kuairec', { data, sessions: 1, preset: 'easyrl4rec', protocol: 'NX_7' });
    expect(fixed.spec.maxTurns).toBe(7);
    const own = await makeEnvironment('kuairec', { data, sessions: 1, preset: 'easyrl4rec', maxTurns: 12 });
    expect(own.spec.maxTurns).toBe(12);
    // Videos 0, 4 and 8 share a category. Video 0 counts in a window of nine, not in one of five.
    const categories = Array.from({ length: 12 }, (_, k) => `${k},"[${k % 4}, ${10 + k}]"\n`).join('');
    const folder = await writeFolder({ ...FILES, 'item_categories.csv': `video_id,feat\n${categories}` });
    const endOf = async (options: { preset?: 'easyrl4rec' }): Promise<number[]> => {
      const one = await makeEnvironment('kuairec', { data: folder, sessions: 1, ...options });
      one.reset({ seed: 1 });
      return [0, 4, 1, 2, 3, 5, 8].map((item) => one.step(Int32Array.of(item)).terminated[0]);
    };
    expect(await endOf({})).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(await endOf({ preset: 'easyrl4rec' })).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('keeps the rules', async () => {
    const data = await writeFolder(FILES);
    const { createKuaiRecEnvironment } = await import('./kuairec-environment.js');
    const { readKuaiRec } = await import('../datasets/readers/kuairec.js');
    const dataset = await readKuaiRec(data);
    for (const check of environmentChecks((sessions) => createKuaiRecEnvironment(dataset, { sessions }))) check.run();
  });
});

describe('makeEnvironment refuses', () => {
  test('settings of EasyRL4Rec for what it does not have, and others', async () => {
    await expect(makeEnvironment('lastfm', { data: 'nowhere', preset: 'easyrl4rec' })).rejects.toThrow(
      /preset: expected none for 'lastfm': EasyRL4Rec has coat, movielens and kuairec/,
    );
    await expect(makeEnvironment('coat', { data: 'x', preset: 'other' as never })).rejects.toThrow(/preset: expected/);
  });

  test('names that it does not know, and a missing folder', async () => {
    await expect(makeEnvironment('netflix' as never)).rejects.toThrow(
      `name: expected one of ${ENVIRONMENT_NAMES.join(', ')}`,
    );
    await expect(makeEnvironment('coat')).rejects.toThrow(/data: expected the folder of the data of 'coat'/);
    await expect(makeEnvironment('coat', { data: 'nowhere' })).rejects.toMatchObject({ name: 'DatasetError' });
    await expect(makeEnvironment('movielens', { data: 'nowhere' })).rejects.toThrow(
      /expected MovieLens: u.data and u.item/,
    );
  });
});

test.each([
  ['films', { reward: 'rating' }],
  ['films', { model: 5 }],
  ['films', { likeThreshold: 3 }],
  ['films', { showUserFeatures: true }],
  ['films', { similarity: { window: 2 } }],
  ['films', { data: '/nope' }],
  ['kuairec', { reward: 'like', data: '/nope' }],
] as const)('%s refuses %j, which it would ignore', async (name, options) => {
  const [option] = Object.keys(options);
  await expect(makeEnvironment(name, options as never)).rejects.toThrow(
    `${option}: expected no value for '${name}', whose`,
  );
});

test('misspelt options are refused', async () => {
  await expect(makeEnvironment('films', { session: 2 } as never)).rejects.toThrow(/found "session"/);
});
