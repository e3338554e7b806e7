import { checkInteger, type Environment, type StepResult } from '@ialp/core';
import { checkNumbers, checkSettings } from '../checkpoint-checks.js';
import { checkOptions } from '../options.js';
import { checkpointMembers } from './checkpoint-members.js';
import { checkEnvironmentArgument, wrapEnvironment } from './wrap-environment.js';

/** Statistics of the last sessions that ended. */
export interface EpisodeStatistics {
  /** Sessions that have ended since the first reset. */
  readonly ended: number;
  /** `[stored]` total reward of each session, in the order in which they ended; at most `bufferSize`. */
  readonly reward: Float64Array;
  /** `[stored]` turns of each session. */
  readonly length: Int32Array;
}

/** An environment with statistics of its sessions. */
export interface EpisodeStatisticsEnvironment extends Environment {
  /** A copy of the statistics so far. */
  statistics(): EpisodeStatistics;
}

/**
 * Adds statistics of the last sessions that ended: their total rewards and turns. Use it for progress displays; a seeded reset
 * clears it. To count sessions that `withTurnLimit` truncates and rewards that `withTransformedReward` returns, wrap those.
 * Averages over the first sessions are biased, because short sessions end first; log the interactions for unbiased figures.
 * @param options.bufferSize sessions whose statistics are stored, at least 1. Default 100.
 * @throws {InvalidOptionError}
 */
export function withEpisodeStatistics<E extends Environment>(
  environment: E,
  options: { readonly bufferSize?: number } = {},
): E & EpisodeStatisticsEnvironment {
  checkEnvironmentArgument(environment);
  checkOptions(options, '{ bufferSize: 100 }', ['bufferSize']);
  const { bufferSize = 100 } = options;
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
      const stored = Math.min(ended, bufferSize);
      const order = Array.from({ length: stored }, (_, k) => (ended - stored + k) % bufferSize);
      return {
        ended,
        reward: Float64Array.from(order, (k) => reward[k]),
        length: Int32Array.from(order, (k) => length[k]),
      };
    },
    ...checkpointMembers(environment, {
      checkpoint: () => ({
        bufferSize,
        ended,
        running: running.slice(),
        reward: reward.slice(),
        length: length.slice(),
      }),
      read(reader) {
        checkSettings('wrapper', reader, { bufferSize });
        const savedEnded = reader.count('ended');
        const savedRunning = reader.array('running', Float64Array, sessions);
        const savedReward = reader.array('reward', Float64Array, bufferSize);
        const savedLength = reader.array('length', Int32Array, bufferSize);
        checkNumbers('wrapper.running', savedRunning, Number.isFinite, 'a finite number');
        checkNumbers('wrapper.reward', savedReward, Number.isFinite, 'a finite number');
        checkNumbers('wrapper.length', savedLength, (turns) => turns >= 0, 'a number of turns');
        return () => {
          ended = savedEnded;
          running.set(savedRunning);
          reward.set(savedReward);
          length.set(savedLength);
        };
      },
    }),
  });
}
