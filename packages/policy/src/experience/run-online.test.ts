import {
  createRandom,
  type Environment,
  excludedIn,
  exclusionsOf,
  followingRows,
  InvalidOptionError,
  isAllowed,
  type Observation,
  type ResponseModel,
  TRAJECTORY_END,
  type Trajectories,
} from '@ialp/core';
import { createDistractionRule, createFirstAcceptableChoice, createPatienceRule, createSimulator } from '@ialp/env';
import { completeLog, withInteractionLog } from '@ialp/env/logs';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { ShapeError } from '../errors.js';
import type { Learner } from '../learner.js';
import { createFrozenLearner } from '../learners/frozen-learner.js';
import { createA2C } from '../learners/online/a2c.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import { firstAllowedFrom, observationOf } from '../test-support/observations.js';
import type { InteractionColumns } from './interaction-recorder.js';
import { type RunOnlineOptions, runOnline } from './run-online.js';

const ITEMS = 30;
const SESSIONS = 4;

/** Users who like every third item, more or less. */
const RESPONSES: ResponseModel = {
  specificationVersion: 'v1',
  users: 3,
  items: ITEMS,
  rewardRange: [0, 1],
  window: 0,
  respond: ({ user }, item, random) => (random.uniform() < (item % 3 === user ? 0.9 : 0.2) ? 1 : 0),
};

function environment(): Environment {
  return createSimulator({
    name: 'thirds',
    responses: RESPONSES,
    terminationRules: [createPatienceRule({ misses: 4 }), createDistractionRule({ probability: 0.05 })],
    sessions: SESSIONS,
    historyLength: 5,
    maxTurns: 12,
  });
}

/** What a learner was given, update by update, copied: the arrays are used again. */
interface Seen {
  readonly items: number[];
  readonly propensity: number[];
  readonly reward: number[];
}

/** A random policy that notes what it is to learn from. */
function watcher(
  rolloutLength: number,
  look: (trajectories: Trajectories) => void = () => {},
): { learner: Learner; seen: Seen } {
  const seen: Seen = { items: [], propensity: [], reward: [] };
  const learner: Learner = {
    specificationVersion: 'v2',
    policy: createRandomPolicy(ITEMS),
    rolloutLength,
    learn(trajectories) {
      seen.items.push(...trajectories.actions);
      seen.propensity.push(...trajectories.propensity);
      seen.reward.push(...trajectories.reward);
      look(trajectories);
      return { rows: trajectories.rows };
    },
  };
  return { learner, seen };
}

function run(options: Partial<RunOnlineOptions> = {}): InteractionColumns {
  return runOnline({
    environment: environment(),
    learner: createFrozenLearner(createRandomPolicy(ITEMS)),
    interactions: 240,
    seed: 11,
    random: createRandom(12),
    ...options,
  });
}

function sessionsOf({ session, terminated, truncated }: InteractionColumns): Map<number, string> {
  const fates = new Map<number, string>();
  session.forEach((number, row) => {
    const end = terminated[row] === 1 ? 'left' : truncated[row] === 1 ? 'cut' : 'on';
    fates.set(number, `${fates.get(number) ?? ''}${end} `);
  });
  return fates;
}

describe('the log', () => {
  test('numbers sessions in the order in which they began', () => {
    const numbers = [...sessionsOf(run()).keys()];
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers).toEqual(numbers.map((_, place) => place));
  });

  test('holds whole sessions: each ends once, with its last interaction', () => {
    for (const fate of sessionsOf(run()).values()) expect(fate).toMatch(/^(on )*(left|cut) $/);
  });

  test('is the budget alone where sessions are not finished', () => {
    const whole = run();
    const budget = run({ finishSessions: false });
    expect(budget.item).toHaveLength(240);
    expect(whole.item.length).toBeGreaterThan(240);
    for (const name of Object.keys(budget) as (keyof InteractionColumns)[]) {
      expect([...whole[name].subarray(0, 240)], name).toEqual([...budget[name]]);
    }
    const open = [...sessionsOf(budget).values()].filter((fate) => fate.endsWith('on '));
    expect(open.length).toBeGreaterThan(0);
    expect(open.length).toBeLessThanOrEqual(SESSIONS);
    // What is finished beyond the budget began within it.
    expect(sessionsOf(whole).size).toBe(sessionsOf(budget).size);
  });

  test('rounds the budget up to whole steps of all sessions', () => {
    expect(run({ interactions: 1, finishSessions: false }).item).toHaveLength(SESSIONS);
    expect(run({ interactions: SESSIONS + 1, finishSessions: false }).item).toHaveLength(2 * SESSIONS);
  });

  test('shows no item twice in a session, as the exclusions say', () => {
    const { session, item } = run();
    const pairs = new Set(session.map((number, row) => number * ITEMS + item[row]));
    expect(pairs.size).toBe(item.length);
  });
});

