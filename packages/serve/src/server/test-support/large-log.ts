import type { ServeEvent } from '../../events.js';
import { openFileEventLog } from '../../file/index.js';

/** Options of `writeLargeLog`. */
export interface LargeLogOptions {
  /** Folder of the event log. */
  readonly folder: string;
  readonly events: number;
  readonly itemIds: readonly string[];
  readonly slateSize: number;
  /** Time of the last event. */
  readonly until: number;
  /** Time between two events, in milliseconds. */
  readonly everyMs: number;
}

const TURNS = 5;
const BATCH = 5_000;

/** Writes the log of a deployment that has served for a while: visits of five decisions, each with feedback to one item, and an end. */
export async function writeLargeLog({
  folder,
  events,
  itemIds,
  slateSize,
  until,
  everyMs,
}: LargeLogOptions): Promise<void> {
  const log = await openFileEventLog({ folder, sync: 'never' });
  // Each event by a call of its own, as processes that decide append them.
  let calls: Promise<void>[] = [];
  for (let k = 0; k < events; k++) {
    calls.push(log.append([eventOf(k, until - (events - k) * everyMs, itemIds, slateSize)]));
    if (calls.length < BATCH) continue;
    await Promise.all(calls);
    calls = [];
  }
  await Promise.all(calls);
  await log.close();
}

/** Visits take turns of two events: a decision, and feedback to it. */
function eventOf(k: number, at: number, itemIds: readonly string[], slateSize: number): ServeEvent {
  const perVisit = 2 * TURNS + 1;
  const visit = Math.floor(k / perVisit);
  const place = k % perVisit;
  const session = `v${visit}`;
  if (place === perVisit - 1) return { type: 'end', at, session: visit % 10 === 0 ? session : 'x', key: visit };
  const turn = Math.floor(place / 2);
  const shownIn = (of: number): string[] =>
    Array.from({ length: slateSize }, (_, position) => itemIds[(visit + of * slateSize + position) % itemIds.length]!);
  const decision = `${session}-${turn}`;
  const items = shownIn(turn);
  if (place % 2 === 1) return { type: 'feedback', id: `f-${decision}`, at, decision, item: items[0]!, reward: 1 };
  const seen = Array.from({ length: turn }, (_, of) => shownIn(of)).flat();
  return {
    ...{ type: 'decision', id: decision, at, session, key: visit, turn, items, policy: 1 },
    propensity: items.map(() => 0.01),
    history: { items: seen, feedback: seen.map((_, place) => (place % slateSize === 0 ? 1 : 0)) },
    ...(seen.length > 0 && { excluded: seen }),
  };
}
