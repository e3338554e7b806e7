import { createRandom, IalpError, InvalidOptionError, type Observation, type Trajectories } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../engine/built-in-network.js';
import { ShapeError } from '../errors.js';
import { ReplayBuffer } from '../experience/replay-buffer.js';
import { TrajectoryRecorder } from '../experience/trajectory-recorder.js';
import { createEpsilonGreedy } from '../learners/bandits/epsilon-greedy.js';
import { createItemKnn } from '../learners/bandits/item-knn.js';
import { createLinUcb } from '../learners/bandits/lin-ucb.js';
import { createPopularity } from '../learners/bandits/popularity.js';
import { createThompsonSampling } from '../learners/bandits/thompson-sampling.js';
import { createDqn } from '../learners/online/dqn.js';
import { createPpo } from '../learners/online/ppo.js';
import { createDiscreteSac } from '../learners/online/sac-discrete.js';
import { createActionValuePolicy } from '../policies/action-value-policy.js';
import { createNetworkPolicy } from '../policies/network-policy.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import type { Policy } from '../policy.js';
import { observationOf } from '../test-support/observations.js';

const [ROWS, ITEMS, LENGTH, FEATURES] = [2, 12, 3, 2];
const network = createNetwork({
  ...{ items: ITEMS, historyLength: LENGTH, userFeatures: FEATURES, embedding: 4, hidden: 8 },
  ...{ heads: ['actor', 'value', 'q'], random: createRandom(1) },
});

function observation(): Observation {
  return observationOf(ROWS, ITEMS, { historyLength: LENGTH, userFeatures: new Float32Array(ROWS * FEATURES) });
}

const random = () => createRandom(2);
const POLICIES: Readonly<Record<string, Policy>> = {
  network: createNetworkPolicy(network),
  'action values': createActionValuePolicy(network),
  random: createRandomPolicy(ITEMS),
  popularity: createPopularity({ items: ITEMS }).policy,
  'epsilon-greedy': createEpsilonGreedy({ items: ITEMS }).policy,
  'item k-NN': createItemKnn({ items: ITEMS }).policy,
  LinUCB: createLinUcb({ features: { data: new Float32Array(ITEMS * 2).fill(0.5), width: 2 } }).policy,
  'Thompson sampling': createThompsonSampling({ items: ITEMS, random: random() }).policy,
};

/** Everything that takes states. */
const READERS: Readonly<Record<string, (states: Observation) => unknown>> = {
  ...Object.fromEntries(
    Object.entries(POLICIES).map(([name, policy]) => [`policy: ${name}`, (states) => policy.distribution(states)]),
  ),
  'network.evaluate': (states) => network.evaluate(states),
  'network.values': (states) => network.values(states),
  'network.actionValues': (states) => network.actionValues(states),
  'network.trainStep': (states) =>
    network.trainStep(states, new Int32Array(ROWS), () => ({}), {
      ...{ learningRate: 0, valueWeight: 0, entropyWeight: 0, maxGradientNorm: 1 },
    }),
  'recorder.recordAction': (states) =>
    new TrajectoryRecorder({ items: ITEMS, historyLength: LENGTH, userFeatures: FEATURES }).recordAction(states, {
      items: new Int32Array(ROWS),
      propensity: new Float32Array(ROWS).fill(1),
    }),
};

const ARRAYS = ['historyItems', 'historyFeedback', 'available', 'userFeatures'] as const;
/** What states allow: arrays that histories do not have. */
const ALLOWANCES: readonly string[] = ['available', 'exclusions'];

