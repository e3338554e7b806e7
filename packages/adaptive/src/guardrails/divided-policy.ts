import type { Checkpointable, Observation } from '@ialp/core';
import type { Policy, Rollout } from '@ialp/policy';
import { SessionAttribution } from '../experience/session-attribution.js';
import { createSessionPolicy } from '../policies/session-policy.js';

/** A rule that assigns sessions to two policies. */
export interface Division {
  /** Steps to record for attribution: those of a rollout. */
  readonly historyLength: number;
  /** Fills `toSecond` for new sessions (`isNew`): 1 assigns the session to the second policy. May be called again for the same. */
  divide(observation: Observation, isNew: Uint8Array, toSecond: Uint8Array): void;
  /** Called once for sessions that begin: 1 for each that is assigned to the second policy. */
  begun(toSecond: Uint8Array): void;
}

/** A policy that assigns sessions to two policies by a deterministic rule, and attributes rollouts to them. */
export interface DividedPolicy {
  readonly policy: Policy;
  /** `[steps * sessions]`: 1 where the second policy acted; undefined for a rollout of another policy. */
  actedIn(rollout: Rollout): Uint8Array | undefined;
  /** The assignment of the sessions. */
  readonly state: Checkpointable;
}

/** Assigns sessions to two policies by a deterministic rule. */
export function createDividedPolicy(first: Policy, second: Policy, division: Division): DividedPolicy {
  const acted = new SessionAttribution(division.historyLength);
  const newIn = ({ turn, sessions }: Observation): Uint8Array => {
    const isFirstCall = policy.firstActs.length !== sessions;
    return Uint8Array.from(turn, (count) => (count === 0 || isFirstCall ? 1 : 0));
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
    actedIn: (rollout) => acted.attribute(rollout)?.firstActs.map((acts) => 1 - acts),
  };
}
