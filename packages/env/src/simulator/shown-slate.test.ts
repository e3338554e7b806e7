import { describe, expect, test } from 'vitest';
import type { ChoiceModel } from '../choices/choice-model.js';
import { createMultinomialLogitChoice } from '../choices/choice-models.js';
import { transparentResponses } from '../test-support/responses.js';
import { createSimulator, type SimulatorOptions } from './simulator.js';

describe('slates', () => {
  /** Takes the item at a position that its own number tells. */
  const takeLast: ChoiceModel = {
    specificationVersion: 'v1',
    by: 'responses',
    choose: (slate) => (slate.item(0) === 0 ? -1 : slate.size - 1),
  };
  const make = (options: Partial<SimulatorOptions> = {}) =>
    createSimulator({
      ...{ name: 's', responses: transparentResponses(9, 0), slate: { size: 2, choice: takeLast } },
      ...{ sessions: 1, historyLength: 3 },
      ...options,
    });

  test('the chosen item earns its feedback, the others 0, and all are history in their order', () => {
    const env = make();
    env.reset({ seed: 1 });
    const first = env.step(Int32Array.of(4, 7));
    expect([first.reward[0], first.choice?.[0]]).toEqual([7, 1]);
    expect([...first.observation.historyItems]).toEqual([-1, 4, 7]);
    const second = env.step(Int32Array.of(0, 5));
    expect([second.reward[0], second.choice?.[0]]).toEqual([0, -1]);
    expect([...second.observation.historyItems]).toEqual([7, 0, 5]);
    expect([...second.observation.historyFeedback]).toEqual([7, 0, 0]);
    expect(second.observation.turn[0]).toBe(2);
  });

  test('a session in which a whole slate is no longer left is truncated', () => {
    const env = make({ responses: transparentResponses(5, 0) });
    env.reset({ seed: 1 });
    expect(env.step(Int32Array.of(0, 1)).truncated[0]).toBe(0);
    expect(env.step(Int32Array.of(2, 3)).truncated[0]).toBe(1);
  });

  test('a choice by utility earns what is consumed, or the most there is', () => {
    const wanted = { ...transparentResponses(9, 0), utility: (_: unknown, item: number) => (item === 6 ? 50 : -50) };
    const slate = { size: 2, choice: createMultinomialLogitChoice() };
    const plain = make({ responses: wanted, slate });
    plain.reset({ seed: 1 });
    expect(plain.step(Int32Array.of(6, 3)).reward[0]).toBe(8);
    const watched = make({ responses: { ...wanted, consume: () => 0.5 }, slate });
    watched.reset({ seed: 1 });
    expect(watched.step(Int32Array.of(3, 6))).toMatchObject({ reward: Float32Array.of(0.5), choice: Int32Array.of(1) });
  });

  test('what cannot be is refused', () => {
    expect(() => make({ slate: { size: 10, choice: takeLast } })).toThrow(
      /slate.size: expected an integer from 1 to 9/,
    );
    expect(() => make({ slate: { size: 2, choice: createMultinomialLogitChoice() } })).toThrow(
      /slate.choice: expected responses with a utility/,
    );
    expect(() => make({ slate: { size: 2 } as never })).toThrow(
      /slate.choice: expected a choice model, such as createFirstAcc/,
    );
    const env = make();
    env.reset({ seed: 1 });
    expect(() => env.step(Int32Array.of(3))).toThrow(
      /actions: expected 2 items for the only session; found an array of 1 number/,
    );
    expect(() => env.step(Int32Array.of(3, 3))).toThrow(
      /actions\[1\]: expected an item that is not in the slate yet; found 3/,
    );
  });
});
