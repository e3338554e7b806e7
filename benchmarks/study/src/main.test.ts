import { existsSync, watch } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand as runEntry } from '@ialp/command/testing';
import { createRandom } from '@ialp/env';
import { confidenceInterval } from '@ialp/metrics';
import { compareRuns, type RunResult } from '@ialp/metrics/runs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Results } from './results.js';

const ENTRY = new URL('../dist/main.js', import.meta.url).href;
const STACK = /^ +at .*:\d+:\d+/m;
const data = process.env['IALP_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-study-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** With one cache folder for all tests but those that name another. */
const study = (
  args: readonly string[],
  onStderr?: Parameters<typeof runEntry>[2],
  options?: Parameters<typeof runEntry>[3],
) => runEntry(ENTRY, args, onStderr, { cache: join(folder, 'common-cache'), ...options });

/** Everything but the times. */
function withoutTimes(stdout: string): Omit<Results, 'times'> {
  const { times: _, ...results } = JSON.parse(stdout) as Results;
  return results;
}

/** The short pre-training of `--quick`. */
const SMALL = [
  '--quick',
  '--environments',
  'coat',
  '--seeds',
  '2',
  '--interactions',
  '1280',
  '--ablations',
  'none',
  '--json',
];
/** Where nothing depends on several: each thread would read the data again. */
const ONE_SEED = [...SMALL, '--seeds', '1', '--threads', '1'];

describe.skipIf(!existsSync(join(data, 'coat')))(
  'on Coat (from the folder named in IALP_DATA, or ../shared/data)',
  () => {
    const methods = ['--methods', 'random,a2c-scratch,ialp-frozen,a-ialp-ft,a-ialp-ap'];

    const texts = async (): Promise<string> =>
      /^Embeddings:.*$/m.exec((await study(['--data', data, ...SMALL, '--dry-run'])).stdout)?.[0] ?? '';

    // What it begins anew reads the embeddings that the first run has computed: these are the same bits.
    test('runs, can be killed and resumed, and gives the same either way', async () => {
      expect(await texts()).toMatch(/(\d+) distinct texts, 0 stored in .*common-cache.*, \1 to compute$/);
      const whole = await study(['--data', data, ...SMALL, ...methods, '--out', join(folder, 'whole')]);
      expect(whole.code, whole.stderr).toBe(0);
      expect(await texts()).toMatch(/(\d+) distinct texts, \1 stored in .*, 0 to compute$/);

      const broken = join(folder, 'broken');
      const args = ['--data', data, ...SMALL, ...methods, '--out', broken];
      await mkdir(broken);
      // As soon as the first runs are on disk: some are finished then, others are not.
      const watcher = watch(broken);
      const interrupted = await study(args, (text, kill) => {
        if (text.includes('Deployments')) watcher.once('change', () => kill('SIGINT'));
      });
      watcher.close();
      if (interrupted.code !== 0) {
        expect(interrupted.code).toBe(130);
        expect(interrupted.stderr).toMatch(/Interrupted. Finished runs are stored in .*; the same command continues/);
      }
      // A kill may also have cut the last line short.
      await appendFile(join(broken, 'runs.jsonl'), '\n{"cell":{"environment":"co');
      const resumed = await study(args);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(withoutTimes(resumed.stdout)).toEqual(withoutTimes(whole.stdout));

      const results = withoutTimes(whole.stdout);
      const [table] = results.tables;
      expect(table.methods.map(({ method }) => method)).toEqual(methods[1].split(','));
      for (const { seeds, values, curve } of table.methods) {
        expect(seeds).toEqual([1, 2]);
        expect(values.cumulative.every((value) => value !== null && value > 0)).toBe(true);
        expect(curve.mean.length).toBe(20);
      }
      expect(results.comparisons.length).toBe(4);
      expect(results.findings.length).toBeGreaterThan(5);
      expect(await readFile(join(folder, 'whole', 'report.html'), 'utf8')).toContain('a-ialp-ap');
      const markdown = await readFile(join(folder, 'whole', 'tables.md'), 'utf8');
      expect(markdown).toContain('| method | early | final | mean | cumulative | length | lowest |');
      for (const { figures } of results.claims) expect(markdown).toContain(figures);
      // In the form of ialp-metrics, which finds the same.
      const lines = (await readFile(join(folder, 'whole', 'main-runs.jsonl'), 'utf8')).trim().split('\n');
      const { methods: found } = compareRuns(
        lines.map((line) => JSON.parse(line) as RunResult),
        { measure: 'mean', random: createRandom(1) },
      );
      expect(found.map(({ method, means }) => [method, means[0]?.mean])).toEqual(
        table.methods.map(({ method, values }) => [method, confidenceInterval(values.mean as number[]).mean]),
      );
    });

    test('runs a method from outside, which has never heard of it', async () => {
      const path = join(folder, 'mine.mjs');
      await writeFile(
        path,
        `export const method = {
        description: 'the first items of the catalogue',
        isPretrained: false,
        create({ space }) {
          const policy = {
            specificationVersion: 'v2',
            items: space.items,
            distribution({ rows, available, exclusions: { offset, count, items } }) {
              const first = Int32Array.from({ length: rows }, (_, row) => {
                const excluded = items.subarray(offset[row], offset[row] + count[row]);
                return available.findIndex((value, item) => value === 1 && !excluded.includes(item));
              });
              const propensity = (chosen) => Float32Array.from(chosen, (item, row) => (item === first[row] ? 1 : 0));
              const top = () => ({ items: first, scores: propensity(first) });
              return { propensity, sample: () => ({ items: first, propensity: propensity(first) }), top };
            },
          };
          return { learner: { specificationVersion: 'v2', policy, rolloutLength: 1, learn: () => ({}) } };
        },
      };`,
      );
      const args = ['--data', data, ...ONE_SEED, '--methods', 'random', '--method', `mine=${path}`];
      const { code, stdout, stderr } = await study([...args, '--out', join(folder, 'mine')]);
      expect(code, stderr).toBe(0);
      const [table] = withoutTimes(stdout).tables;
      expect(table.methods.map(({ method }) => method)).toEqual(['random', 'mine']);
    });

    test('offline learners learn from a log', async () => {
      const methods = ['random', 'bc-offline', 'cql-offline', 'sa2c-offline'];
      const args = ['--data', data, ...ONE_SEED, '--interactions', '3840', '--methods', methods.join(',')];
      const { code, stdout, stderr } = await study([...args, '--out', join(folder, 'offline')]);
      expect(code, stderr).toBe(0);
      const [table] = withoutTimes(stdout).tables;
      const finals = table.methods.map(({ measures }) => measures.final?.estimate ?? 0);
      for (const final of finals.slice(1)) expect(final).toBeGreaterThan(finals[0]);
    });

    test('says what it would do', async () => {
      const { code, stdout } = await study(['--data', data, '--environments', 'coat', '--quick', '--dry-run']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Runs: 30 deployments of 19200 interactions/);
      expect(stdout).toMatch(/about \d+ minutes/);
      expect(stdout).toMatch(/^Kernels: (portable|fused|native)$/m);
    });

    test('says what tuning would do, and does not do it', async () => {
      const { code, stdout } = await study(['--data', data, '--environments', 'coat', '--tune', '--dry-run']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Runs: 132 deployments of 128000 interactions .* after 12 pre-trainings/);
      expect(stdout).toMatch(/tuned.json/);
    });

    test.each([
      [['--methods', 'magic'], /Unknown name "magic". Names: random; popularity/],
      [['--seeds', '0'], /Expected a whole number from 1 to 1000/],
      [['--ablations', 'weather'], /Unknown name "weather"/],
      [['--method', 'mine'], /Expected a name and the path of a module/],
      [['--method', 'mine=./nowhere.js'], /The file .\/nowhere.js does not exist/],
      [['--method', 'random=./nowhere.js'], /The method random already exists/],
      [['--colour'], /unknown option/],
    ])('refuses %o in words', async (args, message) => {
      const { code, stdout, stderr } = await study(['--data', data, '--environments', 'coat', ...args]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(STACK);
    });

    test('says where it cannot write', async () => {
      for (const more of [[], ['--dry-run']]) {
        const { code, stderr } = await study(['--data', data, ...SMALL, ...more, '--out', '/proc/nowhere']);
        expect(code).toBe(2);
        expect(stderr).toMatch(/--out \/proc\/nowhere: cannot write there/);
        expect(stderr).not.toMatch(STACK);
      }
    });
  },
);

test('names the data that are missing', async () => {
  const { code, stderr } = await study(['--data', join(folder, 'nothing')]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/the environment coat needs .*nothing\/coat, which does not exist/);
  expect(stderr).toMatch(/downloadDataset\('coat', .*\) of @ialp\/env\/download downloads it/);
  expect(stderr).not.toMatch(STACK);
});

test('names where data come from that are not fetched', async () => {
  const args = ['--data', join(folder, 'nothing'), '--environments', 'amazon-industrial', '--dry-run'];
  const { code, stderr } = await study(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/nothing\/amazon-industrial, .* Download it by hand: .*github\.com\/AkaliKong\/MiniOneRec/);
  expect(stderr).not.toMatch(/env\/download/);
});
