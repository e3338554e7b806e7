import type { ResponseModel } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { transparentResponses } from '../test-support/responses.js';
import { createSimulator } from './simulator.js';

describe('users who change', () => {
  /** Answers with how often they were asked before in this session; begins at the user's number times ten. */
  const counting: ResponseModel = {
    ...transparentResponses(9, 0),
    rewardRange: [0, 100],
    stateSize: 1,
    begin: (state, session) => {
      state[0] = 10 * session.user;
    },
    respond: (_session, _item, _random, state) => state[0],
    update: (state, _session, item) => {
      state[0] += item;
    },
  };

  test('have a state of their own in each session, which begins anew', () => {
    const env = createSimulator({ name: 'c', responses: counting, userPool: Int32Array.of(1), sessions: 2 });
    env.reset({ seed: 1 });
    expect([...env.step(Int32Array.of(3, 4)).reward]).toEqual([10, 10]);
    expect([...env.step(Int32Array.of(5, 5)).reward]).toEqual([13, 14]);
    env.reset({ resetMask: Uint8Array.of(1, 0) });
    expect([...env.step(Int32Array.of(1, 1)).reward]).toEqual([10, 19]);
  });

  test('are told of every item of a slate, with the feedback to it', () => {
    const told: number[][] = [];
    const responses: ResponseModel = {
      ...transparentResponses(9, 0),
      update: (_state, session, item, feedback) => void told.push([session.shown, item, feedback]),
    };
    const env = createSimulator({
      name: 'c',
      responses,
      slate: { size: 2, choice: createFirstAcceptableChoice() },
      sessions: 1,
    });
    env.reset({ seed: 1 });
    env.step(Int32Array.of(0, 3));
    expect(told).toEqual([
      [0, 0, 0],
      [1, 3, 3],
    ]);
  });
});

test('a session sees the features of its user', () => {
  const userFeatures = { names: ['a', 'b'], values: Float32Array.of(1, 2, 3, 4) };
  const responses = transparentResponses(9, 0);
  const env = createSimulator({ name: 'f', responses, userFeatures, userPool: Int32Array.of(1), sessions: 2 });
  expect([...(env.reset({ seed: 1 }).userFeatures ?? [])]).toEqual([3, 4, 3, 4]);
  const short = { names: ['a', 'b'], values: Float32Array.of(1, 2) };
  expect(() => createSimulator({ name: 'f', responses, userFeatures: short })).toThrow(
    /userFeatures.values: expected 2 values for each of the 2 users; found 2 values/,
  );
});
