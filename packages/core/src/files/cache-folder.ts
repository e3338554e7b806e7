import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the location of the cache depends on; tests replace it. */
export interface CacheSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
}

/**
 * The default cache folder: the environment variable `IALP_CACHE`, otherwise the cache folder of the operating system:
 * `~/Library/Caches/ialp` on macOS, `%LOCALAPPDATA%\ialp\Cache` on Windows, elsewhere `$XDG_CACHE_HOME/ialp` or
 * `~/.cache/ialp` (XDG Base Directory Specification). An absolute path, which may not exist yet.
 */
export function cacheFolder(
  surroundings: CacheSurroundings = { env: process.env, platform: process.platform, home: homedir() },
): string {
  const { env, platform, home } = surroundings;
  const named = env['IALP_CACHE'];
  if (named) return resolve(named);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'ialp', 'Cache');
  // The specification requires that relative paths are ignored.
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg?.startsWith('/')) return join(xdg, 'ialp');
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'ialp') : join(home, '.cache', 'ialp');
}
