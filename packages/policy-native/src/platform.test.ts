import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { platformPackages } from './platform.js';

const TARGETS: Readonly<Record<string, string>> = (
  await import(new URL('../scripts/targets.mjs', import.meta.url).href)
).TARGETS;

test('every target of the release is compiled, and looked for on its platform', () => {
  const { napi } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(Object.keys(TARGETS).sort()).toEqual([...napi.targets].sort());
  const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];
  const expected = Object.values(TARGETS).map((end) => `@ialp/policy-native-${end}`);
  expect(platforms.flatMap(platformPackages).sort()).toEqual(expected.sort());
});

test('a platform without an add-on has none', () => {
  expect(platformPackages('sunos-x64')).toEqual([]);
});
