/**
 * Publishes the add-ons that the release workflow has built (`artifacts/`), each in a package for its platform, and names these packages
 * among the optional dependencies of this one, whose version they share. Run it before this package is published.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const CLI = process.env.NAPI_CLI ?? '@napi-rs/cli@3.10.12';

function napi(...args) {
  const { status } = spawnSync('npx', ['-y', '-p', CLI, 'napi', ...args], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(1);
}

if (!existsSync(`${folder}artifacts`)) {
  process.stderr.write(
    `${folder}artifacts: expected the add-ons of all platforms; found no such folder. The release workflow builds them.\n`,
  );
  process.exit(1);
}
napi('create-npm-dirs');
napi('artifacts', '--output-dir', 'artifacts');
napi('pre-publish', '--tag-style', 'npm', '--no-gh-release');
