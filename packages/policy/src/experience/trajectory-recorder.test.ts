import { CHOSEN_BY, InvalidOptionError, type Observation, TRAJECTORY_END } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../errors.js';
import type { Action } from '../policy.js';
import {
  actionFor,
  type Decision,
  type Fate,
  FEATURES,
  feedbackFor,
  HISTORY,
  ITEMS,
  observationAfter,
  observationFor,
  rowTexts,
  stateText,
} from '../test-support/recording.js';
import { TrajectoryRecorder, type TrajectoryRecorderOptions } from './trajectory-recorder.js';

const SIZES: TrajectoryRecorderOptions = { items: ITEMS, historyLength: HISTORY, userFeatures: FEATURES };
const at = (key: number, turn: number): Decision => ({ key, turn });

function decide(recorder: TrajectoryRecorder, ...decisions: Decision[]): void {
  recorder.recordAction(observationFor(decisions), actionFor(decisions));
}

function answer(recorder: TrajectoryRecorder, decision: Decision, fate: Fate = 'open'): void {
  recorder.recordFeedback(observationAfter([decision]), feedbackFor([decision], [fate]));
}

describe('TrajectoryRecorder', () => {
  test('gives the states, actions and feedback that it was given, row by row', () => {
    const recorder = new TrajectoryRecorder(SIZES);
    const decisions = [at(8, 0), at(3, 4)];
    decide(recorder, ...decisions);
    expect([recorder.rows, recorder.waiting]).toEqual([0, 2]);
    recorder.recordFeedback(observationAfter(decisions), feedbackFor(decisions, ['open', 'truncated']));
    expect([recorder.rows, recorder.waiting]).toEqual([2, 0]);
    decide(recorder, at(8, 1));
    answer(recorder, at(8, 1), 'terminated');

    const trajectories = recorder.take();
    const { rows, count, slateSize, states, last, actions, propensity, reward, offsets, steps, trajectory } =
      trajectories;
    expect([rows, count, slateSize]).toEqual([3, 2, 1]);
    const all = [...decisions, at(8, 1)];
    const [given, shown, feedback] = [observationFor(all), actionFor(all), feedbackFor(all)];
    for (let row = 0; row < 3; row++) expect(stateText(states, row)).toBe(stateText(given, row));
    expect([...actions]).toEqual([...shown.items]);
    expect([...propensity]).toEqual([...shown.propensity]);
    expect([...reward]).toEqual([...feedback.reward]);
    expect([...offsets]).toEqual([0, 2, 3]);
    expect([...steps]).toEqual([0, 2, 1]);
    expect([...trajectory]).toEqual([0, 1, 0]);
    expect([...trajectories.end]).toEqual([TRAJECTORY_END.terminated, TRAJECTORY_END.truncated]);
    const ends = observationAfter([at(8, 1), at(3, 4)]);
    for (let k = 0; k < 2; k++) expect(stateText(last, k)).toBe(stateText(ends, k));
    expect(trajectories).not.toHaveProperty('choice');
    expect(trajectories).not.toHaveProperty('pretrainedPropensity');
    expect(trajectories).not.toHaveProperty('onlinePropensity');
    expect([...trajectories.chosenBy]).toEqual([0, 0, 0]);
  });

  test('copies: what the caller overwrites later is not changed', () => {
    const recorder = new TrajectoryRecorder(SIZES);
    const [state, shown] = [observationFor([at(1, 0)]), actionFor([at(1, 0)])];
    recorder.recordAction(state, shown);
    const [after, feedback] = [observationAfter([at(1, 0)]), feedbackFor([at(1, 0)])];
    recorder.recordFeedback(after, feedback);
    for (const { historyItems, historyFeedback, userFeatures, turn, session, exclusions } of [state, after]) {
      for (const array of [historyItems, historyFeedback, userFeatures as Float32Array, turn, session]) array.fill(0);
      for (const array of [exclusions.items, exclusions.count, exclusions.offset]) array.fill(0);
    }
    for (const array of [shown.items, shown.propensity, feedback.reward]) array.fill(0);
    const twin = new TrajectoryRecorder(SIZES);
    decide(twin, at(1, 0));
    answer(twin, at(1, 0));
    const [found, expected] = [recorder.take(), twin.take()];
    expect(rowTexts(found)).toEqual(rowTexts(expected));
    expect(stateText(found.last, 0)).toBe(stateText(expected.last, 0));
  });

  test('gives decisions once: after take it starts a new batch, in which sessions go on', () => {
    const recorder = new TrajectoryRecorder(SIZES);
    decide(recorder, at(1, 0));
    answer(recorder, at(1, 0));
    expect(recorder.take().rows).toBe(1);
    expect([recorder.rows, recorder.take().rows, recorder.take().count]).toEqual([0, 0, 0]);
    decide(recorder, at(1, 1));
    answer(recorder, at(1, 1));
    const { states, offsets } = recorder.take();
    expect([states.session[0], states.turn[0], ...offsets]).toEqual([1, 1, 0, 1]);
  });

  test('clear forgets all decisions and sessions', () => {
    const recorder = new TrajectoryRecorder(SIZES);
    decide(recorder, at(1, 0), at(2, 0));
    answer(recorder, at(1, 0), 'terminated');
    recorder.clear();
    expect([recorder.rows, recorder.waiting]).toEqual([0, 0]);
    expect(() => answer(recorder, at(2, 0))).toThrow(/feedback without an action/);
    // The same keys are new sessions.
    decide(recorder, at(1, 5), at(2, 7));
    answer(recorder, at(2, 7));
    expect([...recorder.take().states.turn]).toEqual([7]);
  });

  test('records slates, item by item, with what was chosen from them', () => {
    const recorder = new TrajectoryRecorder({ ...SIZES, slateSize: 3 });
    const decisions = [at(1, 0), at(2, 0)];
    const action = actionFor(decisions, 3);
    recorder.recordAction(observationFor(decisions), action);
    const feedback = { ...feedbackFor(decisions), choice: Int32Array.of(2, -1) };
    recorder.recordFeedback(observationAfter(decisions), feedback);
    const { slateSize, actions, propensity, choice } = recorder.take();
    expect(slateSize).toBe(3);
    expect([...actions]).toEqual([...action.items]);
    expect([...propensity]).toEqual([...action.propensity]);
    expect([...(choice ?? [])]).toEqual([2, -1]);
  });

  test('records who chose, with both propensities and the version of the policy', () => {
    const recorder = new TrajectoryRecorder(SIZES);
    const attribution = {
      chosenBy: Uint8Array.of(CHOSEN_BY.pretrained, CHOSEN_BY.online),
      pretrained: Float32Array.of(0.5, 0.125),
      online: Float32Array.of(0.25, Number.NaN),
    };
    const decisions = [at(1, 0), at(2, 0)];
    recorder.recordAction(
      observationFor(decisions),
      { ...actionFor(decisions), attribution },
      { policyVersion: 2 ** 40 },
    );
    decide(recorder, at(3, 0));
    for (const decision of [at(2, 0), at(3, 0), at(1, 0)]) answer(recorder, decision);
    const { chosenBy, policyVersion, pretrainedPropensity, onlinePropensity } = recorder.take();
    expect([...chosenBy]).toEqual([CHOSEN_BY.online, CHOSEN_BY.unknown, CHOSEN_BY.pretrained]);
    expect([...policyVersion]).toEqual([2 ** 40, 0, 2 ** 40]);
    expect([...(pretrainedPropensity ?? [])]).toEqual([0.125, Number.NaN, 0.5]);
    expect([...(onlinePropensity ?? [])]).toEqual([Number.NaN, Number.NaN, 0.25]);
  });

  test('attribution and choice are absent from trajectories in which no decision has them', () => {
    const recorder = new TrajectoryRecorder(SIZES);
    const attribution = { chosenBy: Uint8Array.of(1), pretrained: Float32Array.of(1), online: Float32Array.of(1) };
    recorder.recordAction(observationFor([at(1, 0)]), { ...actionFor([at(1, 0)]), attribution });
    recorder.recordFeedback(observationAfter([at(1, 0)]), { ...feedbackFor([at(1, 0)]), choice: Int32Array.of(0) });
    expect(recorder.take()).toMatchObject({ choice: Int32Array.of(0), onlinePropensity: Float32Array.of(1) });
    decide(recorder, at(1, 1));
    answer(recorder, at(1, 1));
    const next = recorder.take();
    for (const column of ['choice', 'pretrainedPropensity', 'onlinePropensity'])
      expect(next).not.toHaveProperty(column);
    expect([...next.chosenBy]).toEqual([0]);
  });

  test('sessions without user features', () => {
    const recorder = new TrajectoryRecorder({ items: ITEMS, historyLength: HISTORY });
    const { userFeatures: _, ...state } = observationFor([at(1, 0)]);
    recorder.recordAction(state, actionFor([at(1, 0)]));
    recorder.recordFeedback({ ...state, turn: Int32Array.of(1) }, feedbackFor([at(1, 0)]));
    const { states, last } = recorder.take();
    expect(states).not.toHaveProperty('userFeatures');
    expect(last).not.toHaveProperty('userFeatures');
  });
});

