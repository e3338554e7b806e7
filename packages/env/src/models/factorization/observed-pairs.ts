import { checkInteger, counted, described, type Interactions, InvalidOptionError } from '@ialp/core';
import type { ObservedPairs } from './implicit-least-squares.js';

/** How counts become confidence. */
export interface ConfidenceRule {
  readonly alpha: number;
  readonly confidence: 'log' | 'linear';
}

/** Fewer pairs cannot be split for fitting, calibration and measurement. */
const MIN_PAIRS = 4;

/**
 * Adds the counts of each pair of a user and an item, and turns them into confidence.
 * @throws {InvalidOptionError}
 */
export function aggregate(
  interactions: Interactions,
  items: number,
  { alpha, confidence }: ConfidenceRule,
): ObservedPairs {
  const { users, user, item, value } = interactions;
  checkInteger('interactions.users', users, 1);
  if (user.length !== value.length || item.length !== value.length) {
    const found = `${user.length}, ${item.length} and ${value.length}`;
    throw new InvalidOptionError('interactions', found, 'columns user, item and value of the same length');
  }
  const counts = new Map<number, number>();
  for (let row = 0; row < value.length; row++) {
    checkRow('user', row, user[row], users);
    checkRow('item', row, item[row], items);
    if (!(value[row] > 0 && Number.isFinite(value[row]))) {
      throw new InvalidOptionError(`interactions.value[${row}]`, value[row], 'a finite number above 0');
    }
    const pair = user[row] * items + item[row];
    counts.set(pair, (counts.get(pair) ?? 0) + value[row]);
  }
  if (counts.size < MIN_PAIRS) {
    throw new InvalidOptionError(
      'interactions',
      described(counted(counts.size, 'pair')),
      `at least ${MIN_PAIRS} distinct pairs of a user and an item`,
    );
  }
  const pairs = Float64Array.from(counts.keys());
  const grown = (count: number): number => (confidence === 'log' ? Math.log1p(count) : count);
  return {
    users,
    items,
    user: Int32Array.from(pairs, (pair) => Math.floor(pair / items)),
    item: Int32Array.from(pairs, (pair) => pair % items),
    confidence: Float64Array.from(counts.values(), (count) => 1 + alpha * grown(count)),
  };
}

function checkRow(column: string, row: number, value: number, count: number): void {
  if (value >= 0 && value < count) return;
  throw new InvalidOptionError(`interactions.${column}[${row}]`, value, `an index from 0 to ${count - 1}`);
}
