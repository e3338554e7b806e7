import { type Kernels, PORTABLE, RELAXED } from './kernels.generated.js';

export type { Kernels };

/** `portable` runs wherever WebAssembly SIMD does; `fused` needs relaxed SIMD (Node 22 and later, browsers). */
export type Build = 'portable' | 'fused';

const BUILDS = { portable: PORTABLE, fused: RELAXED };
const modules = new Map<string, WebAssembly.Module>();
let fusedRuns: boolean | undefined;

function bytesOf(build: Build, shared: boolean): Uint8Array<ArrayBuffer> {
  const { base64, sharedAt, sharedByte } = BUILDS[build];
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // The memory that a module imports is either plain or shared: the limits' flags in its import section say which.
  if (shared) bytes[sharedAt] = sharedByte;
  return bytes;
}

/** The build that this runtime runs fastest. */
export function fastestBuild(): Build {
  fusedRuns ??= WebAssembly.validate(bytesOf('fused', false));
  return fusedRuns ? 'fused' : 'portable';
}

/** The compiled kernels. A module is compiled once a thread. */
export function kernelModule(build: Build, shared: boolean): WebAssembly.Module {
  const key = `${build} ${shared}`;
  let module = modules.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(bytesOf(build, shared));
    modules.set(key, module);
  }
  return module;
}

/** The kernels over a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
