/**
 * Compiles the add-on with cargo and puts it beside the package's manifest.
 *
 * - without flags for this machine, as `ialp-policy-native.node`, where the loader looks first.
 * - `--if-possible`: says why where it cannot be built, and goes on; nothing else of the repository needs it.
 * - `--target <triple>`: for a platform with a package, as `ialp-policy-native.linux-x64-musl.node` and so on, for `publish-platforms.mjs`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cargoFor, libraryOf, TARGETS } from './targets.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { 'if-possible': { type: 'boolean' }, target: { type: 'string' } } });
const { target } = values;

function fail(reason, exitCode = 1) {
  process.stderr.write(`The native kernels were not built: ${reason}\n`);
  process.exitCode = values['if-possible'] ? 0 : exitCode;
}

function build() {
  const { args, env } = cargoFor(target);
  const { status, error } = spawnSync('cargo', args, {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (error) return fail(`cargo does not start (${error.code}). Install Rust from https://rustup.rs.`);
  if (status !== 0) {
    const needed = args[0] === 'zigbuild' ? ' For Linux it needs: pip install cargo-zigbuild ziglang.' : '';
    return fail(`cargo failed; its output is above.${needed}`);
  }
  const addon = `${folder}ialp-policy-native.${target === undefined ? '' : `${TARGETS[target]}.`}node`;
  // Renamed into place: a process that has the old add-on loaded goes on with it.
  copyFileSync(`${folder}${libraryOf(target)}`, `${addon}.new`);
  renameSync(`${addon}.new`, addon);
}

if (target === undefined || Object.hasOwn(TARGETS, target)) build();
else fail(`--target has to be one of ${Object.keys(TARGETS).join(', ')}, not '${target}'.`, 2);
