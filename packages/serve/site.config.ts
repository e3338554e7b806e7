import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

const site = fileURLToPath(new URL('src/site', import.meta.url));

/** Bundles the scripts and styles of the pages for browsers, and adds the files that are served as they are. */
export async function buildSite(outDir: string): Promise<void> {
  await build({
    config: false,
    entry: {
      storefront: `${site}/browser/storefront/main.ts`,
      'storefront-style': `${site}/browser/style/storefront.css`,
      dashboard: `${site}/browser/dashboard/main.ts`,
      'dashboard-style': `${site}/browser/style/dashboard.css`,
    },
    outDir,
    publicDir: `${site}/public`,
    tsconfig: `${site}/browser/tsconfig.json`,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    splitting: true,
    treeshake: false,
    clean: true,
    silent: true,
  });
  // The licence of uPlot asks for its text beside every copy.
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
  await copyFile(join(uplot, 'LICENSE'), join(outDir, 'uplot-license.txt'));
}
