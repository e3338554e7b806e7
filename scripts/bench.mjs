/** `npm run bench`: makes the clone ready, then runs the benchmark of each package that has one. Flags are passed on. */
import { existsSync } from 'node:fs';
import { run } from './run.mjs';
import { main, prepare, root } from './workspace.mjs';

await main(async () => {
  await prepare();
  const names = ['policy'].filter((name) => existsSync(`${root}/packages/${name}/bench/engine.mjs`));
  for (const name of names) {
    process.exitCode ||= await run(process.execPath, [`packages/${name}/bench/engine.mjs`, ...process.argv.slice(2)]);
  }
});
