import type { Environment, StepResult } from '../environment.js';
import { InvalidOptionError } from '../errors.js';
import type { Observation } from '../observation.js';

/** Options of `shapeReward`. */
export interface RewardShapingOptions {
  /** The new reward of session `slot`, from the environment's reward and all else that the step gave. Finite. */
  readonly reward: (reward: number, slot: number, step: StepResult) => number;
  /** The least and the greatest that `reward` gives. */
  readonly rewardRange: readonly [minimum: number, maximum: number];
}

/**
 * Gives other rewards: clipped, scaled, less a cost for what was shown. The history tells what was rewarded, so its feedback
 * is the new reward as well. Where nothing was chosen from a slate the reward stays 0.
 * @throws {InvalidOptionError} for a range that is none; from `step`, for a reward outside it.
 */
export function shapeReward(
  environment: Environment,
  { reward: shape, rewardRange }: RewardShapingOptions,
): Environment {
  const [least, greatest] = rewardRange;
  if (!(Number.isFinite(least) && Number.isFinite(greatest) && least <= greatest)) {
    throw new InvalidOptionError('rewardRange', `[${rewardRange}]`, 'two finite numbers, the lower one first');
  }
  const { sessions, historyLength, slateSize } = environment.spec;
  const reward = new Float32Array(sessions);
  const feedback = new Float32Array(sessions * historyLength);
  const withFeedback = (observation: Observation): Observation => ({ ...observation, historyFeedback: feedback });
  return {
    spec: { ...environment.spec, rewardRange },
    reset(options = {}) {
      const observation = environment.reset(options);
      for (let slot = 0; slot < sessions; slot++) {
        if (observation.turn[slot] === 0) feedback.fill(0, slot * historyLength, (slot + 1) * historyLength);
      }
      return withFeedback(observation);
    },
    step(actions): StepResult {
      const step = environment.step(actions);
      for (let slot = 0; slot < sessions; slot++) {
        const position = step.choice === undefined ? slateSize - 1 : step.choice[slot];
        reward[slot] = position < 0 ? 0 : inRange(shape(step.reward[slot], slot, step), rewardRange);
        const [start, end] = [slot * historyLength, (slot + 1) * historyLength];
        feedback.copyWithin(start, Math.min(start + slateSize, end), end);
        for (let place = 0; place < slateSize && place < historyLength; place++) {
          feedback[end - 1 - place] = position === slateSize - 1 - place ? reward[slot] : 0;
        }
      }
      return { ...step, reward, observation: withFeedback(step.observation) };
    },
  };
}

function inRange(value: number, [least, greatest]: readonly [number, number]): number {
  if (value >= least && value <= greatest) return value;
  throw new InvalidOptionError('reward', value, `a number from ${least} to ${greatest}, as rewardRange says`);
}
