import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendToHistories } from './history.js';

test('every row loses its oldest interactions and ends with the new ones, in few places and in many', () => {
  const sizes = fc.record({
    rows: fc.constantFrom(1, 2, 7, 40),
    historyLength: fc.integer({ min: 1, max: 9 }),
    slateSize: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(sizes, fc.boolean(), fc.nat(), ({ rows, historyLength, slateSize }, alone, start) => {
      const size = alone ? 1 : slateSize;
      const length = rows * historyLength;
      const historyItems = Int32Array.from({ length }, (_, k) => start + k);
      const historyFeedback = Float32Array.from({ length }, (_, k) => k / 4);
      const actions = Int32Array.from({ length: rows * size }, (_, k) => -k - 2);
      const reward = Float32Array.from({ length: rows }, (_, row) => row + 1);
      const choice = alone ? undefined : Int32Array.from({ length: rows }, (_, row) => (row % (size + 1)) - 1);
      const expected = Array.from({ length: rows }, (_, row) => {
        const old = Array.from({ length: historyLength }, (_, k) => [
          historyItems[row * historyLength + k],
          historyFeedback[row * historyLength + k],
        ]);
        const shown = Array.from({ length: size }, (_, position) => [
          actions[row * size + position],
          choice === undefined || choice[row] === position ? reward[row] : 0,
        ]);
        return [...old, ...shown].slice(-historyLength);
      });
      appendToHistories({ rows, historyLength, historyItems, historyFeedback }, actions, size, reward, choice);
      const found = expected.map((list, row) =>
        list.map((_, k) => [historyItems[row * historyLength + k], historyFeedback[row * historyLength + k]]),
      );
      expect(found).toEqual(expected);
    }),
  );
});
