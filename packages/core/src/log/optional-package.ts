import { MissingPackageError } from '../errors/missing-package-error.js';

/** A module of an optional package, or an error that says how to install it. */
export async function optionalPackage<T>(module: Promise<T>, name: string, feature: string): Promise<T> {
  return module.catch((cause) => {
    throw new MissingPackageError(name, feature, { cause });
  });
}
