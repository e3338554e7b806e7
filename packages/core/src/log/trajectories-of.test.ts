import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { excludedIn } from '../observation/exclusions.js';
import { TRAJECTORY_END } from '../trajectories/trajectories.js';
import { completeLog, type LogHeader, type PlainInteractions, type StoredLog } from './interaction-log.js';
import { trajectoriesOf } from './trajectories-of.js';

const HEADER: LogHeader = { environment: 'shop', items: 6, slateSize: 1, historyLength: 2 };

/** A log of rows `[session, item, reward, end]`; `end` is `!` for terminated and `|` for truncated. */
function logOf(
  rows: readonly (readonly [session: number, item: number, reward: number, end?: '!' | '|'])[],
  header: Partial<LogHeader> = {},
  propensity?: readonly number[],
): StoredLog {
  const columns: PlainInteractions = {
    session: Int32Array.from(rows, ([session]) => session),
    item: Int32Array.from(rows, ([, item]) => item),
    reward: Float32Array.from(rows, ([, , reward]) => reward),
    terminated: Uint8Array.from(rows, ([, , , end]) => (end === '!' ? 1 : 0)),
    truncated: Uint8Array.from(rows, ([, , , end]) => (end === '|' ? 1 : 0)),
    ...(propensity && { propensity: Float32Array.from(propensity) }),
  };
  return { header: { ...HEADER, ...header }, log: completeLog(columns, header.slateSize) };
}

test('a log of interleaved sessions', () => {
  const stored = logOf(
    [
      [0, 3, 1],
      [1, 0, 0.5],
      [0, 1, 0],
      [2, 5, 1, '!'],
      [0, 4, -2, '|'],
      [1, 3, 0.25],
    ],
    {},
    [0.5, 1, 0.25, 0.5, 1, 0.125],
  );
  const available = new Uint8Array(6).fill(1);
  const shown = Int32Array.of(3, 1, 4, 0, 3, 5);
  expect(trajectoriesOf(stored)).toEqual({
    rows: 6,
    count: 3,
    slateSize: 1,
    states: {
      rows: 6,
      items: 6,
      historyLength: 2,
      session: Float64Array.of(0, 1, 0, 2, 0, 1),
      turn: Int32Array.of(0, 0, 1, 0, 2, 1),
      historyItems: Int32Array.of(-1, -1, -1, -1, -1, 3, -1, -1, 3, 1, -1, 0),
      historyFeedback: Float32Array.of(0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0.5),
      available,
      exclusions: { offset: Int32Array.of(0, 3, 0, 5, 0, 3), count: Int32Array.of(0, 0, 1, 0, 2, 1), items: shown },
    },
    actions: Int32Array.of(3, 0, 1, 5, 4, 3),
    propensity: Float32Array.of(0.5, 1, 0.25, 0.5, 1, 0.125),
    reward: Float32Array.of(1, 0.5, 0, 1, -2, 0.25),
    chosenBy: new Uint8Array(6),
    policyVersion: new Float64Array(6),
    offsets: Int32Array.of(0, 3, 5, 6),
    steps: Int32Array.of(0, 2, 4, 1, 5, 3),
    trajectory: Int32Array.of(0, 1, 0, 2, 0, 1),
    end: Uint8Array.of(TRAJECTORY_END.truncated, TRAJECTORY_END.open, TRAJECTORY_END.terminated),
    last: {
      rows: 3,
      items: 6,
      historyLength: 2,
      session: Float64Array.of(0, 1, 2),
      turn: Int32Array.of(3, 2, 1),
      historyItems: Int32Array.of(1, 4, 0, 3, -1, 5),
      historyFeedback: Float32Array.of(0, -2, 0.5, 0.25, 0, 1),
      available,
      exclusions: { offset: Int32Array.of(0, 3, 5), count: Int32Array.of(3, 2, 1), items: shown },
    },
  });
});

