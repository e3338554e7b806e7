/**
 * `npm test`: installs, builds, type-checks, lints, checks the packages as their users get them, and runs every test.
 * Ends with a line `N passed, N failed`.
 */
import { run } from './run.mjs';
import { install, main, pnpm, turbo } from './workspace.mjs';

await main(async () => {
  await install();
  console.error('Building, type-checking and checking the packages ...');
  await turbo('build', 'typecheck', 'check:package');
  await pnpm('exec', 'tsc', '-p', 'tests');
  console.error('Linting ...');
  await pnpm('exec', 'biome', 'ci', '.');
  console.error('Testing ...');
  process.exitCode = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]);
});
