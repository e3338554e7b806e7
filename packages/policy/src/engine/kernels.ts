import type { Arena } from './arena.js';
import { type Kernels, PORTABLE, RELAXED } from './kernels.generated.js';
import { nativeAddon } from './native-addon.js';

export type { Kernels };

/**
 * Build of the kernels: `portable` needs WebAssembly SIMD, `fused` relaxed SIMD (Node 22 and later, browsers), `native` the package
 * `@ialp/policy-native`.
 */
export type Build = 'portable' | 'fused' | 'native';

/** Builds in WebAssembly. */
type WasmBuild = Exclude<Build, 'native'>;

const BUILDS = { portable: PORTABLE, fused: RELAXED };
const modules = new Map<string, WebAssembly.Module>();
let fusedRuns: boolean | undefined;

function bytesOf(build: WasmBuild, shared: boolean): Uint8Array<ArrayBuffer> {
  const { base64, sharedAt, sharedByte } = BUILDS[build];
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // A module imports either plain or shared memory, as the flags of the limits in its import section say.
  if (shared) bytes[sharedAt] = sharedByte;
  return bytes;
}

/** The fastest WebAssembly build that this runtime supports. */
export function fastestBuild(): WasmBuild {
  fusedRuns ??= WebAssembly.validate(bytesOf('fused', false));
  return fusedRuns ? 'fused' : 'portable';
}

let preferred: Build | undefined;

/** The build of networks that name none. */
export function defaultBuild(): Build {
  return preferred ?? fastestBuild();
}

/** Changes `defaultBuild`, so that the same tests run on every build; `undefined` restores it. Not public. */
export function preferBuild(build: Build | undefined): void {
  preferred = build;
}

/** The compiled kernels. Each module is compiled once per thread. */
export function kernelModule(build: WasmBuild, shared: boolean): WebAssembly.Module {
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

/** Kernels on a network's memory, and how another thread makes its own. */
export interface LoadedKernels {
  readonly kernels: Kernels;
  /** Names of the kernels, in the order of their numbers in command lists. */
  readonly names: readonly string[];
  /** What a worker thread is given. */
  readonly source: WebAssembly.Module | NativeSource;
}

/** The add-on as a worker thread loads it. */
export interface NativeSource {
  readonly path: string;
  readonly instructions: string;
}

/**
 * Loads a build on an arena's memory.
 * @throws {NativeKernelsError} if `native` is not available.
 */
export function loadKernels(build: Build, arena: Arena, shared: boolean): LoadedKernels {
  if (build === 'native') {
    const { path, instructions, kernelNames, createKernels } = nativeAddon();
    const kernels = createKernels(instructions);
    arena.watch((bytes) => kernels.attach(bytes));
    return { kernels, names: kernelNames, source: { path, instructions } };
  }
  const module = kernelModule(build, shared);
  const kernels = instantiate(module, arena.memory);
  const names = Object.entries(kernels).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  return { kernels, names, source: module };
}
