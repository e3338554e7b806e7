import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { InvalidOptionError } from '@ialp/core';
import { NativeAddonError } from './errors.js';
import { platformPackages } from './platform.js';

/** A set of vector instructions; `scalar` runs on every processor. */
export type Instructions = 'avx512' | 'avx2' | 'neon' | 'scalar';

/**
 * The kernels, as functions of byte addresses and sizes on an attached memory. `@ialp/policy` calls them; their arguments are those of its
 * WebAssembly kernels. An address beyond the memory is a RangeError.
 */
export interface NativeKernels {
  readonly [kernel: string]: (...args: readonly number[]) => void;
}

/** Kernels with what sets the memory they work on. */
export type BoundKernels = NativeKernels & {
  /** Sets the memory, which the kernels keep alive. Call it again whenever a `WebAssembly.Memory` has grown. */
  attach(bytes: Uint8Array): void;
  /**
   * Runs a list of calls: each is a kernel's number, the number of its arguments, and these. The list ends with a negative number or with the
   * array.
   */
  execute(commands: Float64Array): void;
};

/** The loaded add-on. */
export interface NativeAddon {
  readonly specificationVersion: 'v1';
  /** The file, which a worker thread can load for itself. */
  readonly path: string;
  /** Instruction set in use: the fastest of this processor, or that of `IALP_NATIVE_INSTRUCTIONS`. */
  readonly instructions: Instructions;
  /** Names of the kernels, in the order of their numbers. */
  readonly kernelNames: readonly string[];
  /** Makes kernels without a memory; `attach` one before the first call. */
  createKernels(instructions: string): BoundKernels;
}

/** What the compiled library exports. */
interface Library {
  instructionSets(): Instructions[];
  kernelNames(): string[];
  createKernels(instructions: string): BoundKernels;
}

/** Variable that names the instruction set to use, for tests and benchmarks. */
const VARIABLE = 'IALP_NATIVE_INSTRUCTIONS';

let found: { path: string; library: Library } | undefined;

/**
 * Loads the add-on: one built from source in this package (`npm run build:native`), or that of the platform's package.
 * @throws {NativeAddonError} where no add-on loads. {@link InvalidOptionError} if the processor lacks the instructions that `IALP_NATIVE_INSTRUCTIONS` names.
 */
export function loadNative(): NativeAddon {
  found ??= findLibrary();
  const { path, library } = found;
  const available = library.instructionSets();
  const asked = process.env[VARIABLE];
  const instructions = asked ? available.find((name) => name === asked) : available[0];
  if (instructions === undefined) {
    throw new InvalidOptionError(
      VARIABLE,
      asked,
      `one of ${available.join(', ')}, which this processor has; or unset, for the fastest`,
    );
  }
  return {
    specificationVersion: 'v1',
    ...{ path, instructions, kernelNames: library.kernelNames() },
    createKernels: (name) => library.createKernels(name),
  };
}

function findLibrary(): { path: string; library: Library } {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform}-${process.arch}`;
  const built = fileURLToPath(new URL('../ialp-policy-native.node', import.meta.url));
  const packages = platformPackages(platform);
  const reasons: string[] = [];
  for (const candidate of [...(existsSync(built) ? [built] : []), ...packages]) {
    try {
      const path = require.resolve(candidate);
      return { path, library: require(path) as Library };
    } catch (error) {
      reasons.push(`${candidate}: ${firstLine(error)}`);
    }
  }
  const why = packages.length === 0 ? `there is no published add-on for ${platform}` : reasons.join('; ');
  throw new NativeAddonError(
    `No native add-on loads: ${why}. Reinstall with optional dependencies, or build it from the repository with 'npm run build:native'.`,
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
}