describe.each(Object.entries(READERS))('%s', (name, read) => {
  const readsAllowances = name !== 'network.values';

  test('takes states whose arrays are as long as their sizes say', () => {
    expect(() => read(observation())).not.toThrow();
  });

  test('refuses any array of another length, and says which, what it found and why', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ARRAYS), fc.nat(40), (field, length) => {
        fc.pre(readsAllowances || !ALLOWANCES.includes(field));
        const states = observation();
        const right = states[field]!.length;
        fc.pre(length !== right);
        // A policy that knows nothing of users takes any whole number of features.
        fc.pre(!(field === 'userFeatures' && length % ROWS === 0));
        const Kind = states[field]!.constructor as Uint8ArrayConstructor;
        const broken = { ...states, [field]: new Kind(length).fill(1) };
        expect(() => read(broken)).toThrow(IalpError);
        if (field === 'userFeatures') return;
        expect(() => read(broken)).toThrow(ShapeError);
        const reason = field === 'available' ? 'items = 12' : 'rows \\* .*';
        expect(() => read(broken)).toThrow(
          new RegExp(`length of ${field} .*\\(${reason}\\): expected ${right}; found ${length}`),
        );
      }),
    );
  });

  test('refuses plain arrays, and none at all', () => {
    for (const field of ['historyItems', 'historyFeedback', 'available'] as const) {
      if (!readsAllowances && ALLOWANCES.includes(field)) continue;
      for (const value of [
        Array.from(observation()[field]),
        undefined,
        new Float64Array(observation()[field].length),
      ]) {
        expect(() => read({ ...observation(), [field]: value } as never)).toThrow(
          new RegExp(`${field} .*: expected an? (Int32|Float32|Uint8)Array; found`),
        );
      }
    }
  });

  if (readsAllowances)
    test('refuses exclusions that are no lists of distinct items', () => {
      const [offset, count, items] = [Int32Array.of(0, 1), Int32Array.of(1, 2), Int32Array.of(3, 4, 5)];
      const excluding = (exclusions: unknown) => () => read({ ...observation(), exclusions } as never);
      expect(excluding({ offset, count, items })).not.toThrow();
      // Lists may share items and leave gaps.
      expect(excluding({ offset: Int32Array.of(1, 1), count: Int32Array.of(2, 1), items })).not.toThrow();
      for (const value of [undefined, null, 5])
        expect(excluding(value)).toThrow(/exclusions .*: expected lists of items/);
      expect(excluding({ offset: offset.slice(1), count, items })).toThrow(
        /exclusions\.offset .*: expected 2; found 1/,
      );
      expect(excluding({ offset, count: [1, 2], items })).toThrow(/exclusions\.count .*: expected an Int32Array/);
      expect(excluding({ offset, count, items: Float32Array.of(3, 4, 5) })).toThrow(
        /exclusions\.items .*an Int32Array/,
      );
      expect(excluding({ offset, count, items: undefined })).toThrow(/exclusions\.items .*an Int32Array/);
      for (const [first, length] of [
        [1, 3],
        [-1, 1],
        [0, -1],
      ]) {
        const broken = { offset: Int32Array.of(0, first), count: Int32Array.of(0, length), items };
        expect(excluding(broken)).toThrow(/exclusions of row 1 .*: expected a list within the 3 items/);
      }
      for (const item of [-1, ITEMS]) {
        expect(excluding({ offset, count, items: Int32Array.of(3, item, 5) })).toThrow(
          `expected items from 0 to ${ITEMS - 1}; found ${item}`,
        );
      }
      expect(excluding({ offset, count, items: Int32Array.of(3, 4, 4) })).toThrow(
        /exclusions of row 1 .*: expected distinct items; found item 4 twice/,
      );
    });

  test('refuses invalid sizes', () => {
    for (const field of ['rows', 'historyLength'] as const) {
      for (const value of [0, -1, 1.5, Number.NaN, undefined]) {
        expect(() => read({ ...observation(), [field]: value } as never)).toThrow(IalpError);
      }
    }
  });

  test('refuses an observation of version 1, and says how to change it', () => {
    const { rows, exclusions: _, available: __, session: ___, ...others } = observation();
    const first = { ...others, sessions: rows, mask: new Uint8Array(rows * ITEMS).fill(1) };
    expect(() => read(first as never)).toThrow(InvalidOptionError);
    expect(() => read(first as never)).toThrow(
      /expected rows, session, available and exclusions: rename sessions to rows, .* replace mask by available .*; found the fields sessions and mask, of version 1 of the interface/,
    );
  });

  test('refuses what is no observation', () => {
    for (const value of [undefined, null, 5]) expect(() => read(value as never)).toThrow(InvalidOptionError);
  });
});

