import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'examples/*',
      { test: { name: 'workspace', include: ['tests/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
    reporters: ['default', './scripts/summary-reporter.mjs'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
