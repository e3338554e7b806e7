import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsOfSegment } from './segment-lines.js';

/** A line of a segment, with its newline. */
function line(value: unknown, sign = ''): string {
  const json = JSON.stringify(value);
  const text = `${Buffer.byteLength(json)}${sign} ${json}`;
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}
const end = (session: string, sign = ''): string => line({ type: 'end', at: 1, session }, sign);
const read = (text: string) => {
  const { events, ...counts } = eventsOfSegment(Buffer.from(text));
  return { sessions: events.map((event) => ('session' in event ? event.session : event.type)), ...counts };
};

describe('a segment', () => {
  test('has events, lines of its own and erased events', () => {
    const text = `\n${line({ type: 'segment', version: 1 })}\n${end('ä😀')}${line({ type: 'erased' })}${line({ type: 'mark' })}${end('b')}`;
    expect(read(text)).toEqual({ sessions: ['ä😀', 'b'], damaged: 0, erased: 1, version: 1 });
  });

  test('ends with its seal', () => {
    expect(read(`${end('a')}${line({ type: 'seal' })}${end('b')}`).sessions).toEqual(['a']);
  });

  test('a call of append counts only if it was written to its end', () => {
    const call = `${end('a', '<')}${end('b', '=')}`;
    expect(read(`${call}${end('c', '>')}`).sessions).toEqual(['a', 'b', 'c']);
    expect(read(call)).toMatchObject({ sessions: [], damaged: 0 });
    expect(read(`${call}\n${end('d')}`)).toMatchObject({ sessions: ['d'], damaged: 0 });
    expect(read(`${call}${end('c', '>').slice(0, 15)}\n\n${end('d')}`)).toMatchObject({ sessions: ['d'], damaged: 0 });
  });

  test('a damaged line within a call costs no other', () => {
    const damaged = end('b', '=').replace('"b"', '"x"');
    const text = `${end('a', '<')}${damaged}${end('c', '>')}${end('d')}`;
    expect(read(text)).toMatchObject({ sessions: ['a', 'c', 'd'], damaged: 1 });
  });

  test('a line whose byte became a newline is damaged, not cut', () => {
    const halves = end('bbbb', '=').replace('"type"', '"ty\ne"');
    expect(read(`${end('a', '<')}${halves}${end('c', '>')}`).sessions).toEqual(['a', 'c']);
  });
});

test('whatever the bytes are, the events that are whole and stand alone are found', () => {
  const name = fc.string({ unit: 'binary', maxLength: 8 });
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), fc.uint8Array({ maxLength: 60 }), (names, garbage) => {
      const noise = Buffer.from(garbage.filter((byte) => byte !== 10));
      const bytes = Buffer.concat(names.flatMap((each) => [Buffer.from(end(each)), noise, Buffer.from('\n\n')]));
      const { events } = eventsOfSegment(bytes);
      expect(events).toEqual(names.map((session) => JSON.parse(JSON.stringify({ type: 'end', at: 1, session }))));
    }),
  );
});
