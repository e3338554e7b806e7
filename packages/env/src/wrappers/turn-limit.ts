import { checkInteger, type Environment, type StepResult } from '@ialp/core';
import { checkFlags, checkSettings } from '../checkpoint-checks.js';
import { EnvironmentStateError } from '../errors.js';
import { checkpointMembers } from './checkpoint-members.js';
import { checkEnvironmentArgument, wrapEnvironment } from './wrap-environment.js';

/**
 * Truncates sessions after fewer turns than the environment does.
 * @param maxTurns at least 1. The environment's own limit applies if it is lower.
 * @throws {InvalidOptionError}
 */
export function withTurnLimit<E extends Environment>(environment: E, maxTurns: number): E {
  checkEnvironmentArgument(environment);
  checkInteger('maxTurns', maxTurns, 1);
  const { sessions } = environment.spec;
  const limit = Math.min(maxTurns, environment.spec.maxTurns);
  const truncated = new Uint8Array(sessions);
  /** Sessions that this wrapper truncated; to the environment itself they have not ended. */
  const cut = new Uint8Array(sessions);
  return wrapEnvironment(environment, {
    spec: { ...environment.spec, maxTurns: limit },
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
        const isCut = result.observation.turn[k] >= limit && result.terminated[k] === 0;
        truncated[k] = isCut ? 1 : result.truncated[k];
        cut[k] = truncated[k];
      }
      return { ...result, truncated };
    },
    ...checkpointMembers(environment, {
      checkpoint: () => ({ turnLimit: limit, cut: cut.slice() }),
      read(reader) {
        checkSettings('wrapper', reader, { turnLimit: limit });
        const saved = reader.array('cut', Uint8Array, sessions);
        checkFlags('wrapper.cut', saved);
        return () => cut.set(saved);
      },
    }),
  });
}
