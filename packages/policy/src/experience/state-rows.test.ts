import { CheckpointError, createRandom, type Observation } from '@ialp/core';
import { CheckpointReader } from '@ialp/core/checkpoint';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { observationOf } from '../test-support/observations.js';
import { stateText } from '../test-support/recording.js';
import { StateRows } from './state-rows.js';

const ITEMS = 9;
const SHAPE = { items: ITEMS, historyLength: 3, userFeatures: 2 };

/** Random states of some sessions, with some of the given catalogues. */
function randomStates(seed: number, rows: number, available: Uint8Array): Observation {
  const random = createRandom(seed);
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random.uniform());
  return observationOf(rows, ITEMS, {
    historyLength: SHAPE.historyLength,
    session: Float64Array.from({ length: rows }, () => random.integer(2 ** 30) * 2 ** 20),
    turn: Int32Array.from({ length: rows }, () => random.integer(99)),
    historyItems: Int32Array.from({ length: rows * SHAPE.historyLength }, () => random.integer(ITEMS + 1) - 1),
    historyFeedback: floats(rows * SHAPE.historyLength),
    userFeatures: floats(rows * SHAPE.userFeatures),
    mask: Uint8Array.from({ length: rows * ITEMS }, () => (random.uniform() < 0.7 ? 1 : 0)),
    available,
  });
}

/** Something that is done to rows: a state is written, forgotten, or all are. */
type Step =
  | { readonly kind: 'write'; readonly row: number; readonly seed: number; readonly catalogue: number }
  | { readonly kind: 'free'; readonly row: number }
  | { readonly kind: 'clear' };

