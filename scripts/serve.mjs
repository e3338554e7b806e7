/** `npm run serve`: makes the clone ready, then runs the server in this process. */
import { main, prepare } from './workspace.mjs';

await main(async () => {
  await prepare();
  await import('../packages/serve/dist/cli.js');
});
