/**
 * `npm run test:long`: installs, builds and runs the long tests alone: the files `*.long.test.ts`, which `npm test` leaves out.
 * Ends with a line `N passed, N failed`. Arguments go to vitest.
 */
import { run } from './run.mjs';
import { main, prepare } from './workspace.mjs';

await main(async () => {
  await prepare();
  console.error('Running the long tests ...');
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--mode', 'long'];
  process.exitCode = await run(process.execPath, [...vitest, ...process.argv.slice(2)]);
});
