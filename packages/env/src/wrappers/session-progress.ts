import type { Environment, Observation, StepResult } from '@ialp/core';
import { checkEnvironmentArgument, wrapEnvironment } from './wrap-environment.js';

/**
 * Tells observations how far the session has come: one more column, the last, of `userFeatures`. It is `turn / maxTurns`, or
 * where there is no limit `turn / (turn + 10)`; from 0 to 1 in both cases. Policies see a history of a few items, and cannot
 * tell turn 11 from turn 50 by it.
 */
export function withSessionProgress<E extends Environment>(environment: E): E {
  checkEnvironmentArgument(environment);
  const { sessions, maxTurns } = environment.spec;
  let features: Float32Array | undefined;
  const extended = (observation: Observation): Observation => {
    const known = observation.userFeatures;
    const width = known === undefined ? 0 : known.length / sessions;
    features ??= new Float32Array(sessions * (width + 1));
    for (let slot = 0; slot < sessions; slot++) {
      for (let k = 0; k < width; k++) features[slot * (width + 1) + k] = known![slot * width + k];
      const turn = observation.turn[slot];
      features[slot * (width + 1) + width] = turn / (Number.isFinite(maxTurns) ? maxTurns : turn + HALF_WAY);
    }
    return { ...observation, userFeatures: features };
  };
  return wrapEnvironment(environment, {
    reset: (...args: Parameters<Environment['reset']>) => extended(environment.reset(...args)),
    step(...args: Parameters<Environment['step']>): StepResult {
      const step = environment.step(...args);
      return { ...step, observation: extended(step.observation) };
    },
  });
}

/** Turns at which an unlimited session is said to be half way. */
const HALF_WAY = 10;
