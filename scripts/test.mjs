/**
 * `npm test`: installs, builds, type-checks, lints, checks the words, and runs every test, the checks of the packed
 * packages among them. Ends with a line `N passed, N failed`.
 */
import { run } from './run.mjs';
import { install, main, pnpm, turbo } from './workspace.mjs';

await main(async () => {
  await install();
  console.error('Building and type-checking ...');
  await turbo('build', 'typecheck');
  await pnpm('exec', 'tsc', '-p', 'tests');
  console.error('Linting ...');
  await pnpm('exec', 'biome', 'ci', '.');
  console.error('Checking words ...');
  process.exitCode = await run(process.execPath, ['scripts/check-words.mjs']);
  if (process.exitCode !== 0) return;
  console.error('Testing ...');
  process.exitCode = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]);
});
