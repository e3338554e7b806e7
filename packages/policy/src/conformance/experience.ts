import type { Observation, Random } from '@ialp/core';
import { Rollout } from '../experience/rollout.js';
import type { Policy } from '../policy.js';
import type { SyntheticSessions } from './synthetic-sessions.js';

/** Gathers a rollout of a policy in synthetic sessions. */
export function gather(policy: Policy, steps: number, sessions: SyntheticSessions, random: Random): Rollout {
  const { observation }: { observation: Observation } = sessions;
  const rollout = new Rollout(steps, observation);
  while (!rollout.full) {
    const action = policy.distribution(observation).sample(random);
    rollout.recordAction(observation, action);
    const feedback = sessions.step(action.items);
    rollout.recordFeedback(observation, feedback);
    sessions.beginEnded();
  }
  return rollout;
}

/** Every array of a rollout by name. */
export function arraysOf(rollout: Rollout): Record<string, Int32Array | Float32Array | Uint8Array> {
  const { states, next, actions, propensity, reward, terminated, truncated } = rollout;
  return {
    'states.historyItems': states.historyItems,
    'states.historyFeedback': states.historyFeedback,
    'states.mask': states.mask,
    'next.historyItems': next.historyItems,
    'next.historyFeedback': next.historyFeedback,
    'next.mask': next.mask,
    actions,
    propensity,
    reward,
    terminated,
    truncated,
  };
}
