import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './workspace.mjs';

/**
 * The entry points of a package as its manifest exports them, patterns expanded to the built files:
 * `[{ path: '@ialp/env/logs', types: '/.../dist/logs/index.d.ts', code: '/.../dist/logs/index.js' }, ...]`.
 * @throws {Error} if one is not built.
 */
export function entryPointsOf(name) {
  const folder = join(root, 'packages', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .flatMap(([path, { types, default: code }]) => expanded(folder, { path, types, code }))
    .map(({ path, types, code }) => {
      const files = { types: join(folder, types), code: join(folder, code) };
      for (const file of Object.values(files)) {
        if (!existsSync(file)) throw new Error(`${relative(root, file)} does not exist. Run npm run build first.`);
      }
      return { path: `@ialp/${name}${path.slice(1)}`, ...files };
    });
}

/** A pattern such as `./datasets/*` as one entry point per built file; any other entry point as it is. */
function expanded(folder, { path, types, code }) {
  if (!path.endsWith('/*')) return [{ path, types, code }];
  const files = readdirSync(join(folder, dirname(code))).filter((file) => file.endsWith('.js'));
  return files.sort().map((file) => {
    const name = file.slice(0, -'.js'.length);
    return { path: path.replace('*', name), types: types.replace('*', name), code: code.replace('*', name) };
  });
}
