import { type Checkpointable, checkpointState, type Observation, type Random } from '@ialp/core';
import type { Action, Policy } from '@ialp/policy';
import { checkFunction, checkPolicy, checkSameCatalogue } from '../checks.js';
import { sharesOf, WEIGH_EXPECTED, type WeighStates } from './mixture-policy.js';

/** A policy that assigns each session to one of two policies. */
export interface SessionPolicy extends Policy {
  /** `[sessions]`: 1 where the first policy serves the slot's session. Valid until the next sample. */
  readonly firstActs: Uint8Array;
  /** The assignment of the sessions. */
  readonly state: Checkpointable;
}

/**
 * Serves each session by one of two policies, from its beginning to its end: by the first with the probability that `weigh` sets
 * when the session begins. Rows of an observation are session slots, as in `Environment`: a row holds the same session as in the
 * previous call unless its `turn` is 0.
 *
 * The propensity of a session's first item is that of the mixture, `w first(a|s) + (1 - w) second(a|s)`; the propensities of later
 * items are those of the policy that serves the session.
 * @throws {InvalidOptionError} for policies of different catalogues, or of another version.
 */
export function createSessionPolicy(first: Policy, second: Policy, weigh: WeighStates): SessionPolicy {
  for (const [option, policy] of Object.entries({ first, second })) checkPolicy(option, policy);
  checkSameCatalogue(first, second);
  checkFunction('weigh', weigh, WEIGH_EXPECTED);
  let firstActs: Uint8Array = new Uint8Array(0);

  /** `[sessions]`: probability that the first policy acts: 0 or 1 for sessions in progress. */
  function sharesIn(observation: Observation): Float32Array {
    const { sessions, turn } = observation;
    const shares = sharesOf(weigh, observation);
    if (firstActs.length !== sessions) {
      // Another number of slots: sessions in progress were begun by another policy, and are assigned like new ones.
      return shares;
    }
    for (let row = 0; row < sessions; row++) if (turn[row] > 0) shares[row] = firstActs[row];
    return shares;
  }

  return {
    specificationVersion: 'v1',
    items: first.items,
    get firstActs() {
      return firstActs;
    },
    state: checkpointState(
      () => ({ firstActs }),
      (state) => {
        firstActs = state.firstActs;
      },
    ),
    distribution(observation) {
      const shares = sharesIn(observation);
      const some = (wanted: (share: number) => boolean): boolean => shares.some(wanted);
      const one = some((share) => share > 0) ? first.distribution(observation) : undefined;
      const other = some((share) => share < 1) ? second.distribution(observation) : undefined;
      const propensity = (items: Int32Array): Float32Array => {
        const [ofOne, ofOther] = [one?.propensity(items), other?.propensity(items)];
        return shares.map((share, row) => {
          const [p, q] = [ofOne?.[row] ?? 0, ofOther?.[row] ?? 0];
          return share === 1 ? p : share === 0 ? q : share * p + (1 - share) * q;
        });
      };
      return {
        propensity,
        sample(random: Random): Action {
          const [fromOne, fromOther] = [one?.sample(random).items, other?.sample(random).items];
          firstActs = Uint8Array.from(shares, (share) =>
            share === 1 ? 1 : share === 0 ? 0 : random.uniform() < share ? 1 : 0,
          );
          const items = Int32Array.from(firstActs, (acts, row) => (acts === 1 ? fromOne![row] : fromOther![row]));
          return { items, propensity: propensity(items) };
        },
      };
    },
  };
}
