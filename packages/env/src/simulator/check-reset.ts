import { counted, described, InvalidOptionError, type ResetOptions } from '@ialp/core';
import { checkOptions, forEachSession } from '../options.js';

/**
 * Checks the options of `reset` other than the range of the seed.
 * @throws {InvalidOptionError} for a reset mask of another length or with other numbers than 0 and 1, and for one beside a seed.
 */
export function checkReset(options: ResetOptions, sessions: number): void {
  if (!isMaskOnly(options)) checkOptions(options, '{ seed: 1 } or { resetMask }', ['seed', 'resetMask']);
  const { seed, resetMask } = options;
  if (resetMask === undefined) return;
  if (typeof resetMask?.findIndex !== 'function') {
    throw new InvalidOptionError('resetMask', resetMask, forEachSession('one entry', sessions));
  }
  if (resetMask.length !== sessions) {
    throw new InvalidOptionError(
      'resetMask',
      described(`an array of ${counted(resetMask.length, 'number')}`),
      forEachSession('one entry', sessions),
    );
  }
  if (seed !== undefined) {
    throw new InvalidOptionError(
      'seed',
      seed,
      'no seed with resetMask; they exclude each other: a seed restarts all sessions',
    );
  }
  // A loop: `findIndex` calls a function for each session, at every step.
  for (let slot = 0; slot < sessions; slot++) {
    const value = resetMask[slot];
    if (value !== 0 && value !== 1) throw new InvalidOptionError(`resetMask[${slot}]`, value, '0 or 1');
  }
}

/** Whether options are an object with a reset mask alone, as at every step of a simulation: no text for a message is put together then. */
function isMaskOnly(options: ResetOptions): boolean {
  if (typeof options !== 'object' || options === null || !ArrayBuffer.isView(options.resetMask)) return false;
  for (const name in options) if (name !== 'resetMask') return false;
  return true;
}
