/** `npm run trust`: makes the clone ready, then runs the trust example in this process. */
import { main, prepare } from './workspace.mjs';

await main(async () => {
  await prepare();
  const { run } = await import('../examples/trust/dist/main.js');
  process.exitCode = await run(process.argv.slice(2));
});
