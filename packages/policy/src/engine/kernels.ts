import { type Kernels, PORTABLE, RELAXED } from './kernels.generated.js';

export type { Kernels };

/** Build of the kernels: `portable` needs WebAssembly SIMD, `fused` relaxed SIMD (Node 22 and later, browsers). */
export type Build = 'portable' | 'fused';

const BUILDS = { portable: PORTABLE, fused: RELAXED };
const modules = new Map<string, WebAssembly.Module>();
let fusedRuns: boolean | undefined;

function bytesOf(build: Build, shared: boolean): Uint8Array<ArrayBuffer> {
  const { base64, sharedAt, sharedByte } = BUILDS[build];
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // A module imports either plain or shared memory, as the flags of the limits in its import section say.
  if (shared) bytes[sharedAt] = sharedByte;
  return bytes;
}

/** The fastest build that this runtime supports. */
export function fastestBuild(): Build {
  fusedRuns ??= WebAssembly.validate(bytesOf('fused', false));
  return fusedRuns ? 'fused' : 'portable';
}

/** The compiled kernels. Each module is compiled once per thread. */
export function kernelModule(build: Build, shared: boolean): WebAssembly.Module {
  const key = `${build} ${shared}`;
  let module = modules.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(bytesOf(build, shared));
    modules.set(key, module);
  }
  return module;
}

/** Instantiates the kernels with a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
