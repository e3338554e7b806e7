/** The flag `--kernels` of all commands that train networks. */
import { createNetwork, createRandom, InvalidOptionError, type KernelsBuild, NativeKernelsError } from '@ialp/policy';
import { Option } from 'commander';

/** Values of the flag. */
export type KernelsFlag = KernelsBuild | 'auto';

const NAMES: readonly KernelsFlag[] = ['portable', 'fused', 'native', 'auto'];

/** @param byDefault what the help says of the default. */
export function kernelsOption(byDefault: string): Option {
  return new Option(
    '--kernels <name>',
    "build of the networks' kernels: portable gives the same results on every machine; fused and native are faster; " +
      `auto takes the fastest one here (default: ${byDefault})`,
  ).choices(NAMES);
}

/**
 * The build that the flag names here. Results depend on it.
 * @throws {InvalidOptionError} for `fused` where the runtime has no relaxed SIMD.
 * @throws {NativeKernelsError} for `native` where `@ialp/policy-native` does not load.
 */
export function resolveKernels(kernels: KernelsFlag): KernelsBuild {
  if (kernels === 'auto') return (['native', 'fused'] as const).find(runs) ?? 'portable';
  load(kernels);
  return kernels;
}

function load(kernels: KernelsBuild): void {
  createNetwork({ items: 1, kernels, random: createRandom(1) }).dispose();
}

function runs(kernels: KernelsBuild): boolean {
  try {
    load(kernels);
    return true;
  } catch (error) {
    if (NativeKernelsError.isInstance(error) || InvalidOptionError.isInstance(error)) return false;
    throw error;
  }
}
