import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package. */
export const packageFolder = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Makes a project outside the repository, which finds this package, as it was built, and packages that it depends on. Returns its folder.
 * @param type what `package.json` says of `.js` files; `npm init -y` writes `commonjs`.
 */
export async function makeLinkedProject(type: 'module' | 'commonjs', dependencies: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-docs-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  const installed = [['@ialp/serve', '.'], ...dependencies.map((name) => [name, join('node_modules', name)])] as const;
  for (const [name, path] of installed) {
    const link = join(folder, 'node_modules', name!);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(packageFolder, path!), link, 'junction');
  }
  return folder;
}
