import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedbackEvent } from '../events.js';
import { encodeLine } from './line-format.js';
import { scanLines } from './segment-scan.js';

const eventOf = (id: string): FeedbackEvent => ({ type: 'feedback', id, at: 1, decision: 'é {} 0', reward: 1 });

/** A group of calls, each with the ids of its events. */
function groupOf(...calls: readonly (readonly string[])[]): Buffer {
  const lines = calls.flatMap((ids) =>
    ids.map((id, k) => {
      const sign = ids.length === 1 ? '' : k === 0 ? '<' : k < ids.length - 1 ? '=' : '>';
      return encodeLine(JSON.stringify(eventOf(id)), sign);
    }),
  );
  return Buffer.concat([Buffer.from('\n'), ...lines]);
}

function idsIn(bytes: Buffer): { ids: string[]; damaged: number } {
  const { events, damaged } = scanLines(bytes, 1000);
  return { ids: events.map((event) => (event as FeedbackEvent).id), damaged };
}

const FIRST = [['a'], ['b', 'c', 'd'], ['e']];
const SECOND = [['f', 'g'], ['h']];
const IDS = [...FIRST, ...SECOND].flat();

describe('scanning lines', () => {
  test('finds what was encoded', () => {
    const bytes = Buffer.concat([groupOf(...FIRST), groupOf(...SECOND)]);
    expect(idsIn(bytes)).toEqual({ ids: IDS, damaged: 0 });
    expect(scanLines(bytes, 1000)).toMatchObject({ end: bytes.length, isSealed: false });
    expect(scanLines(Buffer.alloc(0), 1000)).toMatchObject({ events: [], end: 0 });
  });

  test('one changed byte, anywhere, costs one event at most, and is counted', () => {
    const bytes = Buffer.concat([groupOf(...FIRST), groupOf(...SECOND), groupOf(['i'])]);
    const all = [...IDS, 'i'];
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [bytes[at] ^ 1, bytes[at] ^ 128, 10, 0, 32, 48]) {
        if (value === bytes[at]) continue;
        const changed = Buffer.from(bytes);
        changed[at] = value;
        const { ids, damaged } = idsIn(changed);
        const lost = all.filter((id) => !ids.includes(id));
        const where = `byte ${at} changed from ${bytes[at]} to ${value}: lost ${lost}`;
        // The last newline is that of a line that may still be written.
        const isLast = at === bytes.length - 1;
        expect(lost.length, where).toBeLessThanOrEqual(1);
        expect(ids, where).toEqual(all.filter((id) => !lost.includes(id)));
        if (!isLast) expect(damaged, where).toBeGreaterThanOrEqual(lost.length);
        expect(damaged, where).toBeLessThanOrEqual(1);
      }
    }
  });

  test('a writer killed at any byte leaves whole calls, and what others write then is read', () => {
    const first = groupOf(...FIRST);
    for (let length = 0; length <= first.length; length++) {
      const cut = first.subarray(0, length);
      const before = idsIn(cut);
      const { ids, damaged } = idsIn(Buffer.concat([cut, groupOf(...SECOND)]));
      const stored = FIRST.filter((_, k) => {
        // A line without its newline is whole.
        const end = groupOf(...FIRST.slice(0, k + 1)).length - 1;
        return length >= end;
      });
      expect(ids, `cut to ${length} bytes`).toEqual([...stored.flat(), ...SECOND.flat()]);
      expect(damaged, `cut to ${length} bytes`).toBe(0);
      expect(before.damaged).toBe(0);
      // Nothing is taken back that was read before.
      expect(ids.slice(0, before.ids.length)).toEqual(before.ids);
    }
  });

  test('reading on from each end gives the same events, whatever is read at once', () => {
    const groups = [groupOf(...FIRST), groupOf(...FIRST).subarray(0, 300), groupOf(...SECOND)];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.nat(600)),
        (length, maxEvents, damagedAt) => {
          const bytes = Buffer.concat(groups);
          if (damagedAt !== null) bytes[damagedAt] ^= 1;
          const whole = scanLines(bytes, 1000);
          const events: unknown[] = [];
          let damaged = 0;
          let at = 0;
          for (let size = length; ; ) {
            const part = bytes.subarray(at, at + size);
            const scan = scanLines(part, maxEvents);
            events.push(...scan.events);
            damaged += scan.damaged;
            at += scan.end;
            if (scan.events.length < maxEvents && part.length < size) break;
            size = scan.end === 0 ? size + 100 : length;
          }
          expect(events).toEqual(whole.events);
          expect(damaged).toBe(whole.damaged);
          expect(at).toBe(whole.end);
        },
      ),
    );
  });

  test('text without any form is no event', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const { ids } = idsIn(Buffer.concat([groupOf(['a']), Buffer.from([10]), noise, groupOf(['b'])]));
        expect(ids).toEqual(['a', 'b']);
      }),
    );
  });
});
