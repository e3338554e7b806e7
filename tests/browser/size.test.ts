import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { describe, expect, test, vi } from 'vitest';

/*
 * What a page has to load for a function of a package: each import is bundled for browsers, as a page of somebody
 * else's would do it.
 */

const here = fileURLToPath(new URL('.', import.meta.url));
/** A module that is in no file. */
const ENTRY = `${here}entry.js`;

/** The bundle of an entry, minified. */
async function bundle(code: string): Promise<string> {
  vi.stubEnv('NODE_ENV', 'production');
  const output = (await build({
    root: here,
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) => (id === ENTRY ? ENTRY : undefined),
        load: (id) => (id === ENTRY ? code : undefined),
      },
    ],
    build: { write: false, minify: true, lib: { entry: ENTRY, formats: ['es'] } },
  })) as Rolldown.RolldownOutput[];
  vi.unstubAllEnvs();
  return output.flatMap(({ output: chunks }) => chunks.map((chunk) => ('code' in chunk ? chunk.code : ''))).join('');
}

const compressed = (code: string): number => gzipSync(code, { level: 9 }).length;

describe('@ialp/metrics', () => {
  test('is under 25 kB gzipped without report, logs and loggers, and needs nothing else', async () => {
    const parts = ['', '/beyond-accuracy', '/ope', '/ranking', '/runs', '/sequential', '/streaming'];
    const code = await bundle(parts.map((part) => `export * from '@ialp/metrics${part}';`).join(''));
    expect(code).not.toMatch(/\bimport\b[^.]*from/);
    expect(compressed(code)).toBeLessThan(25_000);
    // It is all there, not left out by the bundler.
    expect(compressed(code)).toBeGreaterThan(8000);
  });

  // About 1.2 kB of those that take options are the checks of their names and the error, of `@ialp/core`.
  test.each([
    ['ips', 'ope', 2950],
    ['ndcg', 'ranking', 3050],
    ['gini', 'beyond-accuracy', 1100],
    ['createRunningMean', 'streaming', 3350],
    ['interquartileMean', 'runs', 1200],
  ])('%s of /%s alone is under %d bytes', async (name, part, most) => {
    const code = await bundle(`export { ${name} } from '@ialp/metrics/${part}';`);
    expect(compressed(code)).toBeLessThan(most);
    // Nothing of the others came with it.
    expect(code).not.toContain('terminated');
  });
});

describe('@ialp/llm-user', () => {
  test.each([
    ['createListwiseSource', 7700],
    ['createPreferenceResponses', 3200],
  ])('%s alone is under %d bytes, and needs nothing else', async (name, most) => {
    const code = await bundle(`export { ${name} } from '@ialp/llm-user';`);
    expect(code).not.toMatch(/\bimport\b[^.]*from/);
    expect(compressed(code)).toBeLessThan(most);
  });
});
