import { checkInteger, type Environment, type StepResult } from '@ialp/core';
import { checkEnvironmentArgument, wrapEnvironment } from './wrap-environment.js';

/** What became of the sessions that ended lately. */
export interface EpisodeStatistics {
  /** Sessions that have ended since the first reset. */
  readonly ended: number;
  /** `[kept]` reward of each of the last ones, summed over its turns; the last to end comes last. */
  readonly reward: Float64Array;
  /** `[kept]` turns of each. */
  readonly length: Int32Array;
}

/** An environment that keeps an account of its sessions. */
export interface EpisodeStatisticsEnvironment extends Environment {
  /** The statistics so far; arrays of the caller's own. */
  statistics(): EpisodeStatistics;
}

/**
 * Keeps the reward and the length of the last sessions that ended, for progress displays and quick looks. A seeded reset
 * forgets them. It sees what it wraps: put it outside of `withTurnLimit` and `withRewardShaping` to count the sessions that these cut and
 * the rewards that they give. For honest figures log the interactions: the first sessions to end are the short ones.
 * @param options.bufferSize sessions whose statistics are stored, at least 1. Default 100.
 * @throws {InvalidOptionError}
 */
export function withEpisodeStatistics<E extends Environment>(
  environment: E,
  { bufferSize = 100 }: { readonly bufferSize?: number } = {},
): E & EpisodeStatisticsEnvironment {
  checkEnvironmentArgument(environment);
  checkInteger('bufferSize', bufferSize, 1);
  const { sessions } = environment.spec;
  const running = new Float64Array(sessions);
  const reward = new Float64Array(bufferSize);
  const length = new Int32Array(bufferSize);
  let ended = 0;
  return wrapEnvironment(environment, {
    reset(...args: Parameters<Environment['reset']>) {
      const observation = environment.reset(...args);
      if (args[0]?.seed !== undefined) ended = 0;
      for (let slot = 0; slot < sessions; slot++) if (observation.turn[slot] === 0) running[slot] = 0;
      return observation;
    },
    step(...args: Parameters<Environment['step']>): StepResult {
      const step = environment.step(...args);
      for (let slot = 0; slot < sessions; slot++) {
        running[slot] += step.reward[slot];
        if (step.terminated[slot] === 0 && step.truncated[slot] === 0) continue;
        reward[ended % bufferSize] = running[slot];
        length[ended % bufferSize] = step.observation.turn[slot];
        ended++;
      }
      return step;
    },
    statistics(): EpisodeStatistics {
      const kept = Math.min(ended, bufferSize);
      const order = Array.from({ length: kept }, (_, k) => (ended - kept + k) % bufferSize);
      return {
        ended,
        reward: Float64Array.from(order, (k) => reward[k]),
        length: Int32Array.from(order, (k) => length[k]),
      };
    },
  });
}
