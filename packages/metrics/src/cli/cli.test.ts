import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doublyRobust, ips, snips } from '../ope/estimators.js';
import { simulatedBandit, uniformRandom } from '../test-support/bandits.js';
import { run } from './run.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = async (name: string, content: unknown): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const call = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const [out, err]: string[][] = [[], []];
  const code = await run(args, { print: (text) => out.push(text), say: (text) => err.push(text) });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

const bandit = simulatedBandit(500, uniformRandom(5));
const rowOf = (row: number, columns: readonly (keyof typeof bandit)[]) =>
  Object.fromEntries(columns.map((name) => [name, (bandit[name] as ArrayLike<number>)[row]]));
const linesOf = (columns: readonly (keyof typeof bandit)[]): string =>
  Array.from({ length: 500 }, (_, row) => `${JSON.stringify(rowOf(row, columns))}\n`).join('');
const ALL = ['reward', 'propensity', 'target', 'qHat', 'vHat'] as const;

describe('file contents cannot crash the command or inject control characters', () => {
  const runsOf = (...methods: string[]) =>
    methods.flatMap((method) =>
      [1, 2, 3].map((seed) => ({ method, seed, measures: { 'final\u009b': seed + method.length } })),
    );

  test.each([
    ['compare', ['--json']],
    ['compare', []],
  ])('%s %s: names with orders for the terminal are escaped, and the same as JSON', async (command, flags) => {
    const names = ['a\u009b31mred', 'b\u202egpj', 'c\u001b[2J', 'd\u0085', 'e\u2028'];
    const { code, out } = await call(command, await inFolder('escapes.json', runsOf(...names)), ...flags);
    expect(code).toBe(0);
    expect(out).not.toMatch(/(?!\n)[\p{Cc}\u2028\u202e]/u);
    if (flags.length > 0) {
      const [{ methods, measure }] = JSON.parse(out);
      expect(methods.map(({ method }: { method: string }) => method)).toEqual(names);
      expect(measure).toBe('final\u009b');
    }
  });

  test('ope --json: the name of a policy', async () => {
    const log = await inFolder('plain.jsonl', linesOf(['reward', 'propensity']));
    const target = await inFolder('c1.json', { name: 'a\u009b2Jb', target: Array.from(bandit.target) });
    const { out } = await call('ope', log, '--target', target, '--json');
    expect(out).toContain('a\\u009b2Jb');
    expect(JSON.parse(out).policies[0].policy).toBe('a\u009b2Jb');
  });

  test.each<[string, string, RegExp]>([
    [
      'a text of 20 MB',
      `[{"method":"${'x'.repeat(2e7)}","seed":1,"measures":{"final":"a"}}]`,
      /measures\.final: expected a finite/,
    ],
    [
      'lists nested 100,000 deep',
      `${'['.repeat(1e5)}${']'.repeat(1e5)}`,
      /expected runs with method, seed and measures; found/,
    ],
    [
      'curves of null',
      '[{"method":"a","seed":1,"measures":{"final":1},"curves":null}]',
      /curves: expected an object with curves by name; found null/,
    ],
  ])('%s: a message that says what was found', async (_, text, message) => {
    const { code, err } = await call('compare', await inFolder('odd.json', text));
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err.length).toBeLessThan(500);
    expect(err).not.toMatch(/call stack/);
  });
});

