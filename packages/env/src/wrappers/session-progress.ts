import type { Checkpoint, Environment, Observation, StepResult } from '@ialp/core';
import { checkEnvironmentArgument, wrapEnvironment } from './wrap-environment.js';

/**
 * Adds the progress of the session to observations, as the last column of `userFeatures`: `turn / maxTurns`, or
 * `turn / (turn + 10)` without a turn limit; from 0 to 1 in both cases. A short history alone cannot tell a policy turn 11 from
 * turn 50.
 */
export function withSessionProgress<E extends Environment>(environment: E): E {
  checkEnvironmentArgument(environment);
  const { sessions, maxTurns, userFeatures: width = 0 } = environment.spec;
  const features = new Float32Array(sessions * (width + 1));
  const extended = (observation: Observation): Observation => {
    const known = observation.userFeatures;
    for (let slot = 0; slot < sessions; slot++) {
      for (let k = 0; k < width; k++) features[slot * (width + 1) + k] = known![slot * width + k];
      const turn = observation.turn[slot];
      features[slot * (width + 1) + width] = turn / (Number.isFinite(maxTurns) ? maxTurns : turn + HALFWAY_TURN);
    }
    return { ...observation, userFeatures: features };
  };
  return wrapEnvironment(environment, {
    spec: { ...environment.spec, userFeatures: width + 1 },
    ...(environment.restore && {
      restore: (checkpoint: Checkpoint) => extended(environment.restore!(checkpoint)),
    }),
    reset: (...args: Parameters<Environment['reset']>) => extended(environment.reset(...args)),
    step(...args: Parameters<Environment['step']>): StepResult {
      const step = environment.step(...args);
      return { ...step, observation: extended(step.observation) };
    },
  });
}

/** The turn at which the progress of a session without limit is one half. */
const HALFWAY_TURN = 10;
