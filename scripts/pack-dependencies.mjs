// Runs after `pnpm pack --pack-destination <folder>` of a package: packs the packages of this workspace that it depends on
// into the same folder, so that what lies there can be installed before any of it is published. Publishing is left as it is.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const { npm_command: command, npm_config_pack_destination: destination, npm_execpath: pnpm } = process.env;

/** Whether the folder holds a tarball of the package that is no older than its build. */
function isPacked(folder, { name, version }) {
  const tarball = join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  return existsSync(tarball) && statSync(tarball).mtimeMs >= statSync(join(folder, 'dist/index.js')).mtimeMs;
}

if (command === 'pack' && destination && pnpm) {
  const { dependencies = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
  const names = Object.keys(dependencies).filter((name) => dependencies[name].startsWith('workspace:'));
  for (const name of names) {
    const folder = resolve('node_modules', name);
    if (isPacked(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))) continue;
    const args = [pnpm, 'pack', '--pack-destination', resolve(destination)];
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) process.exit(1);
  }
}
