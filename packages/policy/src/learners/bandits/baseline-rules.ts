import { InvalidOptionError } from '@ialp/core';
import { requireFiniteRewards } from '../../checks/experience.js';
import { ShapeError } from '../../errors.js';
import type { Rollout } from '../../experience/rollout.js';

/**
 * Throws unless a rollout can be counted: it is full, of this catalogue, and its rewards are finite. Call it before
 * anything changes.
 * @throws {InvalidOptionError} for a rollout that is not full; {ShapeError} for one of another catalogue;
 *   {DivergenceError} for a reward that is not finite.
 */
export function requireCountable(rollout: Rollout, items: number): void {
  if (!rollout.full) throw new InvalidOptionError('rollout', 'one with steps still to record', 'a full one');
  requireCatalogue('items of the rollout', rollout.states.items, items);
  requireFiniteRewards(rollout);
}

/** @throws {ShapeError} for another catalogue. */
export function requireCatalogue(what: string, found: number, items: number): void {
  if (found !== items) throw new ShapeError(what, found, items);
}
