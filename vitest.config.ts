import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const members = ['packages', 'internal', 'examples', 'benchmarks'].flatMap((folder) =>
  readdirSync(folder).map((name) => `${folder}/${name}`),
);

/** `vitest run` runs every `*.test.ts` but the long ones; `vitest run --mode long` runs `*.long.test.ts` alone. */
export default defineConfig(({ mode }) => {
  const long = mode === 'long';
  const timeouts = (ms: number) => ({ testTimeout: ms, hookTimeout: ms });
  const files = (folder: string) => ({
    include: [`${folder}/**/*${long ? '.long' : ''}.test.ts`],
    exclude: ['**/node_modules/**', '**/dist/**', ...(long ? [] : ['**/*.long.test.ts'])],
  });
  return {
    test: {
      // By default one core is left free, which on two cores halves the speed.
      maxWorkers: '100%',
      reporters: ['default', './scripts/summary-reporter.mjs'],
      // Far above what any test takes: a busy machine must not fail one.
      ...timeouts(long ? 3_600_000 : 600_000),
      projects: [
        ...members.map((root) => ({ extends: true as const, root, test: { name: root, ...files('src') } })),
        { extends: true as const, test: { name: 'tests', ...files('tests') } },
      ],
    },
  };
});
