import { CHOSEN_BY, type Checkpointable, type Observation, type Random, type Trajectories } from '@ialp/core';
import type { Action, Attribution, PlainMemory, Policy, PolicySessions, SampleOptions } from '@ialp/policy';
import { checkFunction, checkPolicy, checkSameCatalogue, checkSessionKeys } from '../checks.js';
import { combineSessions } from '../experience/combined-sessions.js';
import { assignmentOf, memoryOfAssignment, SessionAssignments } from '../experience/session-assignments.js';
import { mixedPropensity } from '../experience/slate-propensity.js';
import { mixedTop } from './mixed-top.js';
import { sharesOf, WEIGH_EXPECTED, type WeighStates } from './mixture-policy.js';

/** A policy that assigns each session to one of two policies. */
export interface SessionPolicy extends Policy {
  /** Whether the first policy serves a session, by its key; undefined for one that has not been assigned. */
  isFirst(session: number): boolean | undefined;
  /** Forgets the sessions that ended. Call it with all experience that is learned from. */
  forgetEnded(trajectories: Trajectories): void;
  /** The assignment of the sessions. */
  readonly state: Checkpointable;
  /** A session's assignment as plain data, with what the two policies remember. */
  readonly sessions: PolicySessions;
}

/**
 * Counts a session that begins.
 * @param order its number where another instance counted it.
 * @returns its number among the sessions of its policy, from 1.
 */
export type CountSession = (isFirst: boolean, order?: number) => number;

/**
 * Serves each session by one of two policies, from its beginning to its end: by the first with the probability `w` that `weigh` sets when
 * the session is first sampled for. Sessions are told apart by their keys, and may come one at a time.
 *
 * The propensities of a session's first items are those of the mixture, `w first(a|s) + (1 - w) second(a|s)`; those of later
 * items are those of the policy that serves the session.
 *
 * If `distribution` is called and sampled again for the first decision, such as after a page was loaded again before anything was recorded,
 * the session stays with its policy, and no assignment is drawn. The propensities are again those of the mixture, with the `w` of the
 * assignment, whatever `weigh` sets now: the policy that serves the session was drawn with `w`, so that over all sessions the new items come
 * with this probability, too. They are not independent of the earlier items, as one policy chose both, but those are neither in the state nor
 * recorded. Samples of one distribution are independent of each other, as those of every policy; the last one assigns the session.
 * @throws {InvalidOptionError} for policies of different catalogues, or of another version.
 */
export function createSessionPolicy(first: Policy, second: Policy, weigh: WeighStates): SessionPolicy {
  return createCountedSessionPolicy(first, second, weigh, () => 0);
}

