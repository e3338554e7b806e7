import { defineConfig, type Options } from 'tsup';

/** How every package of the workspace is built: ESM with types and source maps, nothing bundled but its own files. */
export function library(
  entry: string[] | Record<string, string>,
  options: Options = {},
): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    splitting: true,
    silent: true,
    ...options,
  });
}
