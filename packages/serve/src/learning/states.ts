import { type ItemIndex, type Observation, observationOf, type SessionState } from '@ialp/core';
import type { DecisionEvent } from '../events.js';

/** A session as a policy sees it, with ids of items. */
export interface StateByIds {
  readonly key: number;
  readonly turn: number;
  readonly history: DecisionEvent['history'];
  /** What may not be shown, and the only items that may; undefined: all. */
  readonly excluded?: Iterable<string> | undefined;
  readonly candidates?: readonly string[] | undefined;
  readonly userFeatures?: readonly number[] | undefined;
}

/** Indices of the items that are in the catalogue. */
function indicesOf(ids: Iterable<string>, index: ItemIndex): number[] {
  const indices: number[] = [];
  for (const id of ids) {
    const item = index.indexOf(id);
    if (item !== -1) indices.push(item);
  }
  return indices;
}

/**
 * A state as the observation of one decision. Items that are not in the catalogue any more are left out.
 * @param shown `[items]` of the slate that was shown, which was available then, whatever is now.
 */
export function observationOfIds(
  state: StateByIds,
  index: ItemIndex,
  historyLength: number,
  shown: Int32Array = new Int32Array(0),
): Observation {
  const { key, turn, userFeatures } = state;
  const session: SessionState = {
    ...{ session: key, turn },
    history: historyOf(state.history, index, historyLength),
    excluded: excludedIn(state, index),
    ...(userFeatures !== undefined && { userFeatures }),
  };
  return observationOf(session, { historyLength, available: availableWith(shown, index) });
}

/** The last items of a history that are in the catalogue, and the feedback to them. */
function historyOf(
  { items, feedback }: StateByIds['history'],
  index: ItemIndex,
  historyLength: number,
): { readonly items: readonly number[]; readonly feedback: readonly number[] } {
  const known = { items: [] as number[], feedback: [] as number[] };
  for (let k = items.length - 1; k >= 0 && known.items.length < historyLength; k--) {
    const item = index.indexOf(items[k]!);
    if (item === -1) continue;
    known.items.push(item);
    known.feedback.push(feedback[k]!);
  }
  return { items: known.items.reverse(), feedback: known.feedback.reverse() };
}

function excludedIn({ excluded = [], candidates }: StateByIds, index: ItemIndex): number[] {
  const indices = indicesOf(excluded, index);
  if (candidates === undefined) return indices;
  const allowed = new Set(indicesOf(candidates, index));
  for (const item of index.available.keys()) if (index.available[item] === 1 && !allowed.has(item)) indices.push(item);
  return indices;
}

/** What was available when a slate was shown: another process may not have known of a removal yet. */
function availableWith(shown: Int32Array, { available }: ItemIndex): Uint8Array {
  if (shown.every((item) => available[item] === 1)) return available;
  const then = available.slice();
  for (const item of shown) then[item] = 1;
  return then;
}
