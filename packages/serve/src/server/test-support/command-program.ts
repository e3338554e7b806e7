import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { buildSite } from '../../../site.config.ts';

/** The command `ialp-serve`, built from the source of the package, and configurations for it. */
export interface CommandProgram {
  /** Path of the command. */
  readonly command: string;
  /** Path of the configuration with the learner that records what it learns. */
  readonly config: string;
  /** Removes the program. */
  remove(): void;
}

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));

/** Builds the command into a folder inside the package, where it finds its dependencies. */
export async function buildCommand(): Promise<CommandProgram> {
  mkdirSync(join(PACKAGE, 'node_modules'), { recursive: true });
  const folder = mkdtempSync(join(PACKAGE, 'node_modules', '.command-'));
  await build({
    config: false,
    entry: {
      cli: join(PACKAGE, 'src/server/main.ts'),
      'learner-worker': join(PACKAGE, 'src/server/learner-worker.ts'),
      'recording-config': join(PACKAGE, 'src/server/test-support/recording-config.ts'),
    },
    outDir: folder,
    format: 'esm',
    platform: 'node',
    // What the learners need is bundled, so that a build of these packages meanwhile does not disturb.
    noExternal: [/^@ialp\/(core|policy|adaptive)(\/|$)/],
    external: [/^[^./]/],
    target: 'es2022',
    splitting: true,
    silent: true,
  });
  await buildSite(join(folder, 'pages'));
  return {
    command: join(folder, 'cli.js'),
    config: join(folder, 'recording-config.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
