/** The flag `--kernels` of all commands that train networks. */
import { createNetwork, createRandom, type KernelsBuild } from '@ialp/policy';
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
 * @throws {InvalidOptionError} for `fused` where the runtime has no relaxed SIMD, and where `IALP_NATIVE_INSTRUCTIONS` is wrong.
 * @throws {NativeKernelsError} for `native` where `@ialp/policy-native` does not load.
 */
export function resolveKernels(kernels: KernelsFlag): KernelsBuild {
  const network = createNetwork({ items: 1, kernels, random: createRandom(1) });
  network.dispose();
  return network.kernels as KernelsBuild;
}
