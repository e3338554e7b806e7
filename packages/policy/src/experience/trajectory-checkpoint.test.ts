/** A recorder in the life of a deployment: checkpoints, sessions that time out, a catalogue that changes. */
import { CheckpointError, createRandom, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandomPolicy } from '../policies/random-policy.js';
import {
  actionFor,
  type Decision,
  FEATURES,
  feedbackFor,
  HISTORY,
  ITEMS,
  observationAfter,
  observationFor,
  rowTexts,
} from '../test-support/recording.js';
import { ReplayBuffer } from './replay-buffer.js';
import { TrajectoryRecorder } from './trajectory-recorder.js';

const makeRecorder = (): TrajectoryRecorder =>
  new TrajectoryRecorder({ items: ITEMS, historyLength: HISTORY, userFeatures: FEATURES });

const decide = (recorder: TrajectoryRecorder, decision: Decision): void =>
  recorder.recordAction(observationFor([decision]), actionFor([decision]));
const answer = (recorder: TrajectoryRecorder, decision: Decision): void =>
  recorder.recordFeedback(observationAfter([decision]), feedbackFor([decision]));

test('restored from a checkpoint at any moment, it goes on as the original', () => {
  const turns = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(turns, fc.integer(), fc.nat(29), (visits, seed, moment) => {
      const random = createRandom(seed);
      let recorder = makeRecorder();
      const twin = makeRecorder();
      const next = new Map<number, number>();
      const waiting: Decision[] = [];
      for (const [k, key] of visits.entries()) {
        const decision = { key, turn: next.get(key) ?? 0 };
        next.set(key, decision.turn + 1);
        waiting.push(decision);
        for (const each of [recorder, twin]) decide(each, decision);
        // Feedback to any decision that waits, or to none.
        if (random.uniform() < 0.7) {
          const [answered] = waiting.splice(random.integer(waiting.length), 1);
          for (const each of [recorder, twin]) answer(each, answered);
        }
        const taken = [recorder, twin].map((each) => (each.rows > 0 ? rowTexts(each.take()) : []));
        expect(taken[0]).toEqual(taken[1]);
        if (k !== moment) continue;
        const saved = recorder.checkpoint();
        recorder = makeRecorder();
        decide(recorder, { key: 99, turn: 0 });
        recorder.restore(saved);
        expect(recorder.waiting).toBe(twin.waiting);
      }
      for (const decision of waiting) for (const each of [recorder, twin]) answer(each, decision);
      expect(rowTexts(recorder.take())).toEqual(rowTexts(twin.take()));
      expect(recorder.waiting).toBe(0);
    }),
  );
});

test('a checkpoint is refused while there is something to take, and one of something else is not restored', () => {
  const recorder = makeRecorder();
  decide(recorder, { key: 1, turn: 0 });
  answer(recorder, { key: 1, turn: 0 });
  expect(() => recorder.checkpoint()).toThrow(CheckpointError);
  recorder.take();
  decide(recorder, { key: 1, turn: 1 });
  const other = new TrajectoryRecorder({ items: ITEMS + 1, historyLength: HISTORY, userFeatures: FEATURES });
  const saved = recorder.checkpoint();
  expect(() => other.restore({ ...saved, waiting: {} })).toThrow(CheckpointError);
  for (const wrong of [{}, { ...saved, sessions: {} }]) expect(() => recorder.restore(wrong)).toThrow(CheckpointError);
  expect([...recorder.waitingSessions]).toEqual([1]);
  answer(recorder, { key: 1, turn: 1 });
  expect(recorder.rows).toBe(1);
});

test('a session that times out is truncated, also if its last step was taken before', () => {
  const recorder = makeRecorder();
  for (const key of [1, 2, 3]) decide(recorder, { key, turn: 0 });
  for (const key of [1, 2]) answer(recorder, { key, turn: 0 });
  recorder.endSession(1);
  expect([...recorder.take().end]).toEqual([2, 0]);
  recorder.endSession(2);
  // Nothing is learned from an empty batch: the end is reported with the next row.
  expect(recorder.take().closed).toBeUndefined();
  expect(() => recorder.endSession(3)).toThrow(/session 3, which waits for feedback to 1 decision/);
  expect(() => recorder.endSession(4)).toThrow(InvalidOptionError);
  answer(recorder, { key: 3, turn: 0 });
  const { rows, closed } = recorder.take();
  expect([rows, [...(closed ?? [])]]).toEqual([1, [2]]);
  expect(() => decide(recorder, { key: 2, turn: 1 })).toThrow(/session 2, which has ended/);
});

test('removed items are in no sampled next state, however few they are', () => {
  const recorder = makeRecorder();
  const buffer = new ReplayBuffer({ bufferSize: 20, items: ITEMS, historyLength: HISTORY, userFeatures: FEATURES });
  const before = new Uint8Array(ITEMS).fill(1);
  const after = before.slice();
  after[0] = 0;
  for (const [turn, available] of [before, before, after].entries()) {
    const decision = { key: 1, turn };
    recorder.recordAction(observationFor([decision], available), actionFor([decision]));
    recorder.recordFeedback(observationAfter([decision], available), feedbackFor([decision]));
  }
  buffer.add(recorder.take());
  expect(buffer.sample(5, createRandom(1)).next.available).toEqual(after);
});

test('an availability that is modified in place is refused, not searched for ever', () => {
  const observation = observationFor([{ key: 0, turn: 0 }], new Uint8Array(ITEMS).fill(1));
  const policy = createRandomPolicy(ITEMS);
  policy.distribution(observation).sample(createRandom(1));
  observation.available.fill(0);
  expect(() => policy.distribution(observation).sample(createRandom(1))).toThrow(/^available: .*modified/);
});
