import { CHOSEN_BY, createRandom, type Observation, type Trajectories } from '@ialp/core';
import { type Action, createNetwork, type Network } from '@ialp/policy';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Gate } from '../gate.js';
import { type Schedule, schedules } from '../test-support/schedules.js';
import { Visitors } from '../test-support/visitors.js';
import { createReturnAdaptiveGate } from './return-adaptive.js';
import { createSessionReturnGate } from './session-return.js';
import { createValueSoftmaxGate } from './value-softmax.js';

const ITEMS = 5;
const HISTORY = 3;
const networkWith = (seed: number, heads: Network['heads']): Network =>
  createNetwork({ items: ITEMS, historyLength: HISTORY, embedding: 4, hidden: 4, heads, random: createRandom(seed) });
const [first, second] = [1, 2].map((seed) => networkWith(seed, ['actor']));
/** A critic that knows the newest item and how often it was shown lately. */
const critic = {
  values: ({ rows, historyItems }: Pick<Observation, 'rows' | 'historyItems'>) =>
    Float32Array.from({ length: rows }, (_, row) => {
      const own = historyItems.subarray(row * HISTORY, (row + 1) * HISTORY);
      return own.filter((item) => item === own[HISTORY - 1]).length + 0.1 * own[HISTORY - 1];
    }),
};

const GATES: Readonly<Record<string, () => Gate>> = {
  'return-adaptive': () =>
    createReturnAdaptiveGate({ critic, windowInteractions: 60, budgetRampInteractions: 50, lambda: 0.9 }),
  'session-return': () =>
    createSessionReturnGate({ minSessions: 2, windowSessions: 10, budgetRampInteractions: 30, zScore: 0.1 }),
  'value-softmax': () =>
    createValueSoftmaxGate({ pretrained: first, online: second, values: networkWith(3, ['q']), learningRate: 0.05 }),
};

/** Decisions that depend on the session and its turn only, so that they are the same in every batch. */
function decide(keyOf: (session: number) => number): (observation: Observation) => Action {
  return ({ session: keys, turn }) => {
    const drawn = Array.from(keys, (key, row) => {
      const random = createRandom(keyOf(key) * 101 + turn[row]);
      const [pretrained, online] = [0.05 + 0.9 * random.uniform(), 0.05 + 0.9 * random.uniform()];
      return { item: random.integer(ITEMS), pretrained, online };
    });
    const column = (of: (each: (typeof drawn)[number]) => number) => Float32Array.from(drawn, of);
    return {
      items: Int32Array.from(drawn, ({ item }) => item),
      propensity: column(({ pretrained, online }) => (pretrained + online) / 2),
      attribution: {
        chosenBy: Uint8Array.from(keys, (key) => (keyOf(key) % 2 === 0 ? CHOSEN_BY.pretrained : CHOSEN_BY.online)),
        pretrained: column(({ pretrained }) => pretrained),
        online: column(({ online }) => online),
      },
    };
  };
}

/** Lets a gate observe a schedule. `after` is called after each update, and returns the gate to go on with. */
function observeAll(
  gate: Gate,
  { lengths, batches, updates }: Schedule,
  how: {
    readonly oneAtATime?: boolean;
    readonly key?: (session: number) => number;
    readonly after?: (gate: Gate) => Gate;
  },
): { readonly gate: Gate; readonly trail: unknown[] } {
  const { oneAtATime = false, key = (session) => session, after = (each) => each } = how;
  const sessionOf = new Map(lengths.map((_, session) => [key(session), session]));
  const numberOf = (each: number) => sessionOf.get(each) as number;
  const visitors = new Visitors({
    ...{ items: ITEMS, historyLength: HISTORY, turnsOf: (each) => lengths[numberOf(each)] },
    rewardOf: (each, turn, item) => ((numberOf(each) + turn + item) % 3) / 2,
  });
  let current = gate;
  let rows = 0;
  const trail: unknown[] = [];
  for (const [k, sessions] of batches.entries()) {
    const keys = sessions.map(key);
    for (const part of oneAtATime ? keys.map((each) => [each]) : [keys]) visitors.serve(part, decide(numberOf));
    if (!updates.has(k)) continue;
    const trajectories = visitors.take();
    rows += trajectories.rows;
    current.observe?.({ trajectories, propensities: () => propensitiesOf(trajectories) });
    trail.push(weightsOf(current, rows, visitors.statesOf([key(0), key(1)])), current.estimates);
    current = after(current);
  }
  return { gate: current, trail };
}

const propensitiesOf = ({ pretrainedPropensity, onlinePropensity }: Trajectories) => ({
  pretrained: pretrainedPropensity as Float32Array,
  online: onlinePropensity as Float32Array,
});

function weightsOf(gate: Gate, interactions: number, observation: Observation): number[] {
  const weights = new Float32Array(observation.rows).fill(Number.NaN);
  gate.weigh({ interactions, observation }, weights);
  return Array.from(weights);
}

describe.each(Object.entries(GATES))('%s', (_name, make) => {
  test('sessions that come one at a time give the same estimates as in lock-step', () => {
    fc.assert(
      fc.property(schedules(12), (schedule) => {
        const [together, alone] = [false, true].map((oneAtATime) => observeAll(make(), schedule, { oneAtATime }));
        expect(alone.trail).toEqual(together.trail);
        expect(alone.gate.checkpoint?.()).toEqual(together.gate.checkpoint?.());
      }),
      { numRuns: 40 },
    );
  });

  test('keys are names: other keys give the same estimates', () => {
    fc.assert(
      fc.property(schedules(12), (schedule) => {
        const plain = observeAll(make(), schedule, {});
        // From the greatest key downwards, so that their order is another.
        const renamed = observeAll(make(), schedule, { key: (session) => Number.MAX_SAFE_INTEGER - 3 * session });
        expect(renamed.trail).toEqual(plain.trail);
      }),
      { numRuns: 20 },
    );
  });

  test('resumed at any update, with sessions open, it gives the same estimates', () => {
    fc.assert(
      fc.property(schedules(12), (schedule) => {
        const whole = observeAll(make(), schedule, {});
        const resumed = observeAll(make(), schedule, {
          after(gate) {
            const next = make();
            next.restore?.(gate.checkpoint?.() ?? {});
            return next;
          },
        });
        expect(resumed.trail).toEqual(whole.trail);
        expect(resumed.gate.checkpoint?.()).toEqual(whole.gate.checkpoint?.());
      }),
      { numRuns: 40 },
    );
  });
});

test('the schedules have updates at which sessions are open, and gates whose estimates change', () => {
  const [schedule] = fc.sample(schedules(12), { numRuns: 1, seed: 5 });
  for (const make of Object.values(GATES)) {
    const { trail } = observeAll(make(), schedule, {});
    expect(new Set(trail.map((each) => JSON.stringify(each))).size).toBeGreaterThan(3);
  }
});
