import { describe, expect, test } from 'vitest';
import { InteractionRecorder } from './interaction-recorder.js';

/** How a session ends with a decision, if it does. */
type End = '' | 'left' | 'cut';

/** One decision in each of some sessions: key, item and end. */
function decisions(...given: (readonly [key: number, item: number, end?: End])[]) {
  const items = given.map(([, item]) => item);
  return [
    { rows: given.length, session: Float64Array.from(given, ([key]) => key) },
    { items: Int32Array.from(items), propensity: Float32Array.from(items, (item) => 1 / (1 + item)) },
    {
      reward: Float32Array.from(items, (item) => item / 2),
      terminated: Uint8Array.from(given, ([, , end]) => (end === 'left' ? 1 : 0)),
      truncated: Uint8Array.from(given, ([, , end]) => (end === 'cut' ? 1 : 0)),
    },
  ] as const;
}

describe('InteractionRecorder', () => {
  test('numbers sessions in the order in which they begin, whatever their keys', () => {
    const recorder = new InteractionRecorder(8);
    recorder.record(...decisions([70, 0], [9, 1, 'left']), true);
    recorder.record(...decisions([70, 2, 'cut'], [3, 3]), true);
    recorder.record(...decisions([8, 4], [3, 5]), true);
    const { session, item, propensity, reward, terminated, truncated } = recorder.columns();
    expect([...session]).toEqual([0, 1, 0, 2, 3, 2]);
    expect([...item]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...propensity]).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6].map(Math.fround));
    expect([...reward]).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    expect([...terminated]).toEqual([0, 1, 0, 0, 0, 0]);
    expect([...truncated]).toEqual([0, 0, 1, 0, 0, 0]);
  });

  test('follows a session by its key, in whichever row and batch it comes', () => {
    const recorder = new InteractionRecorder(1);
    recorder.record(...decisions([5, 0], [6, 1]), true);
    recorder.record(...decisions([6, 2]), true);
    recorder.record(...decisions([6, 3], [5, 4], [7, 5]), true);
    expect([...recorder.columns().session]).toEqual([0, 1, 1, 1, 0, 2]);
  });

  test('writes a row for each item of a slate: reward for the chosen one, the propensity of the whole slate', () => {
    const recorder = new InteractionRecorder(8, 2);
    const action = { items: Int32Array.of(4, 2, 1, 3), propensity: Float32Array.of(0.5, 0.25, 1, 0.5) };
    const feedback = {
      reward: Float32Array.of(1, 0),
      terminated: Uint8Array.of(0, 1),
      truncated: new Uint8Array(2),
      choice: Int32Array.of(1, -1),
    };
    recorder.record({ rows: 2, session: Float64Array.of(7, 9) }, action, feedback, true);
    const { session, item, propensity, reward, terminated } = recorder.columns();
    expect([...session]).toEqual([0, 0, 1, 1]);
    expect([...item]).toEqual([4, 2, 1, 3]);
    expect([...propensity]).toEqual([0.125, 0.125, 0.5, 0.5]);
    expect([...reward]).toEqual([0, 1, 0, 0]);
    expect([...terminated]).toEqual([0, 0, 1, 1]);
  });

  test('leaves out sessions that begin where none is to begin', () => {
    const recorder = new InteractionRecorder(2);
    recorder.record(...decisions([1, 0, 'left'], [2, 1]), true);
    expect(recorder.sessionsOpen).toBe(true);
    recorder.record(...decisions([3, 2, 'left'], [2, 3]), false);
    recorder.record(...decisions([4, 4], [2, 5, 'cut']), false);
    expect(recorder.sessionsOpen).toBe(false);
    recorder.record(...decisions([4, 6], [5, 7]), false);
    const { session, item } = recorder.columns();
    expect([...session]).toEqual([0, 1, 1, 1]);
    expect([...item]).toEqual([0, 1, 3, 5]);
  });

  test('grows where more decisions come than it made room for', () => {
    const recorder = new InteractionRecorder(2);
    for (let count = 0; count < 500; count++) recorder.record(...decisions([1, count], [2, count + 1]), true);
    const { item, session, reward } = recorder.columns();
    expect(item).toHaveLength(1000);
    expect([...item]).toEqual(Array.from({ length: 1000 }, (_, row) => Math.floor(row / 2) + (row % 2)));
    expect([...session]).toEqual(Array.from({ length: 1000 }, (_, row) => row % 2));
    expect(reward[999]).toBe(250);
  });

  test('gives copies: what is recorded later does not change them', () => {
    const recorder = new InteractionRecorder(4);
    recorder.record(...decisions([1, 0], [2, 1]), true);
    const columns = recorder.columns();
    columns.item.fill(9);
    recorder.record(...decisions([1, 2], [2, 3]), true);
    expect([...columns.item]).toEqual([9, 9]);
    expect([...recorder.columns().item]).toEqual([0, 1, 2, 3]);
  });

  test('nothing recorded: empty columns', () => {
    const recorder = new InteractionRecorder(4);
    expect(recorder.sessionsOpen).toBe(false);
    expect(recorder.columns().item).toHaveLength(0);
  });
});
