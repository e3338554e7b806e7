import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import TestOrder from './scripts/test-order.mjs';

const members = ['packages', 'internal', 'examples', 'benchmarks'].flatMap((folder) =>
  readdirSync(folder).map((name) => `${folder}/${name}`),
);

/**
 * Packages of pure functions, and of files in folders of their own: no test file there replaces a module or leaves anything in the
 * process. All their files run in the same workers, which have then loaded and compiled most of the code. In any other
 * package each file has a worker of its own.
 */
const SHARED_WORKERS = new Set(['core', 'metrics', 'adaptive'].map((name) => `packages/${name}`));

/** `vitest run` runs every `*.test.ts` but the long ones; `vitest run --mode long` runs `*.long.test.ts` alone. */
export default defineConfig(({ mode }) => {
  const long = mode === 'long';
  const timeouts = (ms: number) => ({ testTimeout: ms, hookTimeout: ms });
  const files = (folder: string) => ({
    include: [`${folder}/**/*${long ? '.long' : ''}.test.ts`],
    exclude: ['**/node_modules/**', '**/dist/**', ...(long ? [] : ['**/*.long.test.ts'])],
  });
  // What is built is loaded by Node, as users load it, instead of being transformed for each file; but in `tests`, which load it twice.
  const server = { deps: { external: [/\/dist\//] } };
  return {
    test: {
      // By default one core is left free, which on two cores halves the speed.
      maxWorkers: '100%',
      sequence: { sequencer: TestOrder },
      reporters: ['default', './scripts/summary-reporter.mjs'],
      // Far above what any test takes: a busy machine must not fail one.
      ...timeouts(long ? 3_600_000 : 600_000),
      projects: [
        ...members.map((root) => ({
          extends: true as const,
          root,
          test: { name: root, server, isolate: long || !SHARED_WORKERS.has(root), ...files('src') },
        })),
        { extends: true as const, test: { name: 'tests', ...files('tests') } },
      ],
    },
  };
});
