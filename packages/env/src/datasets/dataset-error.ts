import { DatasetError, type DatasetFault } from '../errors.js';

/** Makes the errors of the readers of `@ialp/core`. */
export function createDatasetError(fault: DatasetFault, options?: ErrorOptions): DatasetError {
  return new DatasetError(fault, options);
}
