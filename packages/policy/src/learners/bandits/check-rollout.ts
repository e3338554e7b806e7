import { InvalidOptionError } from '@ialp/core';
import { checkFiniteRewards } from '../../checks/experience.js';
import { ShapeError } from '../../errors.js';
import type { Rollout } from '../../experience/rollout.js';

/**
 * Throws unless a bandit can learn from a rollout: it is full, of this catalogue, and its rewards are finite. Call it before any
 * state changes.
 * @throws {InvalidOptionError} for a rollout that is not full; {ShapeError} for one of another catalogue;
 *   {DivergenceError} for a reward that is not finite.
 */
export function checkBanditRollout(rollout: Rollout, items: number): void {
  if (!rollout.full) throw new InvalidOptionError('rollout', 'one with steps still to record', 'a full one');
  checkCatalogue('items of the rollout', rollout.states.items, items);
  checkFiniteRewards(rollout);
}

/** @throws {ShapeError} for another catalogue. */
export function checkCatalogue(what: string, found: number, items: number): void {
  if (found !== items) throw new ShapeError(what, found, items);
}
