/** A learner that begins after the traffic: it reads what has waited, by the times of the events. */
import { expect, test } from 'vitest';
import type { DecisionEvent, FeedbackEvent, ServeEvent } from '../events.js';
import { createSmallLearner, createStores, itemsOf, QUICK, until } from '../test-support/deployments.js';
import { runLearner } from './run-learner.js';
import { decodeJson, type LearnerProgress, MODELS } from './stored.js';

const COUNT = 2_000;
/** Rewards come so many decisions later; a decision is made in each millisecond. */
const BEHIND = 700;
const RULES = { feedbackWindowMs: 1_000, endGraceMs: 1_000 };
const BEGUN = Date.now() - 60_000;

const decision = (k: number, at = BEGUN + k): DecisionEvent => ({
  ...{ type: 'decision', id: `d${k}`, at, session: `s${k}`, key: k, turn: 0, items: [`i${k % 20}`], last: true },
  ...{ propensity: [0.05], history: { items: [], feedback: [] }, policy: 1 },
});
const reward = (k: number, at = BEGUN + k + BEHIND): FeedbackEvent => ({
  ...{ type: 'feedback', id: `f${k}`, at, decision: `d${k}`, reward: 1 },
});

function traffic(): ServeEvent[] {
  const events: ServeEvent[] = [];
  for (let k = 0; k < COUNT + BEHIND; k++) {
    if (k < COUNT) events.push(decision(k));
    if (k >= BEHIND) events.push(reward(k - BEHIND));
  }
  return events;
}

/** Learns from events until nothing is left that can be learned. */
async function learnFrom(events: readonly ServeEvent[], learned: number): Promise<LearnerProgress> {
  const stores = createStores();
  await stores.eventLog.append(events);
  const end = new AbortController();
  const running = runLearner({
    ...{ ...stores, learner: createSmallLearner(), catalogue: { items: itemsOf(20) }, rules: RULES },
    ...{ learning: { ...QUICK, updateRows: 100 }, signal: end.signal },
  });
  let progress: LearnerProgress | undefined;
  await until(() => {
    void stores.modelStore.latest(MODELS.progress).then((stored) => {
      if (stored !== undefined) progress = decodeJson<LearnerProgress>(stored.bytes);
    });
    return progress !== undefined && progress.learned >= learned;
  });
  end.abort();
  await running;
  return progress!;
}

test.each([
  ['as they were given', undefined],
  ['one of a client whose clock is ahead', { 900: reward(900, Date.now() + 50_000) }],
])('no reward is lost: %s', async (_, changed) => {
  const events = traffic().map((event) =>
    event.type === 'feedback' ? ((changed as Record<string, FeedbackEvent>)?.[event.id.slice(1)] ?? event) : event,
  );
  const { arms } = await learnFrom(events, COUNT);
  // The reward from the future is later than its window.
  expect(arms.online).toMatchObject({ sessions: COUNT, reward: changed === undefined ? 1 : 1 - 1 / COUNT });
});

test('one decision of a process whose clock is an hour ahead holds up no other', async () => {
  const events = traffic().map((event) =>
    event.type === 'decision' && event.id === 'd300' ? decision(300, Date.now() + 3_600_000) : event,
  );
  const { arms, readUntil } = await learnFrom(events, COUNT - 1);
  expect(arms.online).toMatchObject({ sessions: COUNT - 1, reward: 1 });
  expect(readUntil).toBeLessThanOrEqual(Date.now());
});