describe('the learner', () => {
  test('sees the budget in whole updates, and nothing beyond', () => {
    // 240 interactions are 60 steps of 4 sessions: eight updates of 7 steps, and 4 steps left over.
    const { learner, seen } = watcher(7);
    const log = run({ learner });
    const rows = 8 * 7 * SESSIONS;
    expect(seen.items).toEqual([...log.item.subarray(0, rows)]);
    expect(seen.propensity).toEqual([...log.propensity.subarray(0, rows)]);
    expect(seen.reward).toEqual([...log.reward.subarray(0, rows)]);
  });

  test('is reported after each update, with the interactions so far', () => {
    const calls: [number, unknown][] = [];
    run({ learner: watcher(20).learner, onUpdate: (count, report) => calls.push([count, report]) });
    expect(calls).toEqual([
      [80, { rows: 80 }],
      [160, { rows: 80 }],
      [240, { rows: 80 }],
    ]);
  });

  test('is shown the state that followed each action, of ended sessions the last', () => {
    const open = new Map<number, number>();
    let ended = 0;
    const look = (trajectories: Trajectories): void => {
      const { rows, count, states, last, actions, trajectory, steps, offsets, end } = trajectories;
      const length = states.historyLength;
      const newest = (at: Observation, row: number): number => at.historyItems[(row + 1) * length - 1];
      const following = followingRows(trajectories);
      for (let row = 0; row < rows; row++) {
        const [next, place] = following[row] >= 0 ? [states, following[row]] : [last, trajectory[row]];
        expect(newest(next, place)).toBe(actions[row]);
        expect(next.session[place]).toBe(states.session[row]);
        expect(next.turn[place]).toBe(states.turn[row] + 1);
        expect(isAllowed(next, place, actions[row])).toBe(false);
      }
      for (let k = 0; k < count; k++) {
        const first = steps[offsets[k]];
        // A session goes on where the update before left it, or begins.
        expect(states.turn[first]).toBe(open.get(states.session[first]) ?? 0);
        open.set(last.session[k], last.turn[k]);
        if (end[k] === TRAJECTORY_END.open) continue;
        ended++;
        open.delete(last.session[k]);
      }
    };
    run({ learner: watcher(6, look).learner });
    expect(ended).toBeGreaterThan(5);
    expect(open.size).toBeLessThanOrEqual(SESSIONS);
  });

  test('acts with what it has learned', () => {
    // Shows item 0 wherever it may, until its first update; then item 1.
    let best = 0;
    const learner: Learner = {
      specificationVersion: 'v2',
      policy: {
        specificationVersion: 'v2',
        items: ITEMS,
        distribution(observation) {
          const items = Int32Array.from({ length: observation.rows }, (_, row) =>
            isAllowed(observation, row, best) ? best : firstAllowedFrom(observation, row, 2),
          );
          const propensity = new Float32Array(observation.rows).fill(1);
          const top = () => ({ items, scores: propensity });
          return { propensity: () => propensity, sample: () => ({ items, propensity }), top };
        },
      },
      rolloutLength: 5,
      learn() {
        best = 1;
        return {};
      },
    };
    const { session, item } = run({ learner });
    const first = new Map<number, number>();
    session.forEach((number, row) => {
      if (!first.has(number)) first.set(number, item[row]);
    });
    const early = [...session.subarray(0, 5 * SESSIONS)];
    for (const [number, shown] of first) expect(shown).toBe(early.includes(number) ? 0 : 1);
  });
});

