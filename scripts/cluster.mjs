/** `npm run cluster`: makes the clone ready, then runs the cluster example in this process. */
import { main, prepare } from './workspace.mjs';

await main(async () => {
  await prepare();
  const { run } = await import('../examples/cluster/dist/main.js');
  process.exitCode = await run(process.argv.slice(2));
});