/** The same, which counts each session once: when it is assigned, or when it is remembered. */
export function createCountedSessionPolicy(
  first: Policy,
  second: Policy,
  weigh: WeighStates,
  count: CountSession,
): SessionPolicy {
  for (const [option, policy] of Object.entries({ first, second })) checkPolicy(option, policy);
  checkSameCatalogue(first, second);
  checkFunction('weigh', weigh, WEIGH_EXPECTED);
  const assignments = new SessionAssignments();
  const parts = combineSessions({ first, second });

  /** `[rows]`: probability that the first policy acts: 0 or 1 after the turn in which a session was assigned. */
  function sharesIn(observation: Observation): Float32Array {
    const { rows, session, turn } = observation;
    const shares = sharesOf(weigh, observation);
    for (let row = 0; row < rows; row++) {
      const assigned = assignments.get(session[row]);
      if (assigned === undefined) continue;
      const { isFirst, share } = assigned;
      shares[row] = turn[row] === assigned.turn ? share : isFirst ? 1 : 0;
    }
    return shares;
  }

  const sessions: PolicySessions = {
    memoryOf(session) {
      const assignment = assignments.get(session);
      if (assignment === undefined) return undefined;
      return { ...memoryOfAssignment(assignment), ...(parts?.memoryOf(session) as object | undefined) };
    },
    remember(session, memory) {
      const assignment = assignmentOf(memory);
      if (hasAny(memory, ['first', 'second'])) parts?.remember(session, memory);
      if (assignments.get(session) !== undefined) return;
      const order = count(assignment.isFirst, assignment.order);
      assignments.set(session, { ...assignment, order });
    },
    forget(session) {
      parts?.forget(session);
      assignments.delete(session);
    },
  };

  return {
    specificationVersion: 'v2',
    items: first.items,
    sessions,
    isFirst: (session) => assignments.get(session)?.isFirst,
    forgetEnded: (trajectories) => assignments.forgetEnded(trajectories),
    state: assignments.state,
    distribution(observation) {
      checkSessionKeys(observation);
      const { session, turn } = observation;
      const shares = sharesIn(observation);
      const isNew = Array.from(session, (key) => assignments.get(key) === undefined);
      const some = (wanted: (share: number) => boolean): boolean => shares.some(wanted);
      const one = some((share) => share > 0) ? first.distribution(observation) : undefined;
      const other = some((share) => share < 1) ? second.distribution(observation) : undefined;
      const each = (items: Int32Array): [Float32Array, Float32Array] => {
        const unknown = new Float32Array(items.length).fill(Number.NaN);
        return [one?.propensity(items) ?? unknown, other?.propensity(items) ?? unknown];
      };
      return {
        propensity: (items) => mixedPropensity(shares, ...each(items)),
        top(count) {
          if (one === undefined || other === undefined) return (one ?? other)!.top(count);
          return mixedTop(one, other, shares, count, first.items);
        },
        sample(random: Random, options?: SampleOptions): Action {
          // Copied, as both may be samples of one policy, which uses its arrays again.
          const [byOne, byOther] = [copied(one?.sample(random, options)), copied(other?.sample(random, options))];
          const slateSize = (byOne ?? byOther)!.items.length / shares.length;
          const isFirst = new Uint8Array(shares.length);
          for (const [row, share] of shares.entries()) {
            const key = session[row];
            const assigned = isNew[row] ? undefined : assignments.get(key);
            const acts = assigned?.isFirst ?? (share === 1 || (share > 0 && random.uniform() < share));
            isFirst[row] = acts ? 1 : 0;
            if (assigned !== undefined) continue;
            // Assigned before, by another sample of this distribution: it is counted already.
            const order = assignments.get(key)?.order ?? count(acts);
            assignments.set(key, { isFirst: acts, share, turn: turn[row], order });
          }
          const items = Int32Array.from({ length: shares.length * slateSize }, (_, place) =>
            isFirst[Math.floor(place / slateSize)] === 1 ? byOne!.items[place] : byOther!.items[place],
          );
          const [pretrained, online] = each(items);
          const chosenBy = isFirst.map((acts) => (acts === 1 ? CHOSEN_BY.pretrained : CHOSEN_BY.online));
          const attribution = { chosenBy, pretrained, online };
          return {
            items,
            propensity: mixedPropensity(shares, pretrained, online),
            attribution: ofParts(attribution, isFirst, byOne?.attribution, byOther?.attribution),
          };
        },
      };
    },
  };
}

/** A copy of an action without its propensities, which depend on both policies. */
function copied(action: Action | undefined): Pick<Action, 'items' | 'attribution'> | undefined {
  if (action === undefined) return undefined;
  const { items, attribution } = action;
  if (attribution === undefined) return { items: items.slice() };
  const { chosenBy, pretrained, online } = attribution;
  const copy = { chosenBy: chosenBy.slice(), pretrained: pretrained.slice(), online: online.slice() };
  return { items: items.slice(), attribution: copy };
}

/**
 * The attribution of an action whose policies may combine others themselves, such as an adaptive learner behind a reward floor: in the
 * rows of such a policy it is the policy's own. Propensities of the other rows are then unknown, as they belong to other parts.
 */
function ofParts(
  plain: Attribution,
  isFirst: Uint8Array,
  ofFirst: Attribution | undefined,
  ofSecond: Attribution | undefined,
): Attribution {
  if (ofFirst === undefined && ofSecond === undefined) return plain;
  const count = plain.pretrained.length / isFirst.length;
  const partOf = (row: number): Attribution | undefined => (isFirst[row] === 1 ? ofFirst : ofSecond);
  const pick = (name: 'pretrained' | 'online'): Float32Array =>
    plain[name].map((_, place) => partOf(Math.floor(place / count))?.[name][place] ?? Number.NaN);
  return {
    chosenBy: plain.chosenBy.map((who, row) => partOf(row)?.chosenBy[row] ?? who),
    pretrained: pick('pretrained'),
    online: pick('online'),
  };
}

function hasAny(memory: PlainMemory, names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(memory as object, name));
}
