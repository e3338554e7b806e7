import type { InteractionLog } from '@ialp/core/log';

/** The rewards and the end of one session, for `interleave`. */
export interface Story {
  readonly rewards: readonly number[];
  readonly end: 'terminated' | 'truncated' | 'open';
}

/** Logs sessions that run in parallel slots, one after the other in each slot. For tests. */
export function interleave(stories: readonly Story[], slots: number): InteractionLog {
  const rows: { session: number; reward: number; terminated: number; truncated: number }[] = [];
  const waiting = [...stories];
  const current: ({ session: number; story: Story; turn: number } | undefined)[] = new Array(slots).fill(undefined);
  let begun = 0;
  while (waiting.length > 0 || current.some((slot) => slot !== undefined)) {
    for (let slot = 0; slot < slots; slot++) {
      current[slot] ??= waiting.length > 0 ? { session: begun++, story: waiting.shift()!, turn: 0 } : undefined;
      const playing = current[slot];
      if (playing === undefined) continue;
      const { session, story } = playing;
      const last = ++playing.turn === story.rewards.length;
      rows.push({
        session,
        reward: story.rewards[playing.turn - 1],
        terminated: last && story.end === 'terminated' ? 1 : 0,
        truncated: last && story.end === 'truncated' ? 1 : 0,
      });
      if (last) current[slot] = undefined;
    }
  }
  return {
    session: Int32Array.from(rows, (row) => row.session),
    reward: Float32Array.from(rows, (row) => row.reward),
    terminated: Uint8Array.from(rows, (row) => row.terminated),
    truncated: Uint8Array.from(rows, (row) => row.truncated),
  };
}
