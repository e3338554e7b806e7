import { checkInteger, type Environment, type StepResult } from '@ialp/core';
import { EnvironmentStateError } from '../errors.js';
import { checkEnvironmentArgument, wrapEnvironment } from './wrap-environment.js';

/**
 * Cuts sessions (`truncated`) after fewer turns than the environment does.
 * @param turns At least 1. More than the environment's own limit change nothing.
 * @throws {InvalidOptionError}
 */
export function withTurnLimit<E extends Environment>(environment: E, turns: number): E {
  checkEnvironmentArgument(environment);
  checkInteger('turns', turns, 1);
  const { sessions } = environment.spec;
  const maxTurns = Math.min(turns, environment.spec.maxTurns);
  const truncated = new Uint8Array(sessions);
  /** Sessions that were cut here, of which the environment itself knows nothing. */
  const cut = new Uint8Array(sessions);
  return wrapEnvironment(environment, {
    spec: { ...environment.spec, maxTurns },
    reset(...args: Parameters<Environment['reset']>) {
      const observation = environment.reset(...args);
      for (let slot = 0; slot < sessions; slot++) if (observation.turn[slot] === 0) cut[slot] = 0;
      return observation;
    },
    step(...args: Parameters<Environment['step']>): StepResult {
      const slot = cut.indexOf(1);
      if (slot >= 0) {
        throw new EnvironmentStateError(
          `Session ${slot} has ended. Reset it before its next step: env.reset({ resetMask }).`,
        );
      }
      const result = environment.step(...args);
      for (let k = 0; k < sessions; k++) {
        const limit = result.observation.turn[k] >= maxTurns && result.terminated[k] === 0;
        truncated[k] = limit ? 1 : result.truncated[k];
        cut[k] = truncated[k];
      }
      return { ...result, truncated };
    },
  });
}
