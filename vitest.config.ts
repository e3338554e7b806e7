import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const members = ['packages', 'examples'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));

export default defineConfig({
  test: {
    reporters: ['default', './scripts/summary-reporter.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      ...members.map((root) => ({ extends: true as const, root, test: { name: root, include: ['src/**/*.test.ts'] } })),
      {
        extends: true as const,
        test: { name: 'tests', include: ['tests/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
      },
    ],
  },
});