test('an environment may give new observations with every call', () => {
  const inner = environment();
  const copied = (observation: Observation): Observation => ({
    ...observation,
    session: observation.session.slice(),
    historyItems: observation.historyItems.slice(),
    historyFeedback: observation.historyFeedback.slice(),
    available: observation.available.slice(),
    exclusions: exclusionsOf(
      Array.from({ length: observation.rows }, (_, row) => excludedIn(observation.exclusions, row)),
    ),
    turn: observation.turn.slice(),
  });
  const fresh: Environment = {
    specificationVersion: 'v2',
    spec: inner.spec,
    reset: (options) => copied(inner.reset(options)),
    step(actions) {
      const step = inner.step(actions);
      return { ...step, observation: copied(step.observation) };
    },
  };
  expect(run({ environment: fresh })).toEqual(run());
});

describe('seeds', () => {
  const learned = (seed: number, draws: number): InteractionColumns =>
    run({
      seed,
      random: createRandom(draws),
      learner: createA2C({ network: createNetwork({ items: ITEMS, historyLength: 5, random: createRandom(1) }) }),
    });

  test('the same ones give the same log, learning included', () => {
    expect(learned(1, 2)).toEqual(learned(1, 2));
  });

  test('another one of either kind gives another log', () => {
    const log = learned(1, 2);
    expect(learned(3, 2).reward).not.toEqual(log.reward);
    expect(learned(1, 3).item).not.toEqual(log.item);
  });
});

describe('an aborted signal', () => {
  test('stops before the next step with its reason', () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let updates = 0;
    const onUpdate = (): void => {
      updates++;
      if (updates === 2) controller.abort(reason);
    };
    expect(() => run({ onUpdate, signal: controller.signal })).toThrow(reason);
    expect(updates).toBe(2);
  });

  test('from the start: no step is taken', () => {
    const inner = environment();
    let steps = 0;
    const counted: Environment = {
      specificationVersion: 'v2',
      spec: inner.spec,
      reset: (options) => inner.reset(options),
      step(actions) {
        steps++;
        return inner.step(actions);
      },
    };
    expect(() => run({ environment: counted, signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
    expect(steps).toBe(0);
  });
});

test('the log is that of a recording environment, but for the propensities, which the environment does not know', () => {
  const recorded = withInteractionLog(environment());
  const { propensity, ...log } = completeLog(run({ environment: recorded, finishSessions: false }));
  expect(propensity?.every((value) => value > 0 && value <= 1)).toBe(true);
  expect(recorded.log()).toEqual(log);
});

describe('slates', () => {
  const SLATE = 3;
  const slates = (): Environment =>
    createSimulator({
      ...{ name: 'slates', responses: RESPONSES, sessions: SESSIONS, historyLength: 6, maxTurns: 5 },
      slate: { size: SLATE, choice: createFirstAcceptableChoice() },
    });

  test('are sampled, recorded item by item, and learned from with the choice', () => {
    const given: Trajectories[] = [];
    const { learner } = watcher(5, (trajectories) => {
      const copied = <A extends Int32Array | Float32Array>(array: A): A => array.slice() as A;
      const { actions, propensity, reward, choice } = trajectories;
      given.push({
        ...trajectories,
        ...{ actions: copied(actions), propensity: copied(propensity), reward: copied(reward) },
        choice: copied(choice as Int32Array),
      });
    });
    const log = run({ environment: slates(), learner, interactions: 200, finishSessions: false });
    expect(log.item).toHaveLength(200 * SLATE);
    let at = 0;
    for (const { rows, slateSize, actions, propensity, reward, choice } of given) {
      expect(slateSize).toBe(SLATE);
      expect(actions).toEqual(log.item.subarray(SLATE * at, SLATE * (at + rows)));
      for (let row = 0; row < rows; row++, at++) {
        const [start, end] = [SLATE * row, SLATE * (row + 1)];
        expect(new Set(actions.subarray(start, end)).size).toBe(SLATE);
        const whole = propensity.subarray(start, end).reduce((product, p) => product * p, 1);
        for (let position = 0; position < SLATE; position++) {
          expect(log.propensity[SLATE * at + position]).toBeCloseTo(whole, 6);
          const feedback = choice?.[row] === position ? reward[row] : 0;
          expect(log.reward[SLATE * at + position]).toBe(feedback);
        }
      }
    }
    expect(at).toBe(200);
  });

  test('are those of a recording environment, with its propensities of whole slates', () => {
    const recorded = withInteractionLog(slates());
    const { propensity, ...log } = completeLog(run({ environment: recorded, finishSessions: false }), SLATE);
    expect(propensity?.every((value) => value > 0 && value <= 1)).toBe(true);
    expect(recorded.log()).toEqual(log);
  });
});

describe('refusals', () => {
  test.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])('a budget of %s', (interactions) => {
    expect(() => run({ interactions })).toThrow(InvalidOptionError);
  });

  test('a policy for another catalogue', () => {
    expect(() => run({ learner: createFrozenLearner(createRandomPolicy(ITEMS + 1)) })).toThrow(ShapeError);
  });

  test('a network for other histories', () => {
    const network = createNetwork({ items: ITEMS, historyLength: 6, random: createRandom(1) });
    expect(() => run({ learner: createA2C({ network }) })).toThrow(ShapeError);
  });
});

