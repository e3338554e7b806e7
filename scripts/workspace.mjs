/**
 * Makes a fresh clone ready with nothing but Node and npm: fetches pnpm, installs the locked dependencies, builds.
 * Everything it prints goes to stderr, so that a command's stdout holds that command's results alone.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const stamp = join(root, 'node_modules', '.ialp-installed');

/** Ends the process with a plain message where Node is older than `engines` says. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `ialp needs Node 20.19 or later; this is Node ${process.versions.node}. Install a newer one from https://nodejs.org.`,
  );
  process.exit(1);
}

/** What an installation depends on: the lockfile and every manifest. */
function installationDigest() {
  const manifests = ['packages', 'internal', 'examples', 'benchmarks'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'package.json')),
  );
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']
    .map((name) => join(root, name))
    .concat(manifests)
    .filter((file) => existsSync(file));
  const hash = createHash('sha256').update(process.platform + process.arch);
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** Runs a command; what it printed is shown, on stderr, only if it fails. Rejects with its exit code. */
function runQuietly(command, args) {
  return new Promise((resolve, reject) => {
    const output = [];
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      env: { ...process.env, DO_NOT_TRACK: '1', TURBO_TELEMETRY_DISABLED: '1' },
    });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      const failure = new Error(`${command} ${args.join(' ')} failed (its output is above)`);
      reject(Object.assign(failure, { exitCode: signal === 'SIGINT' ? 130 : 1 }));
    });
  });
}

/** Runs the pnpm that `packageManager` pins, which puts itself on the PATH of what it runs. */
export function pnpm(...args) {
  return runQuietly('npx', ['-y', manifest.packageManager, ...args]);
}

/** Runs turbo tasks over the workspace; what is up to date is not done again. */
export function turbo(...tasks) {
  return pnpm('exec', 'turbo', 'run', ...tasks, '--output-logs=errors-only', '--log-order=grouped');
}

/** Installs the locked dependencies where they are missing or the lockfile changed. */
export async function install() {
  checkNode();
  const digest = installationDigest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  console.error('Installing dependencies (once; a minute on a fast line) ...');
  await pnpm('install', '--frozen-lockfile');
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, digest);
}

/** Installs and builds what is out of date. */
export async function prepare() {
  await install();
  if (!existsSync(join(root, 'packages', 'env', 'dist'))) console.error('Building the packages ...');
  await turbo('build');
}

/** Runs a script's main function; a failed step gives its exit code, not a stack trace. */
export async function main(job) {
  try {
    await job();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = error?.exitCode ?? 1;
  }
}
