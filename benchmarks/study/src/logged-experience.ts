import { createRandom, type Environment } from '@ialp/env';
import { type Network, ReplayBuffer, runOnline } from '@ialp/policy';
import { actorCritic } from './actor-critic.js';
import { SETTINGS } from './settings.js';
import { STREAM } from './streams.js';

/**
 * All experience of an actor-critic that is trained from scratch, good and bad: `medium-replay` of D4RL (Fu et al.
 * 2020).
 */
export function gatherExperience(environment: Environment, network: Network, seed: number): ReplayBuffer {
  const { items } = network;
  const { historyLength, offline } = SETTINGS;
  const buffer = new ReplayBuffer({ bufferSize: offline.log, items, historyLength });
  const learner = actorCritic(network, {});
  runOnline({
    environment,
    learner: {
      ...learner,
      learn(trajectories) {
        buffer.add(trajectories);
        return learner.learn(trajectories);
      },
    },
    interactions: offline.log,
    seed,
    random: createRandom(seed).fork(STREAM.log),
    finishSessions: false,
  });
  return buffer;
}
