import type { Checkpointable, Observation, Trajectories } from '@ialp/core';
import type { Action, Policy, PolicySessions } from '@ialp/policy';
import { createCountedSessionPolicy } from '../policies/session-policy.js';

/** A rule that assigns sessions to two policies. */
export interface Division {
  /** Fills `toSecond` for new sessions (`isNew`): 1 assigns the session to the second policy. May be called again for the same. */
  divide(observation: Observation, isNew: Uint8Array, toSecond: Uint8Array): void;
  /**
   * Counts a session that begins, once.
   * @param order its number where another instance counted it.
   * @returns its number among the sessions of its policy, from 1.
   */
  begun(isSecond: boolean, order?: number): number;
}

/** A policy that assigns sessions to two policies by a deterministic rule. */
export interface DividedPolicy {
  readonly policy: Policy & { readonly sessions: PolicySessions };
  /** Whether the second policy serves a session, by its key; undefined for one that this policy has not served. */
  isSecond(session: number): boolean | undefined;
  /** Forgets the sessions that ended. */
  forgetEnded(trajectories: Trajectories): void;
  /** The assignment of the sessions. */
  readonly state: Checkpointable;
}

/**
 * Assigns sessions to two policies by a deterministic rule. An action says which of them chose it. Propensities under the parts of the
 * second policy are passed on in its rows; in those of the first they are unknown, as it need not be one of these parts.
 */
export function createDividedPolicy(first: Policy, second: Policy, division: Division): DividedPolicy {
  const newIn = ({ session }: Observation): Uint8Array =>
    Uint8Array.from(session, (key) => (policy.isFirst(key) === undefined ? 1 : 0));
  const divide = (observation: Observation, shares: Float32Array): void => {
    const isNew = newIn(observation);
    const toSecond = new Uint8Array(observation.rows);
    division.divide(observation, isNew, toSecond);
    for (const [row, goes] of toSecond.entries()) {
      const isFirst = isNew[row] === 1 ? goes === 0 : policy.isFirst(observation.session[row]) === true;
      shares[row] = isFirst ? 1 : 0;
    }
  };
  const policy = createCountedSessionPolicy(first, second, divide, (isFirst, order) => division.begun(!isFirst, order));
  return {
    policy: {
      specificationVersion: 'v2',
      items: policy.items,
      sessions: policy.sessions,
      distribution(observation) {
        const { propensity, sample, top } = policy.distribution(observation);
        return {
          propensity,
          top,
          sample(random, options): Action {
            const action = sample(random, options);
            const bySecond = Uint8Array.from(observation.session, (key) => (policy.isFirst(key) === true ? 0 : 1));
            return withUnknownParts(action, bySecond);
          },
        };
      },
    },
    isSecond(session) {
      const isFirst = policy.isFirst(session);
      return isFirst === undefined ? undefined : !isFirst;
    },
    forgetEnded: (trajectories) => policy.forgetEnded(trajectories),
    state: policy.state,
  };
}

/** An action without the propensities of the parts in the rows of the first policy. */
function withUnknownParts({ items, propensity, attribution }: Action, bySecond: Uint8Array): Action {
  if (attribution === undefined) return { items, propensity };
  const count = items.length / bySecond.length;
  const ofSecond = (values: Float32Array): Float32Array =>
    values.map((value, place) => (bySecond[Math.floor(place / count)] === 1 ? value : Number.NaN));
  const [pretrained, online] = [ofSecond(attribution.pretrained), ofSecond(attribution.online)];
  return { items, propensity, attribution: { chosenBy: attribution.chosenBy, pretrained, online } };
}
