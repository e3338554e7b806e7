/** `npm run study`: makes the clone ready, then runs the study in this process. */
import { main, prepare } from './workspace.mjs';

await main(async () => {
  await prepare();
  const { run } = await import('../benchmarks/study/dist/main.js');
  process.exitCode = await run(process.argv.slice(2));
});
