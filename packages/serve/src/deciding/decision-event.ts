import { CHOSEN_BY, type ItemIndex } from '@ialp/core';
import type { Action, Policy } from '@ialp/policy';
import type { Visit } from '../deployment/visit.js';
import type { DecisionEvent } from '../events.js';
import type { Observed, ObserveRequest, Recommendation, RecommendRequest } from '../recommender.js';

/** Significant digits that tell all single-precision numbers apart. */
const DIGITS = 9;

/** A number of single precision without the digits that it does not hold. */
function shortened(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** What an event says of its request and of the visit so far. */
export function headOf(
  { session, user, candidates, userFeatures, isLast }: RecommendRequest | ObserveRequest,
  visit: Visit | undefined,
  {
    excluded,
    ...others
  }: Pick<DecisionEvent, 'id' | 'key' | 'at' | 'policy'> & { readonly excluded: readonly string[] },
): Omit<DecisionEvent, 'items' | 'propensity'> {
  return {
    type: 'decision',
    ...others,
    session,
    ...(user !== undefined && { user }),
    turn: visit?.turn ?? 0,
    history: { items: [...(visit?.items ?? [])], feedback: [...(visit?.feedback ?? [])] },
    ...(excluded.length > 0 && { excluded }),
    ...(candidates !== undefined && { candidates }),
    ...(userFeatures !== undefined && { userFeatures }),
    ...(isLast === true && { last: true }),
  };
}

/** The slate of an action of one row. */
export function slateOf({ items, propensity }: Action, index: ItemIndex): NonNullable<DecisionEvent['shadow']> {
  return { items: Array.from(items, (item) => index.idOf(item)), propensity: Array.from(propensity, shortened) };
}

/** What the policy has to remember of a session. */
export function memoryOf({ sessions }: Policy, key: number): Pick<DecisionEvent, 'memory'> {
  const memory = sessions?.memoryOf(key);
  return memory === undefined ? {} : { memory };
}

/** What a decision showed. */
export function shownIn({ id, items, propensity, policy }: DecisionEvent): Omit<Recommendation, 'logged'> {
  return {
    decision: id,
    items: items.map((item, position) => ({ id: item, propensity: propensity[position]! })),
    policy,
  };
}

/** What the policy would have shown in an observed decision. */
export function observedIn({ id, shadow, policy }: DecisionEvent): Observed {
  const items = shadow?.items.map((item, position) => ({ id: item, propensity: shadow.propensity[position]! }));
  return { decision: id, items: items ?? [], policy };
}

/** Which policy chose, and the propensities of the two, of an action of one row. */
export function attributionOf({ attribution }: Action): Pick<DecisionEvent, 'chosenBy' | 'pretrained' | 'online'> {
  if (attribution === undefined) return {};
  const { chosenBy, pretrained, online } = attribution;
  const numbers = (values: Float32Array): (number | null)[] =>
    Array.from(values, (value) => (Number.isNaN(value) ? null : shortened(value)));
  return {
    ...(chosenBy[0] !== CHOSEN_BY.unknown && { chosenBy: chosenBy[0] }),
    ...(pretrained.some(isNumber) && { pretrained: numbers(pretrained) }),
    ...(online.some(isNumber) && { online: numbers(online) }),
  };
}

const isNumber = (value: number): boolean => !Number.isNaN(value);
