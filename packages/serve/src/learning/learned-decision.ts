import { CHOSEN_BY } from '@ialp/core';
import type { Action } from '@ialp/policy';
import type { DecisionOutcome, Visit } from '../deployment/visit.js';
import type { DecisionEvent } from '../events.js';
import type { StateByIds } from './states.js';

/** The state of a visit after its last decision. */
export function stateAfter(
  { turn, userFeatures }: DecisionEvent,
  { seen, items, feedback }: Visit,
): Omit<StateByIds, 'key'> {
  return { turn: turn + 1, history: { items, feedback }, excluded: seen, userFeatures };
}

/** The slate that is learned from: in the mode `apprentice` the policy's own, which was not shown. */
export function learnedSlate({
  observed,
  shadow,
  items,
  propensity,
}: DecisionEvent): Pick<DecisionEvent, 'items' | 'propensity'> {
  return observed === 'apprentice' && shadow !== undefined ? shadow : { items, propensity };
}

/** An apprentice earns 1 for each slate that begins as the other recommender's. */
export function agreementOf({ items, shadow }: DecisionEvent): DecisionOutcome {
  return items[0] === shadow?.items[0] ? { reward: 1, choice: 0 } : { reward: 0, choice: -1 };
}

/** What a decision showed. A propensity that another recommender did not report counts as 1: it shows the same again in the same state. */
export function actionOf(event: DecisionEvent, items: Int32Array): Action {
  const { chosenBy, pretrained, online } = event;
  const { propensity } = learnedSlate(event);
  const numbers = (values: readonly (number | null)[] | undefined, unknown: number): Float32Array =>
    Float32Array.from(items, (_, position) => values?.[position] ?? unknown);
  return {
    items,
    propensity: numbers(propensity, 1),
    attribution: {
      chosenBy: Uint8Array.of(chosenBy ?? CHOSEN_BY.unknown),
      pretrained: numbers(pretrained, Number.NaN),
      online: numbers(online, Number.NaN),
    },
  };
}
