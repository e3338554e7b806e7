/** `npm run api`: builds, then writes `packages/<name>/api.md` of every package. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, prepare, root } from './workspace.mjs';

await main(async () => {
  await prepare();
  const { apiSnapshots } = await import('./api-snapshot.mjs');
  const names = readdirSync(join(root, 'packages'));
  for (const [name, text] of apiSnapshots(names)) writeFileSync(join(root, 'packages', name, 'api.md'), text);
  console.log(`packages/{${names.join(',')}}/api.md written.`);
});
