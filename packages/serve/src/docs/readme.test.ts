import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLinkedProject, packageFolder } from './test-support/linked-project.js';

/*
 * The examples of this package's README, saved as it says and run by Node: they are TypeScript that is JavaScript, too.
 */

const run = promisify(execFile);
let folder: string;
let examples: string[];

beforeAll(async () => {
  folder = await makeLinkedProject('commonjs', ['@ialp/policy']);
  const text = await readFile(join(packageFolder, 'README.md'), 'utf8');
  examples = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs an example. Returns what it prints. */
async function printed(code: string): Promise<string> {
  await writeFile(join(folder, 'example.mjs'), code);
  return (await run(process.execPath, ['example.mjs'], { cwd: folder })).stdout;
}

test('the first example learns what it says that it learns', async () => {
  const code = examples[0]!;
  const shares = [...(await printed(code)).matchAll(/shown tea: (\d+) %/g)].map(([, share]) => Number(share));
  const said = [...code.split('// shown tea:')[1]!.matchAll(/(\d+) %/g)].map(([, share]) => Number(share));
  expect([shares.length, said.length]).toEqual([4, 4]);
  // When updates come depends on the machine. They do not change by much what is learned.
  for (const [quarter, share] of shares.entries()) expect(Math.abs(share - said[quarter]!)).toBeLessThan(10);
  expect(shares[3]).toBeGreaterThan(shares[0]! + 15);
});

test("the client's example shows what it says", async () => {
  const code = examples[1]!;
  const [, said] = code.match(/console\.log\(.*\/\/ (.*)/)!;
  expect((await printed(code)).trim()).toBe(said);
});
