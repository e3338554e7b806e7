import { InvalidOptionError } from '@ialp/core';
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
 * @throws {NativeKernelsError} if it is not installed or does not load. {@link InvalidOptionError} if it lacks the instructions that the environment asks for.
 */
export function nativeAddon(): NativeAddon {
  if (loaded !== undefined) return loaded;
  // Looked for once: `auto` asks for every network.
  if (refusal !== undefined) throw refusal;
  try {
    loaded = load();
  } catch (error) {
    // What the user's environment asks for is wrong, whatever the kernels: `auto` must not hide it.
    if (InvalidOptionError.isInstance(error)) throw error;
    refusal = NativeKernelsError.isInstance(error) ? error : new NativeKernelsError(problemOf(error), { cause: error });
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
  if (node === undefined) throw new NativeKernelsError('They run in Node alone; found no node:module.');
  const addon = (node.createRequire(import.meta.url)('@ialp/policy-native') as NativePackage).loadNative();
  if (addon.specificationVersion !== 'v1') {
    throw new NativeKernelsError(
      `Expected version v1 of the interface of @ialp/policy-native; found ${addon.specificationVersion}. Install the same versions of both packages.`,
    );
  }
  return addon;
}

/** Why the package does not load: it is missing, or the first line of its own message, which has the remedy. */
function problemOf(error: unknown): string {
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  const line = message.split('\n', 1)[0];
  if (code !== 'MODULE_NOT_FOUND' || !line.includes("'@ialp/policy-native'")) return line;
  return '@ialp/policy-native is not installed. Run npm install @ialp/policy-native.';
}
