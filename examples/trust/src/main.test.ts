import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrustReport } from '@ialp/llm-user';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { run } from './main.js';

const data = process.env['IALP_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const movielens = join(data, 'ml-100k');

let stdout: string;
let stderr: string;
let spies: MockInstance[];

beforeEach(() => {
  stdout = '';
  stderr = '';
  const collect = (write: (text: string) => void) => (text: string | Uint8Array) => {
    write(String(text));
    return true;
  };
  spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(collect((text) => (stdout += text))),
    vi.spyOn(process.stderr, 'write').mockImplementation(collect((text) => (stderr += text))),
  ];
});

afterEach(() => {
  for (const spy of spies) spy.mockRestore();
});

describe('with the data set', () => {
  test('every recorded reply of the real model is found, and judged', async ({ skip }) => {
    if (!existsSync(movielens)) return skip('name a folder that holds ml-100k in IALP_DATA');
    expect(await run(['--data', movielens, '--json'])).toBe(0);
    const rows: { name: string; report: TrustReport }[] = JSON.parse(stdout);
    const of = (name: string): TrustReport => rows.find((row) => row.name.endsWith(name))!.report;
    expect(rows).toHaveLength(8);
    for (const { report } of rows) {
      expect(report.summary).toMatchObject({ done: 200, answered: 200, failed: 0 });
    }
    // What the figures in the package's README say.
    expect(of('encoder').auc.byUser!.mean).toBeGreaterThan(0.57);
    for (const [rate, auc] of [
      [10, 0.9],
      [20, 0.8],
      [40, 0.6],
    ]) {
      expect(Math.abs(of(`oracle, ${rate} % wrong`).auc.byUser!.mean - auc)).toBeLessThan(0.04);
    }
    expect(of('listwise').position).toMatchObject({ questions: 200 });
    expect(of('pointwise').yesShare).toBeLessThan(0.05);
  });
});

test.each([
  ['no data set', ['--data', '/nowhere'], 1, /nowhere/],
  ['a way to ask that is none', ['--data', '/nowhere', '--kinds', 'wordwise'], 2, /There is no wordwise/],
  ['no folder named', [], 2, /required option '--data <folder>'/],
])('%s is one line and an exit code', async (_, args, code, message) => {
  expect(await run(args)).toBe(code);
  expect(stderr).toMatch(message);
});
