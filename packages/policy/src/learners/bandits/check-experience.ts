import type { Trajectories } from '@ialp/core';
import { checkFiniteRewards, checkTrajectories } from '../../checks/experience.js';

/**
 * Throws unless a bandit can learn from trajectories: they are of this catalogue, and their rewards are finite. Call it before any state
 * changes.
 * @throws {InvalidOptionError} for what is not trajectories; {ShapeError} for those of another catalogue;
 *   {DivergenceError} for a reward that is not finite.
 */
export function checkBanditExperience(trajectories: Trajectories, items: number): void {
  checkTrajectories(trajectories, { items });
  checkFiniteRewards(trajectories);
}
