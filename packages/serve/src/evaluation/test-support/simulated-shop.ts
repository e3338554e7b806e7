import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ialp/core';
import { createMatrixResponses, createSimulator, endedSessions } from '@ialp/env';
import { openFileEventLog } from '../../file/index.js';
import { createRecommender, type RecommenderOptions } from '../../index.js';

/** Users and items of the shop. */
export const USERS = 60;
export const ITEMS = ['tea', 'pot', 'cup', 'jug', 'mug', 'tin'];
/** Items that a session is shown. */
export const TURNS = 3;

/** Whether a user likes an item: the first items are liked by most. */
const likes = Float32Array.from({ length: USERS * ITEMS.length }, (_, cell) => {
  const item = cell % ITEMS.length;
  return (Math.floor(cell / ITEMS.length) * 7 + item * 3) % 10 < 8 - item ? 1 : 0;
});

/** The users of the shop. */
export function shopUsers(sessions: number) {
  const responses = createMatrixResponses({ users: USERS, items: ITEMS.length, values: likes });
  return createSimulator({ name: 'shop', responses, sessions, maxTurns: TURNS });
}

/** A deployment to simulate. */
export interface ShopOptions extends Omit<RecommenderOptions, 'catalogue' | 'eventLog' | 'rules'> {
  /** Rounds of sessions, of which each has 50. */
  readonly rounds: number;
  readonly seed: number;
  /** Called after a round, with the recommender. */
  readonly afterRound?: (round: number, recommender: Awaited<ReturnType<typeof createRecommender>>) => Promise<void>;
}

const SESSIONS = 50;

/** Feedback windows close with the ends of sessions, so that tests do not wait. */
export const RULES = { endGraceMs: 0 } as const;

/** Serves simulated users with a recommender whose event log is in files. Returns the log's folder. */
export async function simulateShop({ rounds, seed, afterRound, ...options }: ShopOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ialp-evaluation-'));
  const eventLog = await openFileEventLog({ folder, sync: 'never', segmentBytes: 200_000 });
  const recommender = await createRecommender({
    ...options,
    catalogue: { items: ITEMS.map((id) => ({ id })) },
    eventLog,
    random: createRandom(seed),
    rules: RULES,
  });
  const env = shopUsers(SESSIONS);
  let observation = env.reset({ seed });
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < TURNS; turn++) {
      const sessions = Array.from(observation.session, (key) => `session ${key}`);
      const user = (row: number): string => `user ${round}.${row}`;
      const slates = await Promise.all(
        sessions.map((session, row) => recommender.recommend({ session, user: user(row) })),
      );
      const step = env.step(Int32Array.from(slates, ({ items }) => ITEMS.indexOf(items[0]!.id)));
      const rewards = Array.from(step.reward);
      await Promise.all(slates.map(({ decision }, row) => recommender.feedback({ decision, reward: rewards[row]! })));
      if (turn === TURNS - 1) {
        await Promise.all(sessions.map((session) => recommender.endSession(session)));
        observation = env.reset({ resetMask: endedSessions(step) });
      } else observation = step.observation;
    }
    await afterRound?.(round, recommender);
  }
  await recommender.close();
  return folder;
}
