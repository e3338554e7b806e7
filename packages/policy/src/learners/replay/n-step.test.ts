/** n-step returns bring a delayed reward back faster. */
import { createRandom, type Environment } from '@ialp/core';
import { createSimulator } from '@ialp/env';
import { expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import { runOnline } from '../../experience/run-online.js';
import { observationOf } from '../../test-support/observations.js';
import { createDqn } from '../online/dqn.js';

const ITEMS = 3;
const SESSIONS = 16;
const TURNS = 5;

/** Sessions of five turns: the last pays 1 if the first showed item 0, and nothing else matters. */
function delayed(): Environment {
  return createSimulator({
    name: 'delayed',
    responses: {
      ...{ specificationVersion: 'v1', users: 1, items: ITEMS, rewardRange: [0, 1], window: TURNS },
      respond: (session) => (session.turn === TURNS - 1 && session.item(TURNS - 2) === 0 ? 1 : 0),
    },
    ...{ sessions: SESSIONS, historyLength: TURNS, maxTurns: TURNS, repeats: true },
  });
}

/** Updates until item 0 is worth more than the others in the first turn: at least by half of what it is, `0.9^4`. */
function updatesNeeded(nSteps: number, seed: number): number {
  const network = createNetwork({
    ...{
      items: ITEMS,
      historyLength: TURNS,
      encoder: 'gru',
      embedding: 8,
      hidden: 16,
      heads: ['q'],
      random: createRandom(seed),
    },
  });
  const learner = createDqn({
    ...{ network, random: createRandom(seed + 50), nSteps, rolloutLength: TURNS, discount: 0.9, gradientSteps: 4 },
    ...{ learningRate: 0.005, learningStarts: 128, batchSize: 64, targetUpdateInterval: 120 },
    ...{ epsilonStart: 1, epsilonEnd: 1 },
  });
  const start = observationOf(1, ITEMS, { historyLength: TURNS });
  const learned = new AbortController();
  let updates = 0;
  try {
    runOnline({
      ...{ environment: delayed(), learner, seed, random: createRandom(seed + 100), finishSessions: false },
      ...{ interactions: SESSIONS * TURNS * 250, signal: learned.signal },
      onUpdate() {
        updates++;
        const values = network.actionValues(start);
        const [first, ...others] = Array.from({ length: ITEMS }, (_, item) => values.of(Int32Array.of(item))[0]);
        if (first - Math.max(...others) > 0.9 ** 4 / 2) learned.abort();
      },
    });
  } catch (error) {
    if (!learned.signal.aborted) throw error;
  }
  return updates;
}

test('DQN learns of a delayed reward in fewer updates with three-step returns than with one-step returns', () => {
  const [one, three] = [1, 3].map((nSteps) => [1, 2, 3].map((seed) => updatesNeeded(nSteps, seed)));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  expect(sum(three)).toBeLessThan(0.6 * sum(one));
});
