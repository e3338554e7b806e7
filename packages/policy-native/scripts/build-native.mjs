/**
 * Compiles the add-on for this machine with cargo and puts it beside the package's manifest, where the loader looks first.
 * `--if-possible` says why where it cannot be built, and goes on: nothing else of the repository needs it.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const ifPossible = process.argv.includes('--if-possible');
/** What cargo calls the library, by platform. */
const LIBRARIES = { darwin: 'libialp_policy_native.dylib', win32: 'ialp_policy_native.dll' };

function fail(reason) {
  process.stderr.write(`The native kernels were not built: ${reason}\n`);
  if (!ifPossible) process.exitCode = 1;
}

const { status, error } = spawnSync('cargo', ['build', '--release', '--locked'], { cwd: folder, stdio: 'inherit' });
if (error) fail(`cargo does not start (${error.code}). Install Rust from https://rustup.rs.`);
else if (status !== 0) fail('cargo failed; its output is above.');
else {
  const library = LIBRARIES[process.platform] ?? 'libialp_policy_native.so';
  const target = `${folder}ialp-policy-native.node`;
  // Renamed into place: a process that has the old add-on loaded goes on with it.
  copyFileSync(`${folder}target/release/${library}`, `${target}.new`);
  renameSync(`${target}.new`, target);
}
