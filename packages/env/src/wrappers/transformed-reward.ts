import { type Environment, InvalidOptionError, type Observation, type StepResult } from '@ialp/core';
import { checkNumbers } from '../checkpoint-checks.js';
import { EnvironmentStateError } from '../errors.js';
import { checkOptions } from '../options.js';
import { checkReward, storedRange } from '../simulator/reward-range.js';
import { checkpointMembers, type WrapperState } from './checkpoint-members.js';
import { checkEnvironmentArgument, wrapEnvironment } from './wrap-environment.js';

/** Options of `withTransformedReward`. */
export interface TransformedRewardOptions {
  /** The new reward of a session, from the environment's reward and the result of the step. Finite. */
  readonly reward: (reward: number, session: number, step: StepResult) => number;
  /** The lowest and the highest value that `reward` returns. */
  readonly rewardRange: readonly [minimum: number, maximum: number];
}

/**
 * Replaces the rewards: clipped, scaled, minus a cost of what was shown. The feedback in histories is replaced too. If nothing was
 * chosen from a slate, the reward stays 0. Termination rules still see the original reward, because they belong to the wrapped
 * environment. A checkpoint holds the replaced feedback, but no state of the function `reward`.
 *
 * `step` throws an `InvalidRewardError` for a reward outside the range. The wrapped environment has then moved on, and all
 * sessions must be reset.
 * @throws {InvalidOptionError} for an invalid range.
 */
export function withTransformedReward<E extends Environment>(environment: E, options: TransformedRewardOptions): E {
  checkEnvironmentArgument(environment);
  checkOptions(options, '{ reward: (reward) => reward / 2, rewardRange: [0, 0.5] }', ['reward', 'rewardRange']);
  const { reward: transform, rewardRange } = options;
  if (typeof transform !== 'function') {
    throw new InvalidOptionError('reward', transform, 'a function that returns the new reward');
  }
  const stored = storedRange('rewardRange', rewardRange);
  const { sessions, historyLength, slateSize } = environment.spec;
  const reward = new Float32Array(sessions);
  const feedback = new Float32Array(sessions * historyLength);
  const withFeedback = (observation: Observation): Observation => ({ ...observation, historyFeedback: feedback });
  const transformed = (step: StepResult, slot: number, actions: Int32Array): number => {
    const position = step.choice === undefined ? slateSize - 1 : step.choice[slot];
    if (position < 0) return 0;
    const value = transform(step.reward[slot], slot, step);
    checkReward(value, slot, actions[slot * slateSize + position], stored, rewardRange);
    return value;
  };
  const checkWhole = (): void => {
    if (!underWay) return;
    throw new EnvironmentStateError(
      'The last step was left half way by an error of the reward function. Begin all sessions: env.reset({ seed }).',
    );
  };
  let underWay = false;
  const isFeedback = (value: number): boolean => value === 0 || (value >= stored[0] && value <= stored[1]);
  const state: WrapperState = {
    checkpoint() {
      checkWhole();
      return { feedback: feedback.slice() };
    },
    read(reader) {
      const saved = reader.array('feedback', Float32Array, feedback.length);
      checkNumbers('wrapper.feedback', saved, isFeedback, `feedback from ${rewardRange[0]} to ${rewardRange[1]}`);
      return () => {
        feedback.set(saved);
        underWay = false;
      };
    },
  };
  return wrapEnvironment(environment, {
    spec: { ...environment.spec, rewardRange },
    reset(...args: Parameters<Environment['reset']>) {
      if (args[0]?.resetMask !== undefined) checkWhole();
      const observation = environment.reset(...args);
      underWay = false;
      for (let slot = 0; slot < sessions; slot++) {
        if (observation.turn[slot] === 0) feedback.fill(0, slot * historyLength, (slot + 1) * historyLength);
      }
      return withFeedback(observation);
    },
    step(...args: Parameters<Environment['step']>): StepResult {
      checkWhole();
      const step = environment.step(...args);
      underWay = true;
      for (let slot = 0; slot < sessions; slot++) {
        const position = step.choice === undefined ? slateSize - 1 : step.choice[slot];
        reward[slot] = transformed(step, slot, args[0]);
        const [start, end] = [slot * historyLength, (slot + 1) * historyLength];
        feedback.copyWithin(start, Math.min(start + slateSize, end), end);
        for (let place = 0; place < slateSize && place < historyLength; place++) {
          feedback[end - 1 - place] = position === slateSize - 1 - place ? reward[slot] : 0;
        }
      }
      underWay = false;
      return { ...step, reward, observation: withFeedback(step.observation) };
    },
    ...checkpointMembers(environment, state, withFeedback),
  });
}
