import { counted, described, InvalidOptionError, type ResetOptions } from '@ialp/core';
import { checkOptions, forEachSession } from '../options.js';

/**
 * Checks the options of `reset` other than the range of the seed.
 * @throws {InvalidOptionError} for a reset mask of another length or with other numbers than 0 and 1, and for one beside a seed.
 */
export function checkReset(options: ResetOptions, sessions: number): void {
  checkOptions(options, '{ seed: 1 } or { resetMask }', ['seed', 'resetMask']);
  const { seed, resetMask } = options;
  if (resetMask === undefined) return;
  const expected = forEachSession('one entry', sessions);
  if (typeof resetMask?.findIndex !== 'function') throw new InvalidOptionError('resetMask', resetMask, expected);
  if (resetMask.length !== sessions) {
    throw new InvalidOptionError(
      'resetMask',
      described(`an array of ${counted(resetMask.length, 'number')}`),
      expected,
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
