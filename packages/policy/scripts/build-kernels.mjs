/**
 * Compiles `assembly/` to WebAssembly and writes it as a TypeScript module, so that the package loads it the same way
 * in Node, a bundler or a browser, with no file to find at run time. Two builds: one for every runtime with SIMD, one with
 * relaxed SIMD's fused multiply-add.
 *
 * The kernels use no atomic operations, so that one binary serves plain and shared memory: which of the two it imports
 * is one byte, and where that byte is is written down here.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
/** What the compiler calls its output, which stays in memory. */
const BINARY = 'kernels.wasm';
/** Where the kernels' constants end at the latest; `RESERVED` of src/engine/arena.ts. */
const CONSTANTS_END = 1024;
/** 4 GiB, all that 32 bits can address, in pages of 64 KiB. */
const MAXIMUM_PAGES = 65536;

class CompilerError extends Error {}

async function compile(...flags) {
  let binary;
  const { error, stdout, stderr } = await asc.main(
    [
      'assembly/index.ts',
      ...['--baseDir', packageFolder, '--outFile', BINARY, '-O3', '--converge', '--noAssert', '--runtime', 'stub'],
      ...[
        '--importMemory',
        '--memoryBase',
        '64',
        '--maximumMemory',
        String(MAXIMUM_PAGES),
        '--enable',
        'simd',
        ...flags,
      ],
    ],
    {
      writeFile(name, contents) {
        if (name === BINARY) binary = contents;
      },
    },
  );
  if (error) throw new CompilerError(`${stdout.toString()}${stderr.toString()}${error.message}\n`);
  return binary;
}

/** A build's text: its bytes, and the place of the one byte in which the build for shared memory differs. */
async function build(...flags) {
  const plain = await compile(...flags);
  const shared = await compile('--enable', 'threads', '--sharedMemory', ...flags);
  const different = [...plain.keys()].filter((at) => plain[at] !== shared[at]);
  if (plain.length !== shared.length || different.length !== 1) {
    throw new CompilerError(`Builds for plain and shared memory differ in ${different.length} bytes, not in one.\n`);
  }
  const [at] = different;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES });
  if (WebAssembly.validate(plain)) new WebAssembly.Instance(new WebAssembly.Module(plain), { env: { memory } });
  const end = new Uint8Array(memory.buffer).findLastIndex((byte) => byte !== 0);
  if (end >= CONSTANTS_END) throw new CompilerError(`The kernels' constants reach up to address ${end}.\n`);
  const base64 = Buffer.from(plain).toString('base64');
  return {
    binary: plain,
    text: `{\n  base64:\n    '${base64}',\n  sharedAt: ${at},\n  sharedByte: ${shared[at]},\n}`,
  };
}

/** What the exports take and give, read off their declarations. */
function signatures(binary) {
  const exported = new Set(WebAssembly.Module.exports(new WebAssembly.Module(binary)).map(({ name }) => name));
  const folder = new URL('../assembly/', import.meta.url);
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'simd.ts');
  const typeOf = (type) => (type === 'usize' ? 'Address' : type === 'void' ? 'void' : 'number');
  return sources.flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    return [...text.matchAll(/^export function (\w+)\(([^)]*)\): (\w+)/gm)].flatMap(([, call, list, result]) => {
      const parameters = [...list.matchAll(/(\w+): (\w+)/g)];
      if (!exported.has(call)) return [];
      const typed = parameters.map(([, parameter, type]) => `${parameter}: ${typeOf(type)}`).join(', ');
      return [`  ${call}(${typed}): ${typeOf(result)};`];
    });
  });
}

try {
  const portable = await build();
  const relaxed = await build('--enable', 'relaxed-simd');
  writeFileSync(
    new URL('../src/engine/kernels.generated.ts', import.meta.url),
    '/** The compiled kernels. Made from assembly/ by scripts/build-kernels.mjs; the comments there say what each does. */\n' +
      "import type { Address } from './arena.js';\n\n" +
      `export interface Kernels {\n${signatures(portable.binary).join('\n')}\n}\n\n` +
      `export const PORTABLE = ${portable.text};\n\nexport const RELAXED = ${relaxed.text};\n`,
  );
} catch (error) {
  if (!(error instanceof CompilerError)) throw error;
  process.stderr.write(error.message);
  process.exitCode = 1;
}
