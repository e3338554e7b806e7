import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const PACKAGES = ['@ialp/env', '@ialp/llm-user', '@ialp/policy', '@ialp/adaptive', '@ialp/metrics'];

/** Versions of Node and of the ialp packages, as resolved from the file at a URL. */
export async function versions(importer: string): Promise<Record<string, string>> {
  const require = createRequire(importer);
  const entries = await Promise.all(
    PACKAGES.map(async (name): Promise<[string, string]> => {
      const manifest = JSON.parse(await readFile(require.resolve(`${name}/package.json`), 'utf8'));
      return [name, manifest.version];
    }),
  );
  return { node: process.versions.node, ...Object.fromEntries(entries) };
}
