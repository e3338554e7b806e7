import type { FileFault } from '@ialp/core';
import { DatasetError } from '../../errors.js';

/** Turns faults that the readers of `@ialp/core` report into errors of this package. */
export function createDatasetError(fault: FileFault, options?: ErrorOptions): DatasetError {
  return new DatasetError(fault, options);
}
