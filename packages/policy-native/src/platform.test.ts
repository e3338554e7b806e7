import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { platformPackages } from './platform.js';

/** Targets of the release, as Rust names them, and the ends of their packages' names, as @napi-rs/cli makes them. */
const ENDS: Readonly<Record<string, string>> = {
  'x86_64-unknown-linux-gnu': 'linux-x64-gnu',
  'x86_64-unknown-linux-musl': 'linux-x64-musl',
  'aarch64-unknown-linux-gnu': 'linux-arm64-gnu',
  'aarch64-unknown-linux-musl': 'linux-arm64-musl',
  'x86_64-apple-darwin': 'darwin-x64',
  'aarch64-apple-darwin': 'darwin-arm64',
  'x86_64-pc-windows-msvc': 'win32-x64-msvc',
};

test('every target of the release is looked for on its platform', () => {
  const { napi } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];
  const expected = (napi.targets as string[]).map((target) => `@ialp/policy-native-${ENDS[target]}`);
  expect(platforms.flatMap(platformPackages).sort()).toEqual(expected.sort());
});

test('a platform without an add-on has none', () => {
  expect(platformPackages('sunos-x64')).toEqual([]);
});
