import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/*
 * What somebody gets who installs one package: each is packed, and installed with what its README tells to install into a
 * project of its own outside the workspace, where it finds nothing else. There the README's examples are type-checked and
 * run. One installation makes all projects: pnpm lets each see only what it asked for.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const NAMES = ['core', 'env', 'metrics', 'policy', 'policy-native', 'llm-user', 'adaptive', 'serve'] as const;
const TOOLS = { typescript: '5.9.3', '@types/node': '20' };

/**
 * What a package imports of ours. `serve` is built on policies and learners; the films of its command come from the simulators and are
 * pre-trained with the encoder, where these are installed.
 */
function imported(name: (typeof NAMES)[number]): readonly string[] {
  return name === 'serve' ? ['core', 'policy', 'adaptive', 'env', 'llm-user'] : ['core'];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly packageManager: string;
}

/** What a README shows and says to install. */
interface Readme {
  readonly examples: readonly string[];
  readonly installed: readonly string[];
}

let folder: string;
const tarballs = new Map<string, string>();
const readmes = new Map<string, Readme>();

async function manifestOf(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, path, 'package.json'), 'utf8'));
}

async function readReadme(name: string): Promise<Readme> {
  const text = await readFile(join(root, 'packages', name, 'README.md'), 'utf8');
  const installed = [...text.matchAll(/npm install ([^\n`)]+)/g)].flatMap((match) => match[1].trim().split(/\s+/));
  const examples = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]);
  return { examples, installed: [...new Set([`@ialp/${name}`, ...installed])] };
}

/** Packs all packages but core, which each of them packs beside itself. */
async function pack(pnpm: string): Promise<void> {
  const into = join(folder, 'tarballs');
  await mkdir(into);
  const filters = NAMES.filter((name) => name !== 'core').flatMap((name) => ['--filter', `@ialp/${name}`]);
  const command = ['exec', 'pnpm', 'pack', '--pack-destination', into];
  await run('npx', ['-y', pnpm, ...filters, '--workspace-concurrency=1', ...command], { cwd: root });
  for (const name of NAMES) {
    const { version } = await manifestOf(join('packages', name));
    tarballs.set(`@ialp/${name}`, join(into, `ialp-${name}-${version}.tgz`));
  }
}

/** Writes a project with its examples for each package, and installs all at once. */
async function installProjects(pnpm: string): Promise<void> {
  const sources = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
  for (const name of NAMES) {
    const readme = await readReadme(name);
    readmes.set(name, readme);
    const dependencies = Object.fromEntries(readme.installed.map((each) => [each, sources[each] ?? 'latest']));
    await mkdir(join(folder, name));
    const manifest = { name: `with-${name}`, private: true, type: 'module', dependencies };
    await writeFile(join(folder, name, 'package.json'), JSON.stringify(manifest));
    for (const [k, example] of readme.examples.entries())
      await writeFile(join(folder, name, `example-${k}.ts`), example);
  }
  // What a package of ours needs of ours is the one just packed; `strictPeerDependencies` finds peers that do not fit.
  const settings = {
    ...{ packages: NAMES, overrides: sources, autoInstallPeers: false, strictPeerDependencies: true },
    // TensorFlow.js uses `long` without naming it among its dependencies.
    ...{ hoistPattern: ['long'], ignoreScripts: true, preferOffline: true },
  };
  // The compiler and Node's types are above all projects. JSON is YAML.
  await writeFile(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(settings));
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'alone', private: true, devDependencies: TOOLS }),
  );
  await run('npx', ['-y', pnpm, 'install'], { cwd: folder }).catch((error) => {
    throw new Error(`The packages cannot be installed:\n${error.stdout}${error.stderr}`);
  });
}

/** Type-checks and compiles the examples of all packages, each with what its project has. */
async function compile(): Promise<void> {
  const all = NAMES.flatMap((name) =>
    readmes.get(name)!.examples.map((code, k) => ({ code, path: `${name}/example-${k}.ts` })),
  );
  // The two strict options that a library can break for its users.
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes'];
  const tsc = ['node_modules/typescript/bin/tsc', ...strict, '--module', 'nodenext'];
  // The declarations of TensorFlow.js do not hold under --strict themselves; those of the AI SDK import `json-schema`, whose types it
  // does not depend on.
  const isLenient = ({ code }: { code: string }): boolean => /@tensorflow\/|@ai-sdk\//.test(code);
  const checks = [
    { flags: [], examples: all.filter((example) => !isLenient(example)) },
    { flags: ['--skipLibCheck'], examples: all.filter(isLenient) },
  ];
  for (const { flags, examples } of checks) {
    const args = [...tsc, '--target', 'es2022', ...flags, ...examples.map(({ path }) => path)];
    await run(process.execPath, args, { cwd: folder }).catch((error) => {
      throw new Error(`The examples do not type-check:\n${error.stdout}`);
    });
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ialp-alone-'));
  const { packageManager } = await manifestOf('.');
  await pack(packageManager);
  await installProjects(packageManager);
  await compile();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(NAMES)('@ialp/%s, installed alone', (name) => {
  test('gives what its README shows', async () => {
    const { examples } = readmes.get(name)!;
    expect(examples.length).toBeGreaterThan(0);
    for (const k of examples.keys()) {
      const { stdout } = await run(process.execPath, [`example-${k}.js`], { cwd: join(folder, name) });
      expect(stdout.trim(), `what example ${k} prints`).not.toBe('');
    }
  });

  test('has entry points whose files and types fit together', async () => {
    const tarball = await readFile(tarballs.get(`@ialp/${name}`)!);
    const bytes = Uint8Array.from(tarball);
    const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    const analysis = await checkPackage(createPackageFromTarballData(bytes));
    if (!('problems' in analysis)) throw new Error(`${name} has no types`);
    // ES modules alone: what `node10` and `require` find of them is no matter.
    const ofModules = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem) || !['node10', 'node16-cjs'].includes(problem.resolutionKind),
    );
    expect(ofModules).toEqual([]);
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

  test(`imports nothing of another package of ours but ${imported(name).join(', ')}, and types`, async () => {
    const dist = join(root, 'packages', name, 'dist');
    expect(existsSync(dist)).toBe(true);
    for (const file of await readdir(dist, { recursive: true })) {
      // A command wires packages together, as an example does.
      if (!file.endsWith('.js') || file === 'cli.js') continue;
      const code = await readFile(join(dist, file), 'utf8');
      const others = `@ialp/(?!(?:${imported(name).join('|')})["'/])`;
      expect(code, `${file} of @ialp/${name}`).not.toMatch(new RegExp(`(from|import)\\s*\\(?\\s*["']${others}`));
    }
  });
});
