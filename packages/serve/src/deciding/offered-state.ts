import { countAllowed, type ItemIndex, type Observation } from '@ialp/core';
import type { DeploymentRules } from '../deployment/rules.js';
import type { Visit } from '../deployment/visit.js';
import { observationOfIds } from '../learning/states.js';
import type { ObserveRequest, RecommendRequest } from '../recommender.js';

/** What the policy decides in. */
export interface OfferedState {
  readonly observation: Observation;
  /** Ids that may not be shown. */
  readonly excluded: readonly string[];
  /** Items that may be shown, at most as many as the caller needs. */
  readonly count: number;
}

/** What a state follows from, beside its request and its visit. */
export interface OfferedStateOptions {
  readonly key: number;
  /** Items to show. */
  readonly wanted: number;
  readonly index: ItemIndex;
  readonly rules: Pick<Required<DeploymentRules>, 'historyLength'>;
}

/** The state of a visit as a policy sees it, and what may be shown in it; undefined if no item may. */
export function offeredState(
  { exclude = [], candidates, userFeatures }: RecommendRequest | ObserveRequest,
  visit: Visit | undefined,
  { key, wanted, index, rules }: OfferedStateOptions,
): OfferedState | undefined {
  const history = { items: visit?.items ?? [], feedback: visit?.feedback ?? [] };
  // A session that has seen everything begins anew.
  for (const seen of [visit?.seen ?? new Set<string>(), new Set<string>()]) {
    const excluded = exclude.length === 0 ? [...seen] : [...new Set([...seen, ...exclude])];
    const state = { key, turn: visit?.turn ?? 0, history, excluded, candidates, userFeatures };
    const observation = observationOfIds(state, index, rules.historyLength);
    const count = Math.min(wanted, countAllowed(observation, 0));
    if (count > 0) return { observation, excluded, count };
  }
  return undefined;
}