const steps = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        row: fc.integer({ min: 0, max: 90 }),
        seed: fc.nat(),
        catalogue: fc.integer({ min: 0, max: 4 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('free' as const), row: fc.integer({ min: 0, max: 90 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
  ),
  { minLength: 1, maxLength: 60 },
);

/** Rows that are written to, and what they hold: the reference is a text for each row. */
class Both {
  readonly rows = new StateRows(SHAPE);
  readonly reference = new Map<number, string>();
  readonly #catalogues: readonly Uint8Array[];

  constructor(seed: number) {
    const random = createRandom(seed);
    this.#catalogues = Array.from({ length: 5 }, () =>
      Uint8Array.from({ length: ITEMS }, () => (random.uniform() < 0.7 ? 1 : 0)),
    );
  }

  /** @param other other rows to which the state is written, too. */
  do(step: Step, other?: StateRows): void {
    if (step.kind === 'write') {
      const from = randomStates(step.seed, 3, this.#catalogues[step.catalogue]);
      const fromRow = step.seed % 3;
      for (const rows of [this.rows, other]) rows?.write(step.row, from, fromRow);
      this.reference.set(step.row, stateText(from, fromRow));
    } else if (step.kind === 'clear') {
      this.rows.clear();
      this.reference.clear();
    } else if (this.reference.delete(step.row)) this.rows.free(step.row);
  }
}

/** The number of rows up to the last that holds a state. */
const lengthOf = (reference: ReadonlyMap<number, string>): number => Math.max(-1, ...reference.keys()) + 1;

function expectHeld(rows: StateRows, reference: ReadonlyMap<number, string>): void {
  const states = rows.states(lengthOf(reference));
  for (const [row, text] of reference) expect(stateText(states, row)).toBe(text);
  const { offset, count, items } = states.exclusions;
  for (const row of reference.keys()) {
    const list = items.subarray(offset[row], offset[row] + count[row]);
    expect(new Set(list).size).toBe(list.length);
  }
}

describe('StateRows', () => {
  test('hold what was written last in each row, through any writes, catalogues and removals', () => {
    fc.assert(
      fc.property(fc.nat(), steps, (seed, list) => {
        const both = new Both(seed);
        for (const step of list) {
          both.do(step);
          expectHeld(both.rows, both.reference);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('give views of the sizes that are asked for', () => {
    const rows = new StateRows(SHAPE);
    const from = randomStates(1, 3, new Uint8Array(ITEMS).fill(1));
    for (const row of [0, 1, 2]) rows.write(row, from, row);
    const { session, turn, historyItems, historyFeedback, userFeatures, exclusions } = rows.states(2);
    expect([session.length, turn.length, exclusions.offset.length, exclusions.count.length]).toEqual([2, 2, 2, 2]);
    expect([historyItems.length, historyFeedback.length, userFeatures?.length]).toEqual([6, 6, 4]);
    expect(new StateRows({ ...SHAPE, userFeatures: 0 }).states(0)).not.toHaveProperty('userFeatures');
  });

  test('one write after the other in a few rows takes no more and more memory', () => {
    const rows = new StateRows(SHAPE);
    const available = new Uint8Array(ITEMS).fill(1);
    for (let k = 0; k < 4000; k++) rows.write(k % 5, randomStates(k, 1, available), 0);
    // Lists move to places of twice their length, at most a few times.
    expect(rows.states(5).exclusions.items.length).toBeLessThanOrEqual(5 * 4 * ITEMS);
  });

  test('a large catalogue of which items are removed one by one: lists have those that some row allows', () => {
    const items = 1000;
    const rows = new StateRows({ items, historyLength: 1, userFeatures: 0 });
    for (let removed = 0; removed < 900; removed++) {
      const available = Uint8Array.from({ length: items }, (_, item) => (item < removed ? 0 : 1));
      // A ring of ten rows.
      rows.write(removed % 10, observationOf(1, items, { available }), 0);
      const { exclusions } = rows.states(Math.min(10, removed + 1));
      expect(Math.max(...exclusions.count)).toBeLessThan(80);
    }
  });
});

describe('a checkpoint of rows', () => {
  const restored = (saved: ReturnType<StateRows['checkpoint']>, rows: number): StateRows => {
    const copy = new StateRows(SHAPE);
    copy.write(3, randomStates(9, 1, new Uint8Array(ITEMS).fill(1)), 0);
    copy.restore(copy.read(new CheckpointReader(saved), rows));
    return copy;
  };

  test('restores them, and the same writes then give the same rows', () => {
    const writes = steps.map((list) => list.filter(({ kind }) => kind === 'write'));
    fc.assert(
      fc.property(fc.nat(), writes, writes, (seed, before, after) => {
        const both = new Both(seed);
        // All rows are written once: a checkpoint is of whole rows.
        for (let row = 0; row < 5; row++) both.do({ kind: 'write', row, seed: seed % 97, catalogue: row });
        for (const step of before) both.do({ ...step, row: (step as { row: number }).row % 5 } as Step);
        const copy = restored(both.rows.checkpoint(5), 5);
        expectHeld(copy, both.reference);
        for (const step of after) both.do(step, copy);
        expectHeld(copy, both.reference);
      }),
      { numRuns: 40 },
    );
  });

  test('of no rows can be restored, also of rows that were cleared', () => {
    const rows = new StateRows(SHAPE);
    expect(() => restored(rows.checkpoint(0), 0)).not.toThrow();
    rows.write(0, randomStates(1, 1, new Uint8Array(ITEMS).fill(1)), 0);
    rows.clear();
    const copy = restored(rows.checkpoint(0), 0);
    const from = randomStates(
      2,
      1,
      Uint8Array.from({ length: ITEMS }, (_, item) => item % 2),
    );
    copy.write(0, from, 0);
    expect(stateText(copy.states(1), 0)).toBe(stateText(from, 0));
  });

  test('is a copy', () => {
    const rows = new StateRows(SHAPE);
    const available = new Uint8Array(ITEMS).fill(1);
    rows.write(0, randomStates(1, 1, available), 0);
    const saved = rows.checkpoint(1);
    const before = stateText(restored(saved, 1).states(1), 0);
    rows.write(
      0,
      randomStates(
        2,
        1,
        available.map((_, item) => item % 2),
      ),
      0,
    );
    expect(stateText(restored(saved, 1).states(1), 0)).toBe(before);
  });

  test.each([
    ['session', new Float64Array(2)],
    ['turn', Float32Array.of(1)],
    ['historyItems', Int32Array.of(ITEMS, 0, 0)],
    ['historyItems', Int32Array.of(-2, 0, 0)],
    ['historyFeedback', new Float32Array(4)],
    ['userFeatures', new Float32Array(1)],
    ['exclusionCount', Int32Array.of(-1)],
    ['exclusionItems', Int32Array.of(ITEMS)],
    ['available', new Uint8Array(ITEMS - 1)],
    ['latest', new Uint8Array(0)],
  ])('with %s that does not fit is refused', (name, value) => {
    const rows = new StateRows(SHAPE);
    rows.write(
      0,
      observationOf(1, ITEMS, {
        historyLength: 3,
        userFeatures: new Float32Array(2),
        mask: [0, ...new Array<number>(8).fill(1)],
      }),
      0,
    );
    const saved = rows.checkpoint(1);
    expect(() => restored(saved, 1)).not.toThrow();
    expect(() => restored({ ...saved, [name]: value }, 1)).toThrow(CheckpointError);
  });
});