describe.each(Object.entries(POLICIES))('the distribution of %s', (_, policy) => {
  const distribution = () => policy.distribution(observation());

  test('tells the propensity of an item, or of a slate, for each row, not of more or fewer', () => {
    for (const length of [0, 1, 3]) {
      expect(() => distribution().propensity(new Int32Array(length))).toThrow(
        `length of items (one for each row, or a slate for each): expected ${ROWS}; found ${length}`,
      );
    }
    expect(distribution().propensity(new Int32Array(3 * ROWS))).toHaveLength(3 * ROWS);
    expect(() => distribution().propensity([0, 0] as never)).toThrow(/items: expected an Int32Array; found an array/);
  });

  test('samples one item or more, up to the catalogue', () => {
    for (const count of [0, 1.5, ITEMS + 1, Number.NaN]) {
      expect(() => distribution().sample(random(), { count })).toThrow(
        `count: expected an integer from 1 to ${ITEMS}; found ${count}`,
      );
    }
    expect(() => distribution().sample(random(), { size: 3 } as never)).toThrow(/^options: .*found "size"/);
    expect(distribution().sample(random(), { count: ITEMS }).items).toHaveLength(ROWS * ITEMS);
  });

  test('gives what is no item no probability, whatever the next state allows', () => {
    expect([...distribution().propensity(Int32Array.of(ITEMS, -1))]).toEqual([0, 0]);
  });
});

