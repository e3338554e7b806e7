import { defineConfig, type Options } from 'tsup';

/** How every package of the workspace is built: ESM, not minified, nothing bundled but its own files; tsc makes the types. */
export function library(
  entry: string[] | Record<string, string>,
  options: Options = {},
): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    clean: true,
    treeshake: true,
    splitting: true,
    silent: true,
    ...options,
  });
}
