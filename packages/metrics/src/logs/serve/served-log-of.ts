import { checkList } from '../../checks.js';
import { InvalidLogError } from '../../errors.js';
import type { SlateLog } from '../../ope/slates.js';
import type { JoinedDecision } from './join-decisions.js';
import type { ServedTarget } from './target-policies.js';

/**
 * Decisions as columns, for `slateIps`; with slates of one item also for all estimators of decisions, and of trajectories. A row is a position of
 * a slate. `splitByTime` splits it.
 */
export interface ServedLog extends SlateLog {
  readonly reward: Float64Array;
  readonly propensity: Float64Array;
  readonly target: Float64Array;
  /** `[rows]`: number of the session, from 0 in the order in which sessions appear. */
  readonly session: Int32Array;
  /** The same, for the estimators of trajectories. */
  readonly trajectory: Int32Array;
  /** `[rows]`: time of the decision, in milliseconds since 1970. */
  readonly time: Float64Array;
  /** `[rows]`: turn of the session, from 0. */
  readonly turn: Int32Array;
  /** `[rows]`: version of the policy. */
  readonly version: Float64Array;
  /** `[rows]`: which policy chose, a value of `CHOSEN_BY` of `@ialp/core`. */
  readonly chosenBy: Uint8Array;
  /** `[rows]`: id of the item. */
  readonly item: readonly string[];
  /** Decisions that were left out, as a propensity or a probability of the target is not known. */
  readonly unknown: number;
}

/**
 * Converts decisions to a log for the estimators of `@ialp/metrics/ope`.
 * @param target the policy to evaluate. Default: the logging policy itself.
 * @throws {InvalidLogError} if no decision is left, or slates differ in size: select those of one size.
 */
export function servedLogOf(
  decisions: readonly JoinedDecision[],
  target: ServedTarget = ({ propensity }) => propensity,
): ServedLog {
  checkList('decisions', decisions, 'the decisions of await readServeLog(folder)');
  const usable = decisions.flatMap((decision) => {
    const probabilities = target(decision.event);
    const { items, propensity } = decision.event;
    if (probabilities === undefined || !isKnown(probabilities, items) || !isKnown(propensity, items)) return [];
    return [{ ...decision, probabilities, propensity }];
  });
  if (usable.length === 0) {
    const found = decisions.length === 0 ? 'no decisions' : 'no decisions with propensities of both policies';
    throw new InvalidLogError('propensity', undefined, found, 'at least one decision');
  }
  const slots = usable[0].event.items.length;
  const other = usable.findIndex(({ event }) => event.items.length !== slots);
  if (other !== -1) {
    const found = `a slate of ${usable[other].event.items.length} items after one of ${slots}`;
    throw new InvalidLogError('items', other, found, 'slates of one size: filter the decisions by event.items.length');
  }
  const numbers = new Map<number, number>();
  for (const { event } of usable) if (!numbers.has(event.key)) numbers.set(event.key, numbers.size);
  const rows = usable.flatMap((decision) =>
    decision.event.items.map((item, position) => ({ decision, item, position })),
  );
  const session = Int32Array.from(rows, ({ decision }) => numbers.get(decision.event.key)!);
  return {
    slots,
    reward: Float64Array.from(rows, ({ decision, position }) => decision.rewards[position]),
    propensity: Float64Array.from(rows, ({ decision, position }) => decision.propensity[position]),
    target: Float64Array.from(rows, ({ decision, position }) => decision.probabilities[position]),
    session,
    trajectory: session.slice(),
    time: Float64Array.from(rows, ({ decision }) => decision.event.at),
    turn: Int32Array.from(rows, ({ decision }) => decision.event.turn),
    version: Float64Array.from(rows, ({ decision }) => decision.event.policy),
    chosenBy: Uint8Array.from(rows, ({ decision }) => decision.event.chosenBy ?? 0),
    item: rows.map(({ item }) => item),
    unknown: decisions.length - usable.length,
  };
}

function isKnown(values: readonly (number | null)[], items: readonly string[]): values is readonly number[] {
  return values.length === items.length && values.every((value) => value !== null);
}
