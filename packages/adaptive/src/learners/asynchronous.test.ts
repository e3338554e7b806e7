import { createRandom, type Environment, endedSessions, excludedIn, exclusionsOf, type Observation } from '@ialp/core';
import { createDistractionRule, createSimulator } from '@ialp/env';
import {
  type Action,
  createA2C,
  createNetwork,
  createNetworkPolicy,
  type Learner,
  type Network,
  TrajectoryRecorder,
} from '@ialp/policy';
import { expect, test } from 'vitest';
import { createAdaptiveLearner } from './adaptive-learner.js';
import { createOnlineNetwork } from './online-network.js';

const [ITEMS, SESSIONS, HISTORY, STEPS] = [12, 8, 4, 160];

const makeEnvironment = (): Environment =>
  createSimulator({
    name: 'every third',
    responses: {
      ...{ specificationVersion: 'v1', users: 3, items: ITEMS, rewardRange: [0, 1], window: 0 },
      respond: ({ user }, item, random) => (random.uniform() < (item % 3 === user ? 0.9 : 0.2) ? 1 : 0),
    },
    terminationRules: [createDistractionRule({ probability: 0.1 })],
    ...{ sessions: SESSIONS, historyLength: HISTORY, maxTurns: 7 },
  });

const makeNetwork = (seed: number): Network =>
  createNetwork({ items: ITEMS, historyLength: HISTORY, embedding: 4, hidden: 8, random: createRandom(seed) });

/** One row of an observation, as a request of one visitor has it. */
function rowOf(observation: Observation, row: number): Observation {
  const { historyLength, exclusions } = observation;
  const [from, to] = [row * historyLength, (row + 1) * historyLength];
  return {
    ...observation,
    rows: 1,
    session: observation.session.slice(row, row + 1),
    turn: observation.turn.slice(row, row + 1),
    historyItems: observation.historyItems.slice(from, to),
    historyFeedback: observation.historyFeedback.slice(from, to),
    exclusions: exclusionsOf([excludedIn(exclusions, row)]),
  };
}

/** Joins the actions of single rows. */
const joined = (actions: readonly Action[]): Action => ({
  items: Int32Array.from(actions.flatMap(({ items }) => [...items])),
  propensity: Float32Array.from(actions.flatMap(({ propensity }) => [...propensity])),
  ...(actions[0].attribution && {
    attribution: {
      chosenBy: Uint8Array.from(actions.flatMap(({ attribution }) => [...attribution!.chosenBy])),
      pretrained: Float32Array.from(actions.flatMap(({ attribution }) => [...attribution!.pretrained])),
      online: Float32Array.from(actions.flatMap(({ attribution }) => [...attribution!.online])),
    },
  }),
});

interface Options {
  /** Whether decisions are made for all sessions together, or for one after the other. */
  readonly decide: 'together' | 'one by one';
  /** Whether actions and feedback are recorded for all sessions together, or for one after the other. */
  readonly record: 'together' | 'one by one';
}

/** Runs a learner, and returns all items shown. */
function itemsShown(learner: Learner, { decide, record }: Options): number[] {
  const environment = makeEnvironment();
  const recorder = new TrajectoryRecorder({ items: ITEMS, historyLength: HISTORY });
  const random = createRandom(2);
  const rows = Array.from({ length: SESSIONS }, (_, row) => row);
  const items: number[] = [];
  let observation = environment.reset({ seed: 1 });
  for (let step = 0; step < STEPS; step++) {
    const sample = (states: Observation): Action => {
      const { items: shown, propensity, attribution } = learner.policy.distribution(states).sample(random);
      return { items: shown.slice(), propensity: propensity.slice(), ...(attribution && { attribution }) };
    };
    const actions = decide === 'together' ? [sample(observation)] : rows.map((row) => sample(rowOf(observation, row)));
    const action = joined(actions);
    if (record === 'together') recorder.recordAction(observation, action);
    else for (const row of rows) recorder.recordAction(rowOf(observation, row), actions[row]);
    const result = environment.step(action.items);
    const part = <A extends Float32Array | Uint8Array>(column: A, row: number): A => column.slice(row, row + 1) as A;
    if (record === 'together') recorder.recordFeedback(result.observation, result);
    else
      for (const row of rows) {
        recorder.recordFeedback(rowOf(result.observation, row), {
          reward: part(result.reward, row),
          terminated: part(result.terminated, row),
          truncated: part(result.truncated, row),
        });
      }
    items.push(...action.items);
    if (recorder.rows === SESSIONS * learner.rolloutLength) learner.learn(recorder.take());
    observation = environment.reset({ resetMask: endedSessions(result) });
  }
  return items;
}

test('A2C: sessions one at a time give what lock-step gives, bit for bit', () => {
  const run = (options: Options) => {
    const network = makeNetwork(3);
    const items = itemsShown(createA2C({ network, rolloutLength: 3, learningRate: 0.02 }), options);
    return { items, weights: network.weights() };
  };
  const lockStep = run({ decide: 'together', record: 'together' });
  expect(run({ decide: 'one by one', record: 'one by one' })).toEqual(lockStep);
  expect(new Set(lockStep.items).size).toBeGreaterThan(3);
});

test.each(['step', 'session'] as const)(
  'A-iALP_ap by %s: sessions recorded one at a time give what lock-step gives, bit for bit',
  (by) => {
    const run = (record: Options['record']) => {
      const pretrained = makeNetwork(4);
      const network = createOnlineNetwork(pretrained, { logitScale: 0.5 });
      const online = createA2C({ network, rolloutLength: 3, learningRate: 0.02 });
      const learner = createAdaptiveLearner({ pretrained: createNetworkPolicy(pretrained), online, by });
      // A mixture draws from both policies for a whole batch at once: one by one in both, the draws are in the same order.
      const items = itemsShown(learner, { decide: 'one by one', record });
      return { items, weights: network.weights(), estimates: learner.gate.estimates };
    };
    expect(run('one by one')).toEqual(run('together'));
  },
);
