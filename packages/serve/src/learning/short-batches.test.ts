import { expect, test } from 'vitest';
import type { ServeEvent } from '../events.js';
import { createSmallLearner, createStores, itemsOf, QUICK } from '../test-support/deployments.js';
import { checkDeployment, checkLearning } from './learner-options.js';
import { LearnerRun } from './learner-run.js';
import type { LearnerProgress } from './stored.js';

test('a log that returns fewer events than are waiting makes no feedback late', async () => {
  const { eventLog, modelStore } = createStores();
  // Long ago, as after a learner's absence. Feedback came within its window.
  const events: ServeEvent[] = [
    {
      ...{ type: 'decision', id: 'd', at: 1_000, session: 's', key: 1, turn: 0, items: ['i0'], propensity: [0.05] },
      ...{ history: { items: [], feedback: [] }, policy: 1, last: true },
    },
    { type: 'feedback', id: 'f', at: 2_000, decision: 'd', reward: 1 },
  ];
  await eventLog.append(events);
  let progress: LearnerProgress | undefined;
  const run = new LearnerRun({
    deployment: checkDeployment({
      ...{ learner: createSmallLearner(), modelStore, catalogue: { items: itemsOf(20) } },
      eventLog: { ...eventLog, read: (options) => eventLog.read({ ...options, maxEvents: 1 }) },
      rules: { feedbackWindowMs: 60_000 },
    }),
    learning: checkLearning({ ...QUICK, updateRows: 1 }),
    figures: undefined,
    hooks: {
      onProgress: (reported) => {
        progress = reported;
      },
    },
    holder: 'test',
  });
  await run.begin();
  while ((progress?.learned ?? 0) === 0) await run.step(new AbortController().signal);
  expect(progress?.arms.online).toMatchObject({ sessions: 1, reward: 1 });
});