describe('what is out of order is refused, and nothing is recorded', () => {
  /** Sessions 1 (turn 0 awaits feedback) and 2 (ended), and a decision of session 3 behind one without feedback. */
  function recorded(): TrajectoryRecorder {
    const recorder = new TrajectoryRecorder(SIZES);
    decide(recorder, at(1, 0), at(2, 0), at(3, 5));
    answer(recorder, at(2, 0), 'terminated');
    decide(recorder, at(3, 6));
    answer(recorder, at(3, 6));
    return recorder;
  }

  /** What a recorder gives when its session 1 and 3 go on. */
  function rest(recorder: TrajectoryRecorder): unknown {
    const before = [recorder.rows, recorder.waiting];
    answer(recorder, at(3, 5));
    answer(recorder, at(1, 0));
    decide(recorder, at(1, 1), at(3, 7), at(4, 0));
    for (const decision of [at(4, 0), at(3, 7)]) answer(recorder, decision);
    answer(recorder, at(1, 1), 'truncated');
    const trajectories = recorder.take();
    return [before, rowTexts(trajectories), trajectories.end, trajectories.steps, trajectories.offsets];
  }
  const expected = rest(recorded());

  test.each<[string, (recorder: TrajectoryRecorder) => void, RegExp]>([
    [
      'a second action for a turn',
      (recorder) => decide(recorder, at(4, 0), at(1, 0)),
      /turn\[1\]: expected 1, the next of its session; record the feedback with recordFeedback.*found turn 0 of session 1, a second action/,
    ],
    [
      'a gap between turns',
      (recorder) => decide(recorder, at(1, 2)),
      /turn\[0\]: expected 1, the next of its session; record every decision.*found turn 2 of session 1/,
    ],
    [
      'a decision after the end of a session',
      (recorder) => decide(recorder, at(4, 0), at(2, 1)),
      /session\[1\]: expected a session that goes on; a new session has a new key; found session 2, which has ended/,
    ],
    [
      'a session twice in a batch',
      (recorder) => decide(recorder, at(4, 0), at(4, 0)),
      /session\[1\]: expected each session once in a batch; found session 4 a second time/,
    ],
    [
      'feedback without an action',
      (recorder) => answer(recorder, at(1, 1)),
      /session\[0\]: expected feedback to an action.*found feedback without an action: turn 1 of session 1 awaits none/,
    ],
    ['feedback to an unknown session', (recorder) => answer(recorder, at(9, 0)), /turn 0 of session 9 awaits none/],
    ['feedback after the end', (recorder) => answer(recorder, at(2, 0)), /turn 0 of session 2 awaits none/],
    [
      'feedback a second time, while the decision waits',
      (recorder) => answer(recorder, at(3, 6)),
      /expected feedback once for each action; found feedback to turn 6 of session 3 a second time/,
    ],
    [
      'feedback twice in a batch',
      (recorder) => recorder.recordFeedback(observationAfter([at(1, 0), at(1, 0)]), feedbackFor([at(1, 0), at(1, 0)])),
      /feedback to turn 0 of session 1 a second time/,
    ],
    [
      'the end of a session before its last decision',
      (recorder) => answer(recorder, at(3, 5), 'terminated'),
      /session\[0\]: expected the end after turn 6, its last decision; found the end of session 3 after turn 5/,
    ],
    [
      'feedback of which a later row is wrong',
      (recorder) => recorder.recordFeedback(observationAfter([at(1, 0), at(9, 0)]), feedbackFor([at(1, 0), at(9, 0)])),
      /session\[1\]: .*turn 0 of session 9 awaits none/,
    ],
  ])('%s', (_, call, message) => {
    const recorder = recorded();
    expect(() => call(recorder)).toThrow(InvalidOptionError);
    expect(() => call(recorder)).toThrow(message);
    expect(rest(recorder)).toEqual(expected);
  });

  test('a decision after an end that waits for feedback to an earlier decision', () => {
    const recorder = new TrajectoryRecorder(SIZES);
    decide(recorder, at(1, 0));
    decide(recorder, at(1, 1));
    answer(recorder, at(1, 1), 'terminated');
    expect(() => decide(recorder, at(1, 2))).toThrow(/a session that goes on.*found session 1, which has ended/);
    answer(recorder, at(1, 0));
    const { states, end } = recorder.take();
    expect([...states.turn]).toEqual([0, 1]);
    expect([...end]).toEqual([TRAJECTORY_END.terminated]);
    expect(recorder.waiting).toBe(0);
  });

  test('feedback a second time, after the decision was taken', () => {
    const recorder = recorded();
    answer(recorder, at(1, 0));
    expect(() => answer(recorder, at(1, 0))).toThrow(/turn 0 of session 1 awaits none/);
    recorder.take();
    expect(() => answer(recorder, at(1, 0))).toThrow(/turn 0 of session 1 awaits none/);
  });

  test.each<[string, Partial<Action>, RegExp]>([
    ['too few items', { items: Int32Array.of(0) }, /length of items \(one for each row\): expected 2; found 1/],
    ['too many propensities', { propensity: new Float32Array(3) }, /length of propensity/],
    ['a plain array', { items: [0, 1] as never }, /items: expected an Int32Array; found an array/],
    [
      'an item that there is not',
      { items: Int32Array.of(0, ITEMS) },
      new RegExp(`items\\[1\\]: expected an item from 0 to ${ITEMS - 1}; found ${ITEMS}`),
    ],
    ['a propensity of 0', { propensity: Float32Array.of(0.5, 0) }, /propensity\[1\]: expected a probability above 0/],
    ['a propensity of NaN', { propensity: Float32Array.of(Number.NaN, 1) }, /propensity\[0\]/],
    ['a propensity above 1', { propensity: Float32Array.of(1, 1.5) }, /propensity\[1\]/],
  ])('%s in an action', (_, part, message) => {
    const recorder = recorded();
    const decisions = [at(1, 1), at(4, 0)];
    const act = () => recorder.recordAction(observationFor(decisions), { ...actionFor(decisions), ...part });
    expect(act).toThrow(message);
    expect(rest(recorder)).toEqual(expected);
  });

  test.each(['reward', 'terminated', 'truncated', 'choice'] as const)('too few numbers of %s', (field) => {
    const recorder = recorded();
    const decisions = [at(1, 0), at(3, 5)];
    const feedback = { ...feedbackFor(decisions), choice: new Int32Array(2) };
    const broken = { ...feedback, [field]: feedback[field].slice(1) };
    expect(() => recorder.recordFeedback(observationAfter(decisions), broken)).toThrow(
      `length of ${field} (one for each row): expected 2; found 1`,
    );
    expect(rest(recorder)).toEqual(expected);
  });

  test.each<[string, (state: Observation) => Observation]>([
    ['another catalogue', (state) => ({ ...state, items: ITEMS + 1 })],
    ['other histories', (state) => ({ ...state, historyLength: HISTORY + 1 })],
    ['more user features', (state) => ({ ...state, userFeatures: new Float32Array(FEATURES + 1) })],
    ['no user features', ({ userFeatures: _, ...state }) => state],
  ])('an observation with %s', (_, change) => {
    const recorder = recorded();
    const [before, after] = [observationFor([at(4, 0)]), observationAfter([at(1, 0)])];
    expect(() => recorder.recordAction(change(before), actionFor([at(4, 0)]))).toThrow(ShapeError);
    expect(() => recorder.recordFeedback(change(after), feedbackFor([at(1, 0)]))).toThrow(ShapeError);
    expect(rest(recorder)).toEqual(expected);
  });

  test.each([0.5, -1, 2 ** 53, Number.NaN])('a session key of %s', (key) => {
    const recorder = recorded();
    const state = { ...observationFor([at(4, 0)]), session: Float64Array.of(key) };
    expect(() => recorder.recordAction(state, actionFor([at(4, 0)]))).toThrow(/session\[0\] .*: expected a key/);
    expect(rest(recorder)).toEqual(expected);
  });

  test('a negative turn, and a version that is no count', () => {
    const recorder = recorded();
    const state = { ...observationFor([at(4, 0)]), turn: Int32Array.of(-1) };
    expect(() => recorder.recordAction(state, actionFor([at(4, 0)]))).toThrow(/turn\[0\] .*: expected at least 0/);
    const act = (policyVersion: number) => () =>
      recorder.recordAction(observationFor([at(4, 0)]), actionFor([at(4, 0)]), { policyVersion });
    for (const version of [-1, 0.5, Number.NaN]) expect(act(version)).toThrow(/policyVersion/);
    expect(rest(recorder)).toEqual(expected);
  });
});

test.each([
  ['items', { items: 0 }],
  ['items', { items: Number.NaN }],
  ['historyLength', { historyLength: -1 }],
  ['slateSize', { slateSize: 1.5 }],
  ['userFeatures', { userFeatures: -1 }],
] as const)('refuses %s that are no size', (option, sizes) => {
  expect(() => new TrajectoryRecorder({ ...SIZES, ...sizes })).toThrow(
    expect.objectContaining({ name: 'InvalidOptionError', option }),
  );
});
