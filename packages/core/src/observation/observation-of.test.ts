import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { excludedIn } from './exclusions.js';
import { observationOf } from './observation-of.js';

const available = new Uint8Array(9).fill(1);
const settings = { historyLength: 3, available };

test('a new session has an empty history', () => {
  const observation = observationOf({ session: 5, turn: 0 }, settings);
  expect(observation).toEqual({
    ...{ rows: 1, items: 9, historyLength: 3, available },
    session: Float64Array.of(5),
    turn: Int32Array.of(0),
    historyItems: Int32Array.of(-1, -1, -1),
    historyFeedback: new Float32Array(3),
    exclusions: { offset: Int32Array.of(0), count: Int32Array.of(0), items: new Int32Array(0) },
  });
  expect(observation.available).toBe(available);
});

test('histories are padded on the left, and long ones lose their oldest items', () => {
  const short = { session: 2 ** 53 - 1, turn: 2, history: { items: [4, 0], feedback: [1, 0.5] }, excluded: [4, 0, 4] };
  const long = {
    session: 0,
    turn: 4,
    history: { items: Int32Array.of(1, 2, 3, 8), feedback: Float32Array.of(9, 1, 0, 2) },
  };
  const observation = observationOf([short, long], settings);
  expect(observation.historyItems).toEqual(Int32Array.of(-1, 4, 0, 2, 3, 8));
  expect(observation.historyFeedback).toEqual(Float32Array.of(0, 1, 0.5, 1, 0, 2));
  expect(observation.session).toEqual(Float64Array.of(2 ** 53 - 1, 0));
  expect(observation.turn).toEqual(Int32Array.of(2, 4));
  expect([0, 1].map((row) => Array.from(excludedIn(observation.exclusions, row)))).toEqual([[4, 0], []]);
  expect('userFeatures' in observation).toBe(false);
});

test('user features are row by row', () => {
  const rows = [
    { session: 0, turn: 0, userFeatures: [1, 2] },
    { session: 1, turn: 0, userFeatures: Float32Array.of(3, 4) },
  ];
  expect(observationOf(rows, settings).userFeatures).toEqual(Float32Array.of(1, 2, 3, 4));
});

describe('refuses', () => {
  const state = { session: 1, turn: 1 };
  test.each<[string, object, object?]>([
    ['state.session', { ...state, session: -1 }],
    ['state.session', { ...state, session: 'anna' }],
    ['state.turn', { session: 1 }],
    ['state.excluded[1]', { ...state, excluded: [0, 9] }],
    ['state.excluded', { ...state, excluded: 3 }],
    ['state.history.items[0]', { ...state, history: { items: [-1], feedback: [0] } }],
    ['state.history.feedback', { ...state, history: { items: [1, 2], feedback: [0] } }],
    ['state.history.feedback', { ...state, history: { items: [1] } }],
    ['state.history.feedback[0]', { ...state, history: { items: [1], feedback: [undefined] } }],
    ['userFeatures[0] of row 0', { ...state, userFeatures: [Number.NaN] }],
    ['states[1].userFeatures', [{ ...state, userFeatures: [1] }, state]],
    ['states[1].session', [state, { ...state, session: 0.5 }]],
    ['states', []],
    ['state', null as never],
    ['available', state, { available: [1, 1] }],
    ['historyLength', state, { historyLength: 0 }],
  ])('a wrong %s', (option, given, change = {}) => {
    const call = () => observationOf(given as never, { ...settings, ...change } as never);
    expect(call).toThrow(InvalidOptionError);
    expect(call).toThrow(expect.objectContaining({ option }));
  });
});
