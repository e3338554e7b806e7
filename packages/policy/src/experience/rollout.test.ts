import { InvalidOptionError, type Observation } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../errors.js';
import { Rollout } from './rollout.js';

const SHAPE = { sessions: 2, items: 3, historyLength: 2 };

/** An observation in which every number tells where it comes from. */
function observation(mark: number, shape = SHAPE): Observation {
  const { sessions, items, historyLength } = shape;
  return {
    ...shape,
    historyItems: Int32Array.from({ length: sessions * historyLength }, (_, place) => (mark + place) % items),
    historyFeedback: Float32Array.from({ length: sessions * historyLength }, (_, place) => mark + place / 8),
    mask: Uint8Array.from({ length: sessions * items }, (_, place) => (place + mark) % 2),
    turn: new Int32Array(sessions),
  };
}

function action(first: number, second: number) {
  return { items: Int32Array.of(first, second), propensity: Float32Array.of(0.25, 0.5) };
}

function feedback(first: number, second: number, ends: [number, number, number, number] = [0, 0, 0, 0]) {
  return {
    reward: Float32Array.of(first, second),
    terminated: Uint8Array.of(ends[0], ends[1]),
    truncated: Uint8Array.of(ends[2], ends[3]),
  };
}

describe('Rollout', () => {
  test('keeps what happened, row t * sessions + s, and is full after its steps', () => {
    const rollout = new Rollout(2, SHAPE);
    rollout.recordAction(observation(1), action(0, 2));
    rollout.recordFeedback(observation(2), feedback(0.5, 1, [0, 1, 0, 0]));
    expect(rollout.full).toBe(false);
    rollout.recordAction(observation(4), action(1, 1));
    rollout.recordFeedback(observation(5), feedback(0, 0.25, [0, 0, 1, 0]));
    expect(rollout.full).toBe(true);

    expect([...rollout.actions]).toEqual([0, 2, 1, 1]);
    expect([...rollout.propensity]).toEqual([0.25, 0.5, 0.25, 0.5]);
    expect([...rollout.reward]).toEqual([0.5, 1, 0, 0.25]);
    expect([...rollout.terminated]).toEqual([0, 1, 0, 0]);
    expect([...rollout.truncated]).toEqual([0, 0, 1, 0]);
    expect(rollout.states.sessions).toBe(4);
    expect([...rollout.states.historyItems]).toEqual([1, 2, 0, 1, 1, 2, 0, 1]);
    expect([...rollout.states.historyFeedback]).toEqual([1, 1.125, 1.25, 1.375, 4, 4.125, 4.25, 4.375]);
    expect([...rollout.states.mask]).toEqual([1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1]);
    expect([...rollout.next.historyItems]).toEqual([2, 0, 1, 2, 2, 0, 1, 2]);
    expect([...rollout.next.mask]).toEqual([0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0]);
    expect([...rollout.next.historyFeedback]).toEqual([2, 2.125, 2.25, 2.375, 5, 5.125, 5.25, 5.375]);
  });

  test('copies: what the environment overwrites later is kept', () => {
    const rollout = new Rollout(1, SHAPE);
    const state = observation(1);
    const shown = action(0, 2);
    rollout.recordAction(state, shown);
    state.historyItems.fill(0);
    state.mask.fill(0);
    shown.items.fill(1);
    shown.propensity.fill(1);
    const answer = feedback(0.5, 1);
    rollout.recordFeedback(state, answer);
    answer.reward.fill(9);
    expect([...rollout.states.historyItems]).toEqual([1, 2, 0, 1]);
    expect([...rollout.states.mask]).toEqual([1, 0, 1, 0, 1, 0]);
    expect([...rollout.actions]).toEqual([0, 2]);
    expect([...rollout.propensity]).toEqual([0.25, 0.5]);
    expect([...rollout.reward]).toEqual([0.5, 1]);
  });

  test('is filled again after it was cleared', () => {
    const rollout = new Rollout(1, SHAPE);
    rollout.recordAction(observation(1), action(0, 2));
    rollout.recordFeedback(observation(2), feedback(0.5, 1));
    rollout.clear();
    expect(rollout.full).toBe(false);
    rollout.recordAction(observation(1), action(1, 0));
    rollout.recordFeedback(observation(2), feedback(0, 0));
    expect([...rollout.actions]).toEqual([1, 0]);
    expect(rollout.full).toBe(true);
  });

  test.each([
    ['sessions', { ...SHAPE, sessions: 1 }],
    ['items', { ...SHAPE, items: 4 }],
    ['historyLength', { ...SHAPE, historyLength: 1 }],
  ])('refuses an observation of other %s, and nothing is recorded', (_, shape) => {
    const rollout = new Rollout(1, SHAPE);
    expect(() => rollout.recordAction(observation(1, shape), action(0, 2))).toThrow(ShapeError);
    expect(() => rollout.recordFeedback(observation(1, shape), feedback(1, 1))).toThrow(ShapeError);
    expect([...rollout.states.historyItems]).toEqual([0, 0, 0, 0]);
    expect(rollout.full).toBe(false);
  });

  test('refuses a step too many', () => {
    const rollout = new Rollout(1, SHAPE);
    rollout.recordAction(observation(1), action(0, 2));
    rollout.recordFeedback(observation(2), feedback(0.5, 1));
    expect(() => rollout.recordAction(observation(3), action(0, 2))).toThrow(ShapeError);
    expect(() => rollout.recordFeedback(observation(3), feedback(0, 0))).toThrow(ShapeError);
    expect([...rollout.reward]).toEqual([0.5, 1]);
  });

  test.each([
    ['steps', 0, SHAPE],
    ['steps', 1.5, SHAPE],
    ['sessions', 1, { ...SHAPE, sessions: 0 }],
    ['items', 1, { ...SHAPE, items: Number.NaN }],
    ['historyLength', 1, { ...SHAPE, historyLength: -1 }],
  ] as const)('refuses %s that are no size', (option, steps, shape) => {
    expect(() => new Rollout(steps, shape)).toThrow(expect.objectContaining({ name: 'InvalidOptionError', option }));
    expect(() => new Rollout(steps, shape)).toThrow(InvalidOptionError);
  });

  test('records user features, and refuses observations with others', () => {
    const withFeatures = (mark: number, width = 3): Observation => ({
      ...observation(mark),
      userFeatures: Float32Array.from({ length: 2 * width }, (_, place) => 10 * mark + place),
    });
    const rollout = new Rollout(2, withFeatures(1));
    rollout.recordAction(withFeatures(1), action(0, 2));
    rollout.recordFeedback(withFeatures(2), feedback(0, 1));
    rollout.recordAction(withFeatures(3), action(0, 2));
    rollout.recordFeedback(withFeatures(4), feedback(0, 1));
    expect(rollout.states.userFeatures).toEqual(Float32Array.of(10, 11, 12, 13, 14, 15, 30, 31, 32, 33, 34, 35));
    expect(rollout.next.userFeatures).toEqual(Float32Array.of(20, 21, 22, 23, 24, 25, 40, 41, 42, 43, 44, 45));
    rollout.clear();
    expect(() => rollout.recordAction(withFeatures(1, 2), action(0, 2))).toThrow('userFeatures');
    expect(() => rollout.recordAction(observation(1), action(0, 2))).toThrow(ShapeError);
    expect(() => new Rollout(2, SHAPE).recordAction(withFeatures(1), action(0, 2))).toThrow(ShapeError);
  });

  describe('refuses what is out of order, and nothing is recorded', () => {
    const recorded = () => {
      const rollout = new Rollout(2, SHAPE);
      rollout.recordAction(observation(1), action(0, 2));
      return rollout;
    };

    test('a second action before the feedback to the first', () => {
      const rollout = recorded();
      expect(() => rollout.recordAction(observation(4), action(1, 1))).toThrow(InvalidOptionError);
      expect(() => rollout.recordAction(observation(4), action(1, 1))).toThrow(
        /rollout: expected the feedback to the action before: call recordFeedback; found a second action/,
      );
      expect([...rollout.actions]).toEqual([0, 2, 0, 0]);
      rollout.recordFeedback(observation(2), feedback(1, 1));
      expect(() => rollout.recordAction(observation(4), action(1, 1))).not.toThrow();
    });

    test('feedback without an action, also a second time', () => {
      const empty = new Rollout(2, SHAPE);
      expect(() => empty.recordFeedback(observation(1), feedback(1, 1))).toThrow(
        /rollout: expected an action first: call recordAction; found feedback without an action/,
      );
      const rollout = recorded();
      rollout.recordFeedback(observation(2), feedback(1, 1));
      expect(() => rollout.recordFeedback(observation(2), feedback(0, 0))).toThrow(InvalidOptionError);
      expect(rollout.full).toBe(false);
      expect([...rollout.reward]).toEqual([1, 1, 0, 0]);
    });

    test('an action that awaits feedback is forgotten by clear', () => {
      const rollout = recorded();
      rollout.clear();
      expect(() => rollout.recordAction(observation(1), action(1, 0))).not.toThrow();
    });

    test.each<[string, Partial<ReturnType<typeof action>>, RegExp]>([
      ['too few items', { items: Int32Array.of(0) }, /length of items \(one for each session\): expected 2; found 1/],
      ['too many propensities', { propensity: new Float32Array(3) }, /length of propensity/],
      ['a plain array', { items: [0, 1] as never }, /items: expected an Int32Array; found an array/],
      [
        'an item that there is not',
        { items: Int32Array.of(0, 3) },
        /items\[1\]: expected an item from 0 to 2; found 3/,
      ],
      ['a propensity of 0', { propensity: Float32Array.of(0.5, 0) }, /propensity\[1\]: expected a probability above 0/],
      ['a propensity of NaN', { propensity: Float32Array.of(Number.NaN, 1) }, /propensity\[0\]/],
    ])('%s in an action', (_, part, message) => {
      const rollout = new Rollout(1, SHAPE);
      expect(() => rollout.recordAction(observation(1), { ...action(0, 2), ...part })).toThrow(message);
      expect([...rollout.propensity]).toEqual([0, 0]);
      expect(() => rollout.recordAction(observation(1), action(0, 2))).not.toThrow();
    });

    test.each(['reward', 'terminated', 'truncated'] as const)('too few numbers of %s', (field) => {
      const rollout = recorded();
      const answer = feedback(1, 1);
      expect(() => rollout.recordFeedback(observation(2), { ...answer, [field]: answer[field].slice(1) })).toThrow(
        `length of ${field} (one for each session): expected 2; found 1`,
      );
      expect(() => rollout.recordFeedback(observation(2), answer)).not.toThrow();
    });
  });
});
