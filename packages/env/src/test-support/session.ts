import { createRandom, type Random, type Session } from '@ialp/core';
import type { TerminationRule } from '../rules/termination-rule.js';

/** The state of a response model or a rule without state. For tests. */
export const NO_STATE = new Float64Array(0);

/** A session with these items, oldest first, and this feedback. For tests. */
export function sessionOf(
  items: readonly number[],
  { feedback = items.map(() => 1), user = 0, slateSize = 1 }: Partial<SessionParts> = {},
): Session {
  const turn = items.length / slateSize;
  return {
    user,
    turn,
    shown: items.length,
    reward: feedback.slice((turn - 1) * slateSize).reduce((sum, value) => sum + value, 0),
    item: (back) => items[items.length - 1 - back],
    feedback: (back) => feedback[feedback.length - 1 - back],
  };
}

interface SessionParts {
  readonly feedback: readonly number[];
  readonly user: number;
  readonly slateSize: number;
}

/** Whether a rule terminates after each turn of such a session. For tests. */
export function terminationsOf(
  rule: TerminationRule,
  items: readonly number[],
  parts: Partial<SessionParts> = {},
  random: Random = createRandom(1),
): boolean[] {
  const { feedback = items.map(() => 1), slateSize = 1 } = parts;
  const state = new Float64Array(rule.stateSize ?? 0);
  rule.begin?.(state, sessionOf([], parts), random);
  return Array.from({ length: items.length / slateSize }, (_, turn) => {
    const shown = (turn + 1) * slateSize;
    const session = sessionOf(items.slice(0, shown), { ...parts, feedback: feedback.slice(0, shown) });
    return rule.terminates(session, random, state);
  });
}
