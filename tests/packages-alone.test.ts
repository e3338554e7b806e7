import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/*
 * What somebody gets who installs one package: each is packed, installed into an empty project outside the workspace
 * with what its README tells to install, and the README's examples are type-checked and run there.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const NAMES = ['core', 'env', 'metrics', 'policy', 'llm-user', 'adaptive'] as const;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly packageManager: string;
  readonly dependencies?: Record<string, string>;
}

let folder: string;
const tarballs = new Map<string, string>();

async function manifestOf(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, path, 'package.json'), 'utf8'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-alone-'));
  const { packageManager } = await manifestOf('.');
  for (const name of NAMES) {
    const into = join(folder, 'tarballs', name);
    await mkdir(into, { recursive: true });
    await run('npx', ['-y', packageManager, 'pack', '--pack-destination', into], { cwd: join(root, 'packages', name) });
    const [file] = await readdir(into);
    tarballs.set(`@ialp/${name}`, join(into, file));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The tarballs of a package and of everything of ours that it depends on. */
async function tarballsOf(name: string): Promise<string[]> {
  const { dependencies = {} } = await manifestOf(join('packages', name.slice('@ialp/'.length)));
  const ours = Object.keys(dependencies).filter((dependency) => tarballs.has(dependency));
  const nested = await Promise.all(ours.map(tarballsOf));
  return [...new Set([tarballs.get(name)!, ...nested.flat()])];
}

/** Packages that the README says to install, but for our own. */
function extras(readme: string): string[] {
  const installed = [...readme.matchAll(/npm install ([^\n`]+)/g)].flatMap((match) => match[1].trim().split(/\s+/));
  return [...new Set(installed.filter((name) => !name.startsWith('@ialp/')))];
}

describe.each(NAMES)('@ialp/%s, installed alone', (name) => {
  test('gives what its README shows', async () => {
    const readme = await readFile(join(root, 'packages', name, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
    expect(examples.length).toBeGreaterThan(0);

    const project = join(folder, name);
    await mkdir(project);
    await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'alone', private: true, type: 'module' }));
    const named = [...readme.matchAll(/npm install ([^\n`]+)/g)].flatMap(
      (match) => match[1].match(/@ialp\/[\w-]+/g) ?? [],
    );
    const files = (await Promise.all([...new Set([`@ialp/${name}`, ...named])].map(tarballsOf))).flat();
    const tools = ['typescript@5.9.3', '@types/node@20'];
    await run('npm', ['install', '--no-audit', '--no-fund', ...new Set(files), ...extras(readme), ...tools], {
      cwd: project,
    });

    for (const [k, example] of examples.entries()) await writeFile(join(project, `example-${k}.ts`), example);
    const tsc = [
      'node_modules/typescript/bin/tsc',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--outDir',
      'out',
    ];
    const sources = examples.map((_, k) => `example-${k}.ts`);
    // The declarations of TensorFlow.js do not hold under --strict themselves.
    const lenient = (k: number): boolean => examples[k].includes('@tensorflow/');
    for (const flags of [[], ['--skipLibCheck']]) {
      const some = sources.filter((_, k) => lenient(k) === flags.length > 0);
      if (some.length === 0) continue;
      await run(process.execPath, [...tsc, ...flags, ...some], { cwd: project }).catch((error) => {
        throw new Error(`The examples do not type-check:\n${error.stdout}`);
      });
    }
    for (const k of examples.keys()) {
      const { stdout } = await run(process.execPath, [`out/example-${k}.js`], { cwd: project });
      expect(stdout.trim(), `what example ${k} prints`).not.toBe('');
    }
  });

  test('imports nothing of another package of ours but core, and types', async () => {
    const dist = join(root, 'packages', name, 'dist');
    expect(existsSync(dist)).toBe(true);
    for (const file of await readdir(dist, { recursive: true })) {
      // A command wires packages together, as an example does.
      if (!file.endsWith('.js') || file === 'cli.js') continue;
      const code = await readFile(join(dist, file), 'utf8');
      expect(code, `${file} of @ialp/${name}`).not.toMatch(/(from|import)\s*\(?\s*["']@ialp\/(?!core["'/])/);
    }
  });
});
