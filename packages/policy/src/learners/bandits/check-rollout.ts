import { checkFiniteRewards, checkFull } from '../../checks/experience.js';
import { ShapeError } from '../../errors.js';
import type { Rollout } from '../../experience/rollout.js';

/**
 * Throws unless a bandit can learn from a rollout: it is full, of this catalogue, and its rewards are finite. Call it before any
 * state changes.
 * @throws {InvalidOptionError} for a rollout that is not full; {ShapeError} for one of another catalogue;
 *   {DivergenceError} for a reward that is not finite.
 */
export function checkBanditRollout(rollout: Rollout, items: number): void {
  checkFull(rollout);
  checkCatalogue('items of the rollout', rollout.states.items, items);
  checkFiniteRewards(rollout);
}

/** @throws {ShapeError} for another catalogue. */
export function checkCatalogue(what: string, found: number, items: number): void {
  if (found !== items) throw new ShapeError(what, found, items);
}
