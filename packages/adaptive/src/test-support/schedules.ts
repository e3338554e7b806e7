import { createRandom } from '@ialp/core';
import fc from 'fast-check';

/** Requests of sessions 0, 1, ..., in batches. A session comes at most once in a batch, and ends with its last turn. */
export interface Schedule {
  /** Turns of each session. */
  readonly lengths: readonly number[];
  /** The sessions in each batch. */
  readonly batches: readonly (readonly number[])[];
  /** Batches after which is learned. */
  readonly updates: ReadonlySet<number>;
}

/** Random schedules of at least `minSessions` sessions, with up to 8 open at once. For tests. */
export function schedules(minSessions: number): fc.Arbitrary<Schedule> {
  return fc
    .record({
      lengths: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: minSessions, maxLength: minSessions + 30 }),
      open: fc.integer({ min: 1, max: 8 }),
      seed: fc.nat(2 ** 31),
    })
    .map(({ lengths, open, seed }) => {
      const random = createRandom(seed);
      const turns = lengths.map(() => 0);
      const batches: number[][] = [];
      const updates = new Set<number>();
      for (;;) {
        const waiting = lengths.flatMap((length, session) => (turns[session] < length ? [session] : [])).slice(0, open);
        if (waiting.length === 0) return { lengths, batches, updates };
        const sessions = waiting.filter(() => random.uniform() < 0.6);
        if (sessions.length === 0) continue;
        for (const session of sessions) turns[session]++;
        if (random.uniform() < 0.4) updates.add(batches.length);
        batches.push(sessions);
      }
    });
}
