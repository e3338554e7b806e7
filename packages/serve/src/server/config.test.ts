import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config.js';

test.each([
  ['rules.rewards', { rules: { rewards: 'frist' } }],
  ['learning.updateRows', { learning: { updateRows: 0 } }],
])('%s is checked when the file is read', async (option, config) => {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  await expect(readConfig(file)).rejects.toMatchObject({ option });
});
