/**
 * `npm run bench -- [package] [flags]`: makes the clone ready, then runs the benchmark of that package, or of each that has
 * one. Flags are passed on.
 */
import { existsSync, readdirSync } from 'node:fs';
import { run } from './run.mjs';
import { main, prepare, root } from './workspace.mjs';

const benchmark = (name) => `packages/${name}/bench/index.mjs`;

await main(async () => {
  const names = readdirSync(`${root}/packages`).filter((name) => existsSync(`${root}/${benchmark(name)}`));
  const [first, ...rest] = process.argv.slice(2);
  const named = first !== undefined && !first.startsWith('-');
  if (named && !names.includes(first)) {
    const message = `There is no benchmark '${first}'; there is ${names.join(', ')}.`;
    throw Object.assign(new Error(message), { exitCode: 2 });
  }
  await prepare();
  for (const name of named ? [first] : names) {
    process.exitCode ||= await run(process.execPath, [benchmark(name), ...(named ? rest : process.argv.slice(2))]);
  }
});
