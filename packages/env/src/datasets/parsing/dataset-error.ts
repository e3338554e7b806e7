import type { FileFault } from '@ialp/core';
import { DatasetError } from '../../errors.js';

/** Makes the errors of the readers of `@ialp/core`. */
export function createDatasetError(fault: FileFault, options?: ErrorOptions): DatasetError {
  return new DatasetError(fault, options);
}
