import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const PACKAGES = ['@ialp/env', '@ialp/llm-user', '@ialp/policy', '@ialp/adaptive', '@ialp/metrics'];

/** Versions of Node and of the packages that made the results. */
export async function versions(): Promise<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const entries = await Promise.all(
    PACKAGES.map(async (name): Promise<[string, string]> => {
      const manifest = JSON.parse(await readFile(require.resolve(`${name}/package.json`), 'utf8'));
      return [name, manifest.version];
    }),
  );
  return { node: process.versions.node, ...Object.fromEntries(entries) };
}
