import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { openFileModelStore } from '../file/model-store.js';
import { run } from './run.js';
import { type ServerSetup, storeSetup } from './setup.js';

let folder: string;
let catalogue: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-serve-run-'));
  catalogue = join(folder, 'items.csv');
  await writeFile(catalogue, 'id,title\ntea,Tea\ncoffee,Coffee\ncocoa,Cocoa\n');
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** Runs the command. Returns its exit code and what it printed on stderr. */
async function command(...args: string[]): Promise<readonly [code: number, printed: string]> {
  let printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  const code = await run(args);
  return [code, printed];
}

/** A state folder whose deployment began with a setup. */
async function begun(setup: Partial<ServerSetup>): Promise<string> {
  const state = join(folder, 'state');
  await mkdir(join(state, 'models'), { recursive: true });
  const modelStore = await openFileModelStore({ folder: join(state, 'models') });
  const others = { format: 1, catalogue: 'own', capacity: 10, historyLength: 10, learner: 'a2c', seed: 1 } as const;
  await storeSetup(modelStore, { ...others, ...setup });
  await modelStore.close();
  return state;
}

test.each([
  ['an unknown option', ['--learner', 'dqn'], /unknown option '--learner'/],
  ['a port out of range', ['--port', '70000'], /Expected a whole number from 0 to 65535/],
  ['a place to learn that is not known', ['--learn', 'there'], /Expected here, elsewhere, only/],
])('%s is wrong usage', async (_what, args, message) => {
  const [code, printed] = await command(...args);
  expect(code).toBe(2);
  expect(printed).toMatch(message);
  expect(printed).not.toMatch(/^ +at /m);
});

test('--version is that of the package, and --help says how the capacity is chosen', async () => {
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  expect(await run(['--version'])).toBe(0);
  expect(printed).toBe(`${JSON.parse(manifest).version}\n`);
  expect(await run(['--help'])).toBe(0);
  expect(printed.replace(/\s+/g, ' ')).toContain('half as many again, at least 256 more');
});

test('a catalogue that does not fit into its capacity is wrong usage', async () => {
  const [code, printed] = await command('--catalogue', catalogue, '--state', join(folder, 'new'), '--capacity', '2');
  expect([code, printed]).toEqual([2, '--capacity 2: expected at least 3, the items of the catalogue.\n']);
});

test.each([
  [
    'tokens of variables that are not set',
    '{ tokens: { deciding: process.env.NOT_SET } }',
    [],
    /tokens\.deciding: .*no token/,
  ],
  ['an invalid slate size', '{ slateSize: 0 }', [], /slateSize/],
  ['a public address without tokens', '{}', ['--host', '0.0.0.0'], /tokens/],
  ['too small a capacity', '{}', ['--capacity', '2'], /--capacity 2/],
])('%s: wrong usage, and no state folder', async (_what, config, args, message) => {
  const file = join(folder, 'config.mjs');
  await writeFile(file, `export default ${config};`);
  const state = join(folder, 'new');
  const [code, printed] = await command('--catalogue', catalogue, '--state', state, '--config', file, ...args);
  expect(code).toBe(2);
  expect(printed).toMatch(message);
  expect(existsSync(state)).toBe(false);
});

test('without the films it is wrong usage, and no state folder', async () => {
  const missing = Object.assign(new Error("Cannot find package '@ialp/env'"), { code: 'ERR_MODULE_NOT_FOUND' });
  vi.doMock('./films.js', () => ({ readFilmItems: () => Promise.reject(missing) }));
  onTestFinished(() => void vi.doUnmock('./films.js'));
  const [code, printed] = await command('--state', join(folder, 'new'));
  expect(printed).toContain('npm install @ialp/env');
  expect(code).toBe(2);
  expect(existsSync(join(folder, 'new'))).toBe(false);
});

test('a deployment of a catalogue is not started without it', async () => {
  const [code, printed] = await command('--state', await begun({}));
  expect(code).toBe(2);
  expect(printed).toContain('Pass its --catalogue again');
});

test.each([
  ['another seed', { seed: 7 }, ['--seed', '8'], /--seed 8: .* began with --seed 7/],
  ['another capacity', { capacity: 20 }, ['--capacity', '30'], /--capacity 30: .* began with --capacity 20/],
  ['more items than the capacity', { capacity: 2 }, [], /expected at most 2 items; found 3/],
  [
    'another kind of catalogue',
    { catalogue: 'films' as const },
    [],
    /it holds a deployment of the films; found --catalogue .*Leave the option out/,
  ],
])('a deployment that has begun is not started with %s', async (_what, setup, args, message) => {
  const state = await begun(setup);
  const [code, printed] = await command('--catalogue', catalogue, '--state', state, ...args);
  expect(code).toBe(2);
  expect(printed).toMatch(message);
});

test('a state folder that cannot be made is named, with a remedy', async () => {
  const state = join(catalogue, 'state');
  const [code, printed] = await command('--catalogue', catalogue, '--state', state);
  expect(code).toBe(1);
  const problem = 'a file is where a folder is expected (ENOTDIR)';
  expect(printed).toBe(`Cannot create ${state}: ${problem}. Choose another folder.\n`);
});

test('files that cannot be used are named, without a stack', async () => {
  const missing = join(folder, 'missing.csv');
  for (const [args, name] of [
    [['--catalogue', missing, '--state', join(folder, 'new')], missing],
    [['--catalogue', catalogue, '--state', catalogue], catalogue],
  ] as const) {
    const [code, printed] = await command(...args);
    expect(code).toBe(1);
    expect(printed).toContain(name);
    expect(printed).not.toMatch(/^ +at |IALP_DEBUG/m);
  }
});
