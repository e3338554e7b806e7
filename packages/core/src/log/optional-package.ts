import { MissingPackageError } from '../errors/missing-package-error.js';

/**
 * Awaits the import of an optional package.
 * @throws {MissingPackageError} that says how to install it, if the import fails.
 */
export async function optionalPackage<T>(module: Promise<T>, name: string, feature: string): Promise<T> {
  return module.catch((cause) => {
    throw new MissingPackageError(name, feature, { cause });
  });
}
