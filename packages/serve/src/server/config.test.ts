import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config.js';

test.each([
  ['rules.rewards', { rules: { rewards: 'frist' } }],
  ['learning.updateRows', { learning: { updateRows: 0 } }],
  ['slateSize', { slateSize: 0 }],
  ['mode', { mode: 'alive' }],
  ['agreement', { agreement: 80 }],
  ['tokens.deciding', { tokens: { deciding: 'short' } }],
  ['tokens', { tokens: {} }],
  ['limits.maxCount', { limits: { maxCount: 0 } }],
  ['origins', { origins: ['shop.example'] }],
  ['origins', { origins: 'https://shop.example' }],
  ['personalizer.maxItems', { personalizer: { maxItems: -1 } }],
  ['createLearner', { createLearner: 'a2c' }],
  ['baseline', { baseline: { share: 0.1 } }],
])('%s is checked when the file is read', async (option, config) => {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  await expect(readConfig(file)).rejects.toMatchObject({ option });
});