describe('slates', () => {
  const stored = logOf(
    [
      [0, 3, 0],
      [0, 1, 2],
      [1, 0, 0],
      [1, 5, 0],
      [0, 2, -1, '!'],
      [0, 4, 0, '!'],
    ],
    { slateSize: 2, historyLength: 3 },
    [0.25, 0.25, 0.5, 0.5, 0.125, 0.125],
  );
  const made = trajectoriesOf(stored);

  test('are rows, with the position that has the feedback as choice', () => {
    expect([made.rows, made.slateSize]).toEqual([3, 2]);
    expect(made.actions).toEqual(Int32Array.of(3, 1, 0, 5, 2, 4));
    expect(made.reward).toEqual(Float32Array.of(2, 0, -1));
    expect(made.choice).toEqual(Int32Array.of(1, -1, 0));
  });

  test('have the propensity of the whole slate at position 0', () => {
    expect(made.propensity).toEqual(Float32Array.of(0.25, 1, 0.5, 1, 0.125, 1));
  });

  test('are history and exclusions in slate order', () => {
    expect([...made.states.historyItems.subarray(6)]).toEqual([-1, 3, 1]);
    expect([...made.last.historyItems.subarray(0, 3)]).toEqual([1, 2, 4]);
    expect([...made.last.historyFeedback.subarray(0, 3)]).toEqual([2, -1, 0]);
    expect([...excludedIn(made.states.exclusions, 2)]).toEqual([3, 1]);
    expect([...excludedIn(made.last.exclusions, 0)]).toEqual([3, 1, 2, 4]);
    expect(made.end).toEqual(Uint8Array.of(TRAJECTORY_END.terminated, TRAJECTORY_END.open));
  });

  test('may have rows between those of another session, as in logs of other programs', () => {
    const interleaved = logOf(
      [
        [0, 3, 0],
        [1, 0, 0],
        [0, 1, 2],
        [1, 5, 0],
      ],
      { slateSize: 2 },
    );
    const { actions, steps, reward } = trajectoriesOf(interleaved);
    expect([actions, steps, reward]).toEqual([Int32Array.of(3, 1, 0, 5), Int32Array.of(0, 1), Float32Array.of(2, 0)]);
  });
});

test('a log without propensities has NaN, and one of no rows no trajectories', () => {
  expect([...trajectoriesOf(logOf([[0, 1, 1]])).propensity]).toEqual([Number.NaN]);
  expect(trajectoriesOf(logOf([]))).toMatchObject({ rows: 0, count: 0, offsets: Int32Array.of(0) });
});

describe('items that a session was shown twice', () => {
  const stored = logOf([
    [0, 1, 1],
    [1, 1, 1],
    [1, 2, 1],
    [1, 1, 0],
  ]);

  test('need repeats', () => {
    expect(() => trajectoriesOf(stored)).toThrow(InvalidOptionError);
    expect(() => trajectoriesOf(stored)).toThrow(
      /^repeats: expected true for this log: session 1 was shown item 1 twice; found false/,
    );
  });

  test('are not excluded with them', () => {
    const { states, last } = trajectoriesOf(stored, { repeats: true });
    expect([...states.exclusions.count, ...last.exclusions.count]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...last.historyItems]).toEqual([-1, 1, 2, 1]);
  });
});

describe('what is not a log is refused', () => {
  test.each([1_000_000_000, 2 ** 28 + 1, Number.MAX_SAFE_INTEGER])(
    'a history of %d, before anything is allocated',
    (historyLength) => {
      const make = () => trajectoriesOf(logOf([[0, 1, 1]], { historyLength }));
      expect(make).toThrow(InvalidOptionError);
      expect(make).toThrow(/^header.historyLength: expected at most 268435456 for 1 turns.*correct the header/);
    },
  );

  test('an incomplete slate', () => {
    const half = logOf([[0, 1, 1]], { slateSize: 2 });
    expect(() => trajectoriesOf(half)).toThrow('log: expected whole slates of 2; found 1 row of session 0.');
    // Two halves are no slate.
    const halves = logOf(
      [
        [0, 1, 1],
        [1, 1, 1],
      ],
      { slateSize: 2 },
    );
    expect(() => trajectoriesOf(halves)).toThrow('log: expected whole slates of 2; found 1 row of session 0.');
  });

  test('a log without its header, a promise, an invalid row, and other options', () => {
    const stored = logOf([[0, 1, 1]]);
    expect(() => trajectoriesOf(stored.log as never)).toThrow(/^stored: expected an object with a header and a log/);
    expect(() => trajectoriesOf(Promise.resolve(stored) as never)).toThrow(/^stored: .*found a promise: await it/);
    expect(() => trajectoriesOf(logOf([[0, 6, 1]]))).toThrow(/^log, row 0: expected an item index from 0 to 5/);
    expect(() => trajectoriesOf(stored, { repeat: true } as never)).toThrow(/^options: .*found "repeat"/);
    expect(() => trajectoriesOf(stored, { repeats: 1 } as never)).toThrow(/^repeats: expected true or false/);
    expect(() => trajectoriesOf(stored, true as never)).toThrow(/^options: expected an object/);
  });
});
