import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@ialp/command/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Results, resultsSchema } from './results.js';

/* The whole way with the real encoder on whole catalogues; `main.test.ts` goes it on a small one. */

const data = process.env['IALP_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const ENTRY = new URL('../dist/main.js', import.meta.url).href;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-quickstart-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function resultsOf(name: string, args: readonly string[]): Promise<Results> {
  const { code, stdout, stderr } = await runCommand(ENTRY, [...args, '--json', '--out', join(folder, name)]);
  expect(code, stderr).toBe(0);
  return resultsSchema.parse(JSON.parse(stdout));
}

test('on films: the same again with the same seed, and pre-training earns more than chance', async () => {
  const flags = ['--seeds', '2', '--interactions', '2000', '--seed', '7'];
  const { times: _, ...first } = await resultsOf('first', flags);
  const { times: __, ...again } = await resultsOf('second', flags);
  expect(again).toEqual(first);
  const frozen = first.methods['ialp-frozen']!.cumulativeReward!.mean;
  expect(frozen).toBeGreaterThan(first.methods.random!.cumulativeReward!.mean);
});

test.for(['ml-100k', 'coat'])('on %s', async (name, { skip }) => {
  const path = join(data, name);
  if (!existsSync(path)) skip(`there is no ${path}; name the folder that holds ${name} in IALP_DATA`);
  const results = await resultsOf(name, ['--data', path, '--seeds', '1', '--interactions', '2000']);
  expect(Object.keys(results.methods).length).toBe(6);
});
