import { describe, expect, test } from 'vitest';
import { InteractionRecorder } from './interaction-recorder.js';

/** One step of two slots; `ends` says which slot's session ends, and how. */
function step(items: [number, number], ends: ['' | 'left' | 'cut', '' | 'left' | 'cut'] = ['', '']) {
  return [
    { items: Int32Array.from(items), propensity: Float32Array.from(items, (item) => 1 / (1 + item)) },
    {
      reward: Float32Array.from(items, (item) => item / 2),
      terminated: Uint8Array.from(ends, (end) => (end === 'left' ? 1 : 0)),
      truncated: Uint8Array.from(ends, (end) => (end === 'cut' ? 1 : 0)),
    },
  ] as const;
}

describe('InteractionRecorder', () => {
  test('numbers sessions in the order in which they begin, slot by slot', () => {
    const recorder = new InteractionRecorder(2, 4);
    recorder.record(...step([0, 1], ['', 'left']), true);
    recorder.record(...step([2, 3], ['cut', '']), true);
    recorder.record(...step([4, 5]), true);
    const { session, item, propensity, reward, terminated, truncated } = recorder.columns();
    expect([...session]).toEqual([0, 1, 0, 2, 3, 2]);
    expect([...item]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...propensity]).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6].map(Math.fround));
    expect([...reward]).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    expect([...terminated]).toEqual([0, 1, 0, 0, 0, 0]);
    expect([...truncated]).toEqual([0, 0, 1, 0, 0, 0]);
  });

  test('leaves out slots between sessions where none is to begin', () => {
    const recorder = new InteractionRecorder(2, 1);
    recorder.record(...step([0, 1], ['left', '']), true);
    expect(recorder.sessionsOpen).toBe(true);
    recorder.record(...step([2, 3], ['left', '']), false);
    recorder.record(...step([4, 5], ['', 'cut']), false);
    expect(recorder.sessionsOpen).toBe(false);
    recorder.record(...step([6, 7]), false);
    const { session, item } = recorder.columns();
    expect([...session]).toEqual([0, 1, 1, 1]);
    expect([...item]).toEqual([0, 1, 3, 5]);
  });

  test('grows where more steps come than it made room for', () => {
    const recorder = new InteractionRecorder(2, 1);
    for (let count = 0; count < 500; count++) recorder.record(...step([count, count + 1]), true);
    const { item, session, reward } = recorder.columns();
    expect(item).toHaveLength(1000);
    expect([...item]).toEqual(Array.from({ length: 1000 }, (_, row) => Math.floor(row / 2) + (row % 2)));
    expect([...session]).toEqual(Array.from({ length: 1000 }, (_, row) => row % 2));
    expect(reward[999]).toBe(250);
  });

  test('gives copies: what is recorded later does not change them', () => {
    const recorder = new InteractionRecorder(2, 2);
    recorder.record(...step([0, 1]), true);
    const columns = recorder.columns();
    columns.item.fill(9);
    recorder.record(...step([2, 3]), true);
    expect([...columns.item]).toEqual([9, 9]);
    expect([...recorder.columns().item]).toEqual([0, 1, 2, 3]);
  });

  test('nothing recorded: empty columns', () => {
    const recorder = new InteractionRecorder(2, 2);
    expect(recorder.sessionsOpen).toBe(false);
    expect(recorder.columns().item).toHaveLength(0);
  });
});
