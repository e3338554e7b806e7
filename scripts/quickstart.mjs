/** `npm run quickstart`: makes the clone ready, then runs the quickstart example in this process. */
import { main, prepare } from './workspace.mjs';

await main(async () => {
  await prepare();
  const { run } = await import('../examples/quickstart/dist/main.js');
  process.exitCode = await run(process.argv.slice(2));
});
