import { IalpError } from './ialp-error.js';

/** A checkpoint belongs to something else, or is damaged. */
export class CheckpointError extends IalpError {
  static override readonly marker: string = 'ialp.error.checkpoint';
  override name = 'CheckpointError';
}
