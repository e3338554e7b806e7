/**
 * Compiles `assembly/kernels.ts` to WebAssembly SIMD and writes it as a TypeScript module, so that the package loads
 * it alike from Node, a bundler or a browser, with no file to find at run time.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
/** What the compiler calls its output, which stays in memory. */
const BINARY = 'kernels.wasm';

let binary;
const { error, stdout, stderr } = await asc.main(
  [
    'assembly/kernels.ts',
    '--baseDir',
    packageFolder,
    '--outFile',
    BINARY,
    '-O3',
    '--converge',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--enable',
    'simd',
  ],
  {
    writeFile(name, contents) {
      if (name === BINARY) binary = contents;
    },
  },
);
if (error) {
  process.stderr.write(`${stdout.toString()}${stderr.toString()}${error.message}\n`);
  process.exitCode = 1;
} else {
  writeFileSync(
    new URL('../src/engine/kernels.generated.ts', import.meta.url),
    '/** The compiled kernels, base64. Made from assembly/kernels.ts by scripts/build-kernels.mjs. */\n' +
      `export const KERNELS_BASE64 =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  );
}
