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
  const into = join(folder, 'tarballs');
  await mkdir(into);
  const filters = NAMES.flatMap((name) => ['--filter', `@ialp/${name}`]);
  const pack = [...filters, 'exec', 'pnpm', 'pack', '--pack-destination', into];
  await run('npx', ['-y', packageManager, ...pack], { cwd: root });
  for (const name of NAMES) {
    const { version } = await manifestOf(join('packages', name));
    tarballs.set(`@ialp/${name}`, join(into, `ialp-${name}-${version}.tgz`));
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
    // The packages of one project are in npm's cache for the next, which then asks the registry nothing again.
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund'];
    await run('npm', [...install, ...new Set(files), ...extras(readme), ...tools], {
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

  test('has the licence, says where its home is, and has no link that its page on npm cannot follow', async () => {
    const unpacked = join(folder, 'unpacked', name);
    await mkdir(unpacked, { recursive: true });
    await run('tar', ['-xzf', tarballs.get(`@ialp/${name}`)!, '-C', unpacked, '--strip-components', '1']);
    expect(await readFile(join(unpacked, 'LICENSE'), 'utf8')).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
    const { repository, homepage, bugs } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
    expect(repository).toMatchObject({ type: 'git', directory: `packages/${name}` });
    const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
    expect(homepage).toBe(`${home}/tree/main/packages/${name}#readme`);
    expect(bugs).toBe(`${home}/issues`);

    const readme = await readFile(join(unpacked, 'README.md'), 'utf8');
    const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
    expect(links.filter((link) => !/^(https?:|mailto:|#)/.test(link))).toEqual([]);
    // Those into the repository name something that is there.
    const ofRepository = links.flatMap((link) => link.match(`^${home}/(?:blob|tree)/main/([^#]+)`)?.[1] ?? []);
    expect(ofRepository.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('ships no source maps, nor comments that point to one', async () => {
    const dist = join(root, 'packages', name, 'dist');
    const files = (await readdir(dist, { recursive: true })).filter((file) => /\.(js|ts|map)$/.test(file));
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
    for (const file of files)
      expect(await readFile(join(dist, file), 'utf8'), file).not.toMatch(/^\/\/# sourceMappingURL=/m);
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