describe('trajectories', () => {
  const trajectories = (): Trajectories => {
    const recorder = new TrajectoryRecorder({ items: ITEMS, historyLength: LENGTH });
    const { userFeatures: _, ...states } = observation();
    for (const turn of [0, 1]) {
      const at = (now: number): Observation => ({ ...states, turn: new Int32Array(ROWS).fill(now) });
      const items = Int32Array.of(turn, turn + 1);
      recorder.recordAction(at(turn), { items, propensity: Float32Array.of(0.5, 0.25) });
      recorder.recordFeedback(at(turn + 1), {
        reward: Float32Array.of(1, 0),
        terminated: Uint8Array.of(0, turn),
        truncated: new Uint8Array(ROWS),
      });
    }
    return recorder.take();
  };
  const add = (changed: object) => () =>
    new ReplayBuffer({ bufferSize: 4, items: ITEMS, historyLength: LENGTH }).add({ ...trajectories(), ...changed });

  test('that were recorded are taken', () => {
    expect(add({})).not.toThrow();
  });

  test.each(['actions', 'propensity', 'reward', 'trajectory', 'steps', 'offsets', 'end'] as const)(
    'whose column %s has another length are refused, by its name',
    (field) => {
      const column = trajectories()[field];
      expect(add({ [field]: column.slice(1) })).toThrow(
        new RegExp(`length of ${field} of the trajectories \\(.*\\): expected`),
      );
      expect(add({ [field]: Array.from(column) })).toThrow(
        new RegExp(`${field} of the trajectories: expected an? \\w+Array`),
      );
    },
  );

  test('whose states are others than they say are refused', () => {
    const { states, last } = trajectories();
    expect(add({ last: states })).toThrow(/rows of the last states of the trajectories: expected 2; found 4/);
    expect(add({ states: last })).toThrow(/rows of the states of the trajectories: expected 4; found 2/);
    const session = states.session.slice().fill(0.5, 3);
    expect(add({ states: { ...states, session } })).toThrow(/session\[3\] of the trajectories: expected a key/);
  });

  test('whose steps are not consecutive turns of one session are refused', () => {
    const { steps, offsets, states, trajectory } = trajectories();
    expect(add({ steps: steps.toReversed() })).toThrow(/trajectory 0: expected turn \d of session \d/);
    expect(add({ steps: steps.map((row) => (row === 3 ? 2 : row)) })).toThrow(
      /trajectory 1: expected turn 1 of session 1/,
    );
    expect(add({ steps: steps.map((row) => row + 1) })).toThrow(/trajectory \d: expected turn/);
    expect(add({ trajectory: trajectory.toReversed() })).toThrow(/trajectory 0: expected turn 0 of session 0/);
    expect(add({ offsets: offsets.map((place) => place + 1) })).toThrow(/trajectories\.offsets: expected from 0 to 4/);
    const turn = states.turn.map((now) => 2 * now);
    expect(add({ states: { ...states, turn } })).toThrow(/trajectory 0: expected turn 1 of session 0.*found turn 2/);
    // Two trajectories of one session.
    const session = new Float64Array(4);
    expect(add({ states: { ...states, session } })).toThrow(/expected one trajectory of each session/);
  });

  test('with a reward that is not finite, or an item that there is not, are refused', () => {
    expect(add({ reward: Float32Array.of(1, Number.NaN, 0, 0) })).toThrow(
      /trajectories\.reward\[1\]: expected a finite number/,
    );
    expect(add({ actions: Int32Array.of(0, 1, ITEMS, 2) })).toThrow(
      `trajectories.actions[2]: expected an item from 0 to ${ITEMS - 1}; found ${ITEMS}`,
    );
  });

  test('of version 1 are refused, and the message says what takes their place', () => {
    const rollout = { steps: 2, sessions: 2, states: observation(), actions: new Int32Array(4) };
    for (const learn of [add, learnFrom]) {
      const call =
        learn === add ? () => new ReplayBuffer({ bufferSize: 4, items: ITEMS }).add(rollout as never) : learn(rollout);
      expect(call).toThrow(InvalidOptionError);
      expect(call).toThrow(/^trajectories: expected Trajectories: .*recorder\.take\(\) of a TrajectoryRecorder/);
    }
  });

  const learnFrom = (given: object) => () => createPopularity({ items: ITEMS }).learn(given as never);
});

test('slates are refused by learners of single items', () => {
  const [actor, q] = [['actor', 'value'] as const, ['q', 'actor'] as const].map((heads) =>
    createNetwork({ items: ITEMS, historyLength: LENGTH, embedding: 4, hidden: 8, heads, random: createRandom(1) }),
  );
  const recorder = new TrajectoryRecorder({ items: ITEMS, historyLength: LENGTH, slateSize: 2 });
  const { userFeatures: _, ...states } = observation();
  recorder.recordAction(states, { items: Int32Array.of(0, 1, 2, 3), propensity: new Float32Array(4).fill(0.5) });
  recorder.recordFeedback(
    { ...states, turn: Int32Array.of(1, 1) },
    {
      reward: Float32Array.of(1, 1),
      terminated: new Uint8Array(2),
      truncated: new Uint8Array(2),
      choice: Int32Array.of(0, 1),
    },
  );
  const slates = recorder.take();
  const learners = {
    ppo: createPpo({ network: actor, random: random() }),
    dqn: createDqn({ network: q, random: random() }),
    sac: createDiscreteSac({ network: q, random: random() }),
  };
  for (const [name, learner] of Object.entries(learners)) {
    const before = JSON.stringify(learner.checkpoint?.());
    expect(() => learner.learn(slates), name).toThrow(
      /trajectories: expected single items, .*; found slates of 2 items/,
    );
    expect(JSON.stringify(learner.checkpoint?.())).toBe(before);
  }
  // Bandits learn from the items of slates.
  expect(() => createPopularity({ items: ITEMS }).learn(slates)).not.toThrow();
});