/** One recommendation a session, to one of three kinds of users, each of which likes another third of the items. */
function strangers(told: boolean): Environment {
  const sessions = 30;
  const kinds = new Uint8Array(sessions);
  const observation = observationOf(sessions, ITEMS, told ? { userFeatures: new Float32Array(sessions * 3) } : {});
  const after = { ...observation, turn: new Int32Array(sessions).fill(1) };
  let random = createRandom(0);
  let begun = 0;
  return {
    specificationVersion: 'v2',
    spec: {
      ...{ name: 'strangers', sessions, items: ITEMS, historyLength: 1, slateSize: 1, maxTurns: 1, repeats: true },
      rewardRange: [0, 1],
    },
    reset({ seed } = {}) {
      if (seed !== undefined) random = createRandom(seed);
      observation.userFeatures?.fill(0);
      for (let slot = 0; slot < sessions; slot++) {
        kinds[slot] = random.integer(3);
        observation.session[slot] = begun++;
        observation.userFeatures?.fill(1, 3 * slot + kinds[slot], 3 * slot + kinds[slot] + 1);
      }
      return observation;
    },
    step: (items) => ({
      observation: after,
      reward: Float32Array.from(items, (item, slot) => +(item % 3 === kinds[slot])),
      terminated: new Uint8Array(sessions),
      truncated: new Uint8Array(sessions).fill(1),
    }),
  };
}

test.each([
  { told: false, least: 0.2, most: 0.45 },
  { told: true, least: 0.8, most: 1 },
])('users without a history, with user features: $told', ({ told, least, most }) => {
  const userFeatures = told ? 3 : 0;
  const network = createNetwork({ items: ITEMS, historyLength: 1, userFeatures, random: createRandom(1) });
  const learner = createA2C({ network, learningRate: 0.01 });
  const log = runOnline({
    environment: strangers(told),
    learner,
    interactions: 30_000,
    seed: 2,
    random: createRandom(3),
  });
  const last = log.reward.subarray(-3000).reduce((sum, r) => sum + r, 0) / 3000;
  expect(last).toBeGreaterThan(least);
  expect(last).toBeLessThanOrEqual(most);
});

test('a learner that is deployed twice never sees a session key again', () => {
  const keys: number[] = [];
  const learner = createFrozenLearner(createRandomPolicy(ITEMS));
  const watching = {
    ...learner,
    learn: ({ states, rows }: Parameters<typeof learner.learn>[0]) => {
      for (let row = 0; row < rows; row++) if (states.turn[row] === 0) keys.push(states.session[row]);
      return {};
    },
  };
  for (const seed of [1, 2]) {
    runOnline({ environment: environment(), learner: watching, interactions: 400, seed, random: createRandom(3) });
  }
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThan(20);
});