describe('ope', () => {
  test('evaluates the policy in the columns of the log, as a table and as JSON', async () => {
    const path = await inFolder('whole.jsonl', linesOf(ALL));
    const { code, out, err } = await call('ope', path);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^self-normalised IPS +0\.\d+ +\[0\.\d+, 0\.\d+\]/m);
    expect(out).toMatch(/^500 rows, effective sample size \d+/m);
    const json = JSON.parse((await call('ope', path, '--json')).out);
    expect(json.policies[0].estimates['IPS']).toEqual(ips(bandit));
    expect(json.policies[0].estimates['doubly robust']).toEqual(doublyRobust(bandit));
  });

  test('evaluates policies from files, and selects the best', async () => {
    const log = await inFolder('bare.jsonl', linesOf(['reward', 'propensity']));
    const same = await inFolder('same.json', { name: 'same', target: Array.from(bandit.propensity) });
    const other = await inFolder('other.json', { name: 'other', target: Array.from(bandit.target) });
    const { out } = await call('ope', log, '--target', same, '--target', other, '--json', '--confidence', '0.9');
    const { policies, selection } = JSON.parse(out);
    expect(policies[1].estimates['self-normalised IPS']).toEqual(snips(bandit, { confidence: 0.9 }));
    expect(selection.best).toBe('other');
    expect((await call('ope', log, '--target', same, '--target', other)).out).toMatch(/Best policy: other, in \d/);
    const twice = await call('ope', log, '--target', same, '--target', same);
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining('two policies have the name same') });
  });

  test('the vHat of a log is used only for its own target policy', async () => {
    const log = await inFolder('modelled.jsonl', linesOf(ALL));
    const target = Array.from(bandit.target);
    const bare = await inFolder('no-model.json', { name: 'bare', target });
    const modelled = await inFolder('model.json', {
      name: 'modelled',
      target,
      vHat: Array.from(bandit.vHat),
    });
    const { policies } = JSON.parse((await call('ope', log, '--target', bare, '--target', modelled, '--json')).out);
    expect(policies[0].estimates).toHaveProperty('IPS');
    expect(policies[0].estimates).not.toHaveProperty('doubly robust');
    expect(policies[0].warnings.join()).toMatch(/no doubly robust estimates: the log's vHat belongs to its own target/);
    expect(policies[1].estimates['doubly robust']).toEqual(doublyRobust(bandit));
  });

  test('evaluates a policy with probabilities by item', async () => {
    const rows = [
      { item: 3, reward: 1, propensity: 0.5 },
      { item: 4, reward: 0, propensity: 0.25 },
      { item: 9, reward: 1, propensity: 0.25 },
    ];
    const log = await inFolder('items.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const policy = await inFolder('items.json', { items: { 3: 0.25, 4: 0.75 } });
    const { policies } = JSON.parse((await call('ope', log, '--target', policy, '--json')).out);
    expect(policies[0].estimates.IPS.value).toBeCloseTo((0.5 * 1 + 3 * 0 + 0) / 3, 12);
    expect((await call('ope', log, '--target', policy)).out).toMatch(/Warning: The effective sample size is/);
  });

  test('items are matched by the ids of the log if it has them', async () => {
    const header = {
      format: 'ialp.log',
      version: 1,
      environment: 'shop',
      items: 2,
      slateSize: 1,
      itemIds: ['tea', 'pot'],
    };
    const rows = [header, { session: 0, item: 1, reward: 1, propensity: 0.5 }];
    const log = await inFolder('ids.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const policy = await inFolder('ids.json', { items: { pot: 1 } });
    const { policies } = JSON.parse((await call('ope', log, '--target', policy, '--json')).out);
    expect(policies[0].estimates.IPS.value).toBe(2);
    const unknown = await inFolder('unknown.json', { items: { cup: 1 } });
    expect((await call('ope', log, '--target', unknown)).err).toMatch(/item ids of the log; found "cup"/);
  });

  test.each([
    [
      'ids as text',
      'text.jsonl',
      (item: number, reward: number) => `${JSON.stringify({ item: `${item}`, reward, propensity: 0.5 })}\n`,
    ],
    [
      'numbers',
      'number.jsonl',
      (item: number, reward: number) => `${JSON.stringify({ item, reward, propensity: 0.5 })}\n`,
    ],
    ['separated values', 'rows.csv', (item: number, reward: number) => `${item},${reward},0.5\n`],
  ])('items of a policy are named by id in a log of %s', async (_, name, lineOf) => {
    const rows = [lineOf(2, 1), lineOf(1, 0), lineOf(0, 0), lineOf(2, 1)].join('');
    const log = await inFolder(name, name.endsWith('.csv') ? `item,reward,propensity\n${rows}` : rows);
    const policy = await inFolder('by-id.json', { items: { 0: 0.8, 1: 0.1, 2: 0.1 } });
    const { policies } = JSON.parse((await call('ope', log, '--target', policy, '--json')).out);
    expect(policies[0].estimates.IPS.value).toBeCloseTo(0.1, 12);
  });

  test('a policy whose items are not in the log is an error, or causes a warning', async () => {
    const log = await inFolder('shown.csv', 'item,reward,propensity\ntea,1,0.5\npot,0,0.5\n');
    const partly = await inFolder('partly.json', { items: { tea: 0.5, pott: 0.5 } });
    expect((await call('ope', log, '--target', partly)).out).toMatch(
      /Warning: The log never shows 1 of the policy's items \(total probability 0\.5\), such as "pott"/,
    );
    const none = await inFolder('none-of.json', { items: { Tea: 1 } });
    expect(await call('ope', log, '--target', none)).toMatchObject({
      code: 1,
      err: expect.stringContaining('item ids of the log; found "Tea", where the log has "tea"'),
    });
  });

  test.each([
    ['an item', '{"items":{"tea":0.5,"pot":0.5,"te\\u0061":0.5}}', '"tea" twice'],
    ['a field', '{"items":{"tea":1},"target":[1,1],"items":{"pot":1}}', '"items" twice'],
  ])('a policy with %s twice is refused', async (_, policy, found) => {
    const log = await inFolder('twice.csv', 'item,reward,propensity\ntea,1,0.5\npot,0,0.5\n');
    const target = await inFolder('twice.json', policy);
    expect(await call('ope', log, '--target', target)).toMatchObject({ code: 1, err: expect.stringContaining(found) });
    // The same name in two objects is no repetition, nor is a text or a value that looks like one.
    const fine = await inFolder(
      'fine.json',
      '{"name":"items\\":{","items":{"tea":0.5,"pot":0.5},"note":{"items":"tea","x":["name"]}}',
    );
    expect(await call('ope', log, '--target', fine)).toMatchObject({ code: 0 });
  });

  test('an incomplete last line is dropped on request, with a message', async () => {
    const row = '{"reward":1,"propensity":0.5,"target":0.5}';
    const log = await inFolder('killed.jsonl', `${row}\n${row}\n${row.slice(0, 20)}`);
    expect(await call('ope', log)).toMatchObject({ code: 1, err: expect.stringContaining('--drop-cut-line') });
    const { code, out, err } = await call('ope', log, '--drop-cut-line', '--json');
    expect([code, JSON.parse(out).rows, err]).toEqual([0, 2, `${log} is incomplete: dropped line 3.`]);
  });

  test('sessions, bootstrap and empirical Bernstein', async () => {
    const rows = Array.from({ length: 500 }, (_, row) => JSON.stringify({ ...rowOf(row, ALL), session: row >> 1 }));
    const log = await inFolder('sessions.jsonl', rows.join('\n'));
    const whole = await call('ope', log, '--trajectories', '--interval', 'bootstrap', '--discount', '0.5', '--json');
    const { estimates } = JSON.parse(whole.out).policies[0];
    expect(Object.keys(estimates)).toContain('sequential doubly robust');
    expect(estimates['per-decision IPS'].rows).toBe(250);
    const bounds = ['--interval', 'empirical-bernstein', '--reward-range', '0,1', '--max-weight', '2.5'];
    const bounded = JSON.parse((await call('ope', log, ...bounds, '--json')).out).policies[0].estimates.IPS;
    expect(bounded.upper - bounded.lower).toBeGreaterThan(2 * 1.96 * bounded.standardError);
    const ofSessions = ['--reward-range', '0,2', '--max-weight', '6.25'];
    const sequential = await call('ope', log, '--trajectories', ...bounds.slice(0, 2), ...ofSessions, '--json');
    // Those of which no range is known are left out.
    expect(Object.keys(JSON.parse(sequential.out).policies[0].estimates)).toEqual([
      ...['trajectory IPS', 'weighted trajectory IPS', 'per-decision IPS', 'fitted Q evaluation'],
    ]);
  });

  test.each<[string, string[], unknown, number, RegExp]>([
    ['no log', [], '', 2, /name one log; found 0/],
    ['a log of another kind', ['log.xls'], '', 2, /expected a log in \.jsonl/],
    ['a log that is not there', ['nowhere.jsonl'], '', 1, /nowhere\.jsonl: expected a file that can be read/],
    ['an option that is not there', ['log.jsonl', '--colour', 'red'], '', 2, /--colour/],
    ['a bound of 0', ['log.jsonl', '--bound', '0'], '', 2, /--bound: expected a number above 0/],
    [
      'a confidence of 95',
      ['log.jsonl', '--confidence', '95'],
      '',
      2,
      /--confidence: expected a number between 0 and 1/,
    ],
    [
      'another interval',
      ['log.jsonl', '--interval', 'wide'],
      '',
      2,
      /one of asymptotic, bootstrap, empirical-bernstein/,
    ],
    ['half a Bernstein', ['log.jsonl', '--interval', 'empirical-bernstein'], '', 2, /needs --reward-range/],
    ['no target', ['FILE'], '{"reward":1,"propensity":1}', 1, /log\.target: expected a column with this name/],
    ['a propensity of 0', ['FILE'], '{"reward":1,"propensity":0,"target":1}', 1, /propensity\[0\].*found 0/],
    ['slates', ['FILE'], '{"format":"ialp.log","slateSize":2}\n{"reward":1,"propensity":1}', 1, /found slates of 2/],
  ])('refuses %s', async (name, args, content, code, message) => {
    const file = await inFolder(`refused-${name.replaceAll(' ', '-')}.jsonl`, content);
    const found = await call('ope', ...args.map((each) => (each === 'FILE' ? file : each)));
    expect(found).toMatchObject({ code, out: '' });
    expect(found.err).toMatch(message);
  });

  test.each<[string, unknown, RegExp]>([
    ['no object', [1], /expected an object with "target" or "items"/],
    ['neither', { policy: 1 }, /found policy/],
    ['too few rows', { target: [1] }, /expected 2 numbers as target.*found 1/],
    ['words', { target: ['a', 'b'] }, /2 numbers as target.*; found /],
    ['no JSON', 'half {', /expected JSON/],
    ['a probability of 2', { items: { 1: 2 } }, /a probability from 0 to 1 for item "1"; found 2/],
    ['half of the probability', { items: { 1: 0.5 } }, /sum to 1; found 0\.5/],
    ['a list of items', { items: [1] }, /probabilities by item/],
    ['an item that is no number', { items: { tea: 1 } }, /item numbers as ids; found "tea"/],
  ])('refuses a policy of %s', async (name, content, message) => {
    const log = await inFolder(
      'two.jsonl',
      '{"item":1,"reward":1,"propensity":1}\n{"item":1,"reward":1,"propensity":1}',
    );
    const { code, err } = await call(
      'ope',
      log,
      '--target',
      await inFolder(`${name.replaceAll(' ', '-')}.json`, content),
    );
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});

const runs = ['new', 'old'].flatMap((method, k) =>
  ['shop', 'radio'].flatMap((environment) =>
    [1, 2, 3].map((seed) => ({
      ...{ method, environment, seed },
      measures: {
        final: 5 - k + seed / 10 + (environment === 'shop' && seed === 3 ? 0.2 * k : 0),
        diversity: 0.5 + k / 10,
      },
      curves: { reward: { interactions: [10, 20, 30], values: [1, seed === 2 ? null : 2, 3 - k] } },
    })),
  ),
);

describe('compare', () => {
  test('prints means, differences and intervals; a list, lines and an object of runs are equivalent', async () => {
    const list = await inFolder('list.json', runs);
    const { code, out } = await call('compare', list, '--measure', 'final');
    expect(code).toBe(0);
    expect(out).toMatch(/^final +shop +radio +normalised IQM/m);
    expect(out).toMatch(/^new +5\.2 \[4\.952, 5\.448\]/m);
    expect(out).toMatch(/^new - old +shop +0\.9333 \[/m);
    const object = await inFolder('object.json', { runs });
    const lines = await inFolder('runs.jsonl', runs.map((each) => JSON.stringify(each)).join('\n'));
    const halves = [await inFolder('a.json', runs.slice(0, 5)), await inFolder('b.json', runs.slice(5))];
    for (const files of [[object], [lines], halves]) {
      expect((await call('compare', ...files, '--measure', 'final')).out).toBe(out);
    }
  });

  test('as JSON, all measures, against a reference', async () => {
    const list = await inFolder('list.json', runs);
    const comparisons = JSON.parse((await call('compare', list, '--json', '--reference', 'old')).out);
    expect(comparisons.map(({ measure }: { measure: string }) => measure)).toEqual(['final', 'diversity']);
    expect(comparisons[0].pairs).toHaveLength(2);
  });

  test('one run per method gives no comparison', async () => {
    const { out } = await call('compare', await inFolder('few.json', [runs[0], runs[6]]));
    expect(out).toMatch(/no two methods have two seeds in common/);
  });

  test.each<[string, string[], unknown, number, RegExp]>([
    ['no file', [], [], 2, /name at least one file/],
    ['no runs', ['FILE'], [], 1, /runs: expected at least one run/],
    ['something else', ['FILE'], [{ method: 'a' }], 1, /runs with method, seed and measures; found .* as run 0/],
    ['a number', ['FILE'], 3, 1, /a run, or a list of runs; found 3/],
    ['an unknown measure', ['FILE', '--measure', 'best'], runs, 2, /measure: expected one of final, diversity/],
    ['an unknown reference', ['FILE', '--reference', 'best'], runs, 2, /reference: expected one of new, old/],
    ['a file that is not there', ['none.json'], runs, 1, /none\.json.*no such file/],
  ])('refuses %s', async (name, args, content, code, message) => {
    const file = await inFolder(`${name.replaceAll(' ', '-')}.json`, content);
    const found = await call('compare', ...args.map((each) => (each === 'FILE' ? file : each)));
    expect(found).toMatchObject({ code, out: '' });
    expect(found.err).toMatch(message);
  });
});

test('report writes a page, the same each time', async () => {
  const list = await inFolder('list.json', runs);
  const pages = await Promise.all(
    ['one.html', 'two.html'].map(async (name) => {
      const path = join(folder, name);
      const args = ['--out', path, '--title', 'Two shops', '--reference', 'old'];
      expect(await call('report', list, ...args)).toMatchObject({ code: 0, out: path });
      return readFile(path, 'utf-8');
    }),
  );
  expect(pages[0]).toContain('<h1>Two shops</h1>');
  expect(pages[0]).toContain('final against diversity');
  expect(pages[1]).toBe(pages[0]);
  const nowhere = await call('report', list, '--out', join(folder, 'no', 'where.html'));
  expect(nowhere).toMatchObject({ code: 2, out: '' });
  expect(nowhere.err).toMatch(/^--out .*where\.html: .*found no folder .*no\. Create the folder, or name a file/);
  expect((await call('report', list, '--out', folder)).err).toMatch(/found a folder\. Name a file in it\.$/);
  expect((await call('report', 'none.json')).err).toMatch(/found no such file\. Check the path\. It is relative to /);
  expect(await call('report', list, '--against', 'colour')).toMatchObject({ code: 2 });
  expect(await call('report')).toMatchObject({ code: 2 });
});

test('help and unknown commands', async () => {
  expect((await call('--help')).out).toMatch(/ialp-metrics compare/);
  for (const command of ['compare', 'ope', 'report']) {
    expect(await call(command, '--help')).toMatchObject({ code: 0, err: '' });
  }
  expect(await call()).toMatchObject({ code: 2, out: '' });
  expect(await call('toString')).toMatchObject({ code: 2, err: expect.stringContaining('compare, ope, report') });
});

test('a policy with both target and items is refused', async () => {
  const log = await inFolder('both.jsonl', '{"item":"a","reward":1,"propensity":0.5}\n');
  const policy = await inFolder('both.json', { target: [0.5], items: { a: 1 } });
  expect(await call('ope', log, '--target', policy)).toMatchObject({
    code: 1,
    err: expect.stringContaining('both.json: expected either "target" or "items"; found both. Remove one of them'),
  });
});

test('control characters in names are escaped by compare and ope, in tables and in errors', async () => {
  const method = 'a\u001b[2J\u009bb\n';
  const run = { method, seed: 1, measures: { final: 1 } };
  const { out } = await call('compare', await inFolder('escape.json', [run]));
  expect(out).toContain('a\\u001b[2J\\u009bb\\n');
  const { code, err } = await call('compare', await inFolder('twice.json', [run, run]));
  expect([code, err.includes('\u001b'), err.includes('\\u001b')]).toEqual([1, false, true]);
  const log = await inFolder('escape.jsonl', '{"reward":1,"propensity":0.5}\n{"reward":0,"propensity":0.5}\n');
  const policies = ['x\u001b', 'y\u001b'].map((name) => inFolder(`${name[0]}.json`, { name, target: [0.5, 0.5] }));
  const targets = (await Promise.all(policies)).flatMap((file) => ['--target', file]);
  expect((await call('ope', log, ...targets)).out).not.toContain('\u001b');
});

test('compare refuses runs without measures', async () => {
  const file = await inFolder('none.json', [{ method: 'a', seed: 1, measures: {} }]);
  expect(await call('compare', file)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('found no measures'),
  });
});
