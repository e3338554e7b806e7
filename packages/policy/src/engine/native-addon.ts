import { NativeKernelsError } from '../errors.js';
import type { Kernels } from './kernels.js';

/** Kernels of the add-on: those of WebAssembly, and what they need beside them. */
export interface NativeKernels extends Kernels {
  /** Sets the memory. */
  attach(bytes: Uint8Array): void;
  /** Runs a list of calls, as a thread pool records them. */
  execute(commands: Float64Array): void;
}

/** What `@ialp/policy-native` loads. */
export interface NativeAddon {
  readonly specificationVersion: 'v1';
  /** The file, which each worker thread loads for itself. */
  readonly path: string;
  readonly instructions: string;
  /** Names of the kernels, in the order of their numbers. */
  readonly kernelNames: readonly string[];
  createKernels(instructions: string): NativeKernels;
}

interface NativePackage {
  loadNative(): NativeAddon;
}

/** The used part of `node:module`, without its types, because the package also builds for browsers. */
interface NodeModules {
  createRequire(from: string): (name: string) => unknown;
}

let loaded: NativeAddon | undefined;
let refusal: NativeKernelsError | undefined;

/**
 * The add-on of `@ialp/policy-native`. It is found through Node's own `require`, so that a bundler for browsers never looks for it.
 * @throws {NativeKernelsError} if it is not installed or does not load.
 */
export function nativeAddon(): NativeAddon {
  if (loaded !== undefined) return loaded;
  // Looked for once: `auto` asks for every network.
  if (refusal !== undefined) throw refusal;
  try {
    loaded = load();
  } catch (error) {
    refusal = NativeKernelsError.isInstance(error) ? error : new NativeKernelsError(firstLine(error), { cause: error });
    throw refusal;
  }
  return loaded;
}

/** Whether `kernels: 'native'` runs here. */
export function nativeRuns(): boolean {
  try {
    nativeAddon();
    return true;
  } catch (error) {
    if (NativeKernelsError.isInstance(error)) return false;
    throw error;
  }
}

function load(): NativeAddon {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const node = process?.getBuiltinModule?.('node:module') as NodeModules | undefined;
  if (node === undefined) throw new NativeKernelsError('this runtime has no node:module (browsers)');
  const addon = (node.createRequire(import.meta.url)('@ialp/policy-native') as NativePackage).loadNative();
  if (addon.specificationVersion !== 'v1') {
    const found = String(addon.specificationVersion);
    throw new NativeKernelsError(
      `expected its specificationVersion 'v1'; found '${found}': install the same versions of both`,
    );
  }
  return addon;
}

/** Of a message, its first line without the full stop. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0].replace(/\.$/, '');
}
