import { Option } from 'commander';

/** Values of the flag: builds of the kernels of `@ialp/policy`, and `auto`. */
export type KernelsFlag = 'portable' | 'fused' | 'native' | 'auto';

/** The flag `--kernels` of all commands that train networks. @param byDefault what the help says of the default. */
export function kernelsOption(byDefault: string): Option {
  const names: readonly KernelsFlag[] = ['portable', 'fused', 'native', 'auto'];
  return new Option(
    '--kernels <name>',
    "build of the networks' kernels: portable gives the same results on every machine; fused and native are faster; " +
      `auto takes the fastest one here (default: ${byDefault})`,
  ).choices(names);
}
