import type { Checkpointable, Observation } from '@ialp/core';
import type { Policy, Rollout } from '@ialp/policy';
import { ActedSessions } from '../experience/acted-sessions.js';
import { createSessionPolicy } from '../policies/session-policy.js';

/** How sessions are divided between two policies. */
export interface Division {
  /** Steps of which is remembered who acted: those of a rollout. */
  readonly historyLength: number;
  /** Fills `toSecond` for new sessions (`isNew`): 1 where one goes to the second policy. It may be asked again. */
  divide(observation: Observation, isNew: Uint8Array, toSecond: Uint8Array): void;
  /** Told once of the sessions that have begun: for each, whether it belongs to the second policy. */
  begun(toSecond: Uint8Array): void;
}

/** Two policies that divide sessions by a rule, without chance, and the memory of who acted. */
export interface DividedPolicy {
  readonly policy: Policy;
  /** `[steps * sessions]`: 1 where the second policy acted; undefined for a rollout that somebody else gathered. */
  actedIn(rollout: Rollout): Uint8Array | undefined;
  /** Which policy each session belongs to. */
  readonly state: Checkpointable;
}

/** Divides sessions between two policies by a rule. */
export function createDividedPolicy(first: Policy, second: Policy, division: Division): DividedPolicy {
  const acted = new ActedSessions(division.historyLength);
  const newIn = ({ turn, sessions }: Observation): Uint8Array => {
    const isFirstLook = policy.firstActs.length !== sessions;
    return Uint8Array.from(turn, (count) => (count === 0 || isFirstLook ? 1 : 0));
  };
  const policy = createSessionPolicy(first, second, (observation, shares) => {
    const toSecond = new Uint8Array(observation.sessions);
    division.divide(observation, newIn(observation), toSecond);
    for (const [row, goes] of toSecond.entries()) shares[row] = 1 - goes;
  });
  return {
    policy: {
      specificationVersion: 'v1',
      items: policy.items,
      distribution(observation) {
        const isNew = newIn(observation);
        const { propensity, sample } = policy.distribution(observation);
        return {
          propensity,
          sample(random) {
            const action = sample(random);
            const bySecond = policy.firstActs.map((acts) => 1 - acts);
            division.begun(bySecond.filter((_, row) => isNew[row] === 1));
            acted.add(policy.firstActs, observation, action);
            return action;
          },
        };
      },
    },
    state: policy.state,
    actedIn: (rollout) => acted.rowsOf(rollout)?.firstActs.map((acts) => 1 - acts),
  };
}
