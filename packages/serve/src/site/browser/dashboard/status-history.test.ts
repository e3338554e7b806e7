import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statusWith } from '../test-support/sample-status.js';
import { StatusHistory } from './status-history.js';

function historyOf(...samples: readonly (readonly [seconds: number, decisions: number | undefined])[]): StatusHistory {
  const history = new StatusHistory();
  for (const [seconds, decisions] of samples) {
    history.add({ atMs: seconds * 1_000, status: decisions === undefined ? undefined : statusWith({ decisions }) });
  }
  return history;
}

describe('rates', () => {
  test('are differences over the time between', () => {
    expect(historyOf([0, 100], [1, 110], [2, 130]).rates('decisions')).toEqual([null, 10, 15]);
  });

  test('are not known at first, while the server is away, and after it has begun to count anew', () => {
    expect(historyOf([0, 100], [1, undefined], [2, 120], [3, 0]).rates('decisions')).toEqual([null, null, 10, null]);
    expect(historyOf([0, undefined], [1, undefined], [2, 7], [3, 8]).rates('decisions')).toEqual([null, null, null, 1]);
    expect(historyOf().rate('decisions')).toBeNull();
  });

  test('are known if the server is asked seldom, as in a tab in the background', () => {
    expect(historyOf([0, 0], [60, 600], [120, 1_800]).rates('decisions')).toEqual([null, 10, 20]);
  });

  test('of steady traffic are that of the traffic, however the polls come', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(gaps, (gapsMs) => {
        let atMs = 0;
        const history = historyOf([0, 0]);
        for (const gapMs of gapsMs) {
          atMs += gapMs;
          history.add({ atMs, status: statusWith({ decisions: atMs * 3 }) });
        }
        for (const rate of history.rates('decisions').slice(1)) if (rate !== null) expect(rate).toBeCloseTo(3_000, 6);
        expect(history.rate('decisions')).not.toBeNull();
      }),
    );
  });
});

test('the history goes back ten minutes, and the latest status is found behind failures', () => {
  const history = historyOf([0, 1], [500, 2], [650, undefined]);
  expect(history.samples.map(({ atMs }) => atMs)).toEqual([500_000, 650_000]);
  expect(history.latest?.decisions).toBe(2);
});
