import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { CheckpointFileError, loadCheckpoint, saveCheckpoint } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'ialp-crafted-'));
const path = join(folder, 'crafted.checkpoint');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEAD = 12 + 32;

/** A file of any outline and bytes, with the digest that belongs to them. */
function write(outline: string | Uint8Array, data: Uint8Array = new Uint8Array(0), length?: number): void {
  const encoded = typeof outline === 'string' ? new TextEncoder().encode(outline) : outline;
  const body = Buffer.alloc(4 + encoded.length + data.length);
  body.writeUInt32LE(length ?? encoded.length, 0);
  body.set(encoded, 4);
  body.set(data, 4 + encoded.length);
  writeFileSync(path, Buffer.concat([Buffer.from('IALP-CKPT-1\n'), createHash('sha256').update(body).digest(), body]));
}

function refusal(): CheckpointFileError {
  try {
    loadCheckpoint(path);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointFileError);
    return error as CheckpointFileError;
  }
  return expect.unreachable('it was taken');
}

const named = (value: unknown) => JSON.stringify(['named', [['a', value]]]);
const deep = (levels: number) => `["named",[["a",${'["list",'.repeat(levels)}1${']'.repeat(levels)}]]]`;

describe('content that saveCheckpoint never wrote, under a valid digest, is refused', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /JSON/],
    ['no JSON', '{"a": 1', /JSON|Expected/],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /outline that it never wrote/],
    ['a number', '7', /checkpoint: expected values by name/],
    ['a list', '["list",1]', /checkpoint: expected values by name/],
    ['a plain object', '{"a":1}', /checkpoint: expected a value; found an object/],
    ['an object within', named({}), /checkpoint\.a: expected a value; found an object/],
    ['a number beyond all', '["named",[["a",1e999]]]', /checkpoint\.a: expected a value/],
    ['an unknown tag', named(['date', 1]), /checkpoint\.a: expected list, number, named or array/],
    ['no tag', named([]), /checkpoint\.a: expected list/],
    ['names without values', named(['named', [['b']]]), /checkpoint\.a: expected names, each with a value/],
    ['names that are not a list', named(['named', 5]), /checkpoint\.a: expected names/],
    [
      'a name twice',
      named([
        'named',
        [
          ['b', 1],
          ['b', 2],
        ],
      ]),
      /checkpoint\.a: expected each name once/,
    ],
    ['a number in words', named(['number', 'seven']), /checkpoint\.a: expected one of the numbers -0, NaN/],
    [
      'an array of an unknown kind',
      named(['array', 'constructor', 0, 0]),
      /checkpoint\.a: expected an array of the kind/,
    ],
    [
      'an array of 1e15 numbers',
      named(['array', 'Float32Array', 0, 1e15]),
      /checkpoint\.a: expected a Float32Array of at most 8 bytes/,
    ],
    ['an array of -1 numbers', named(['array', 'Uint8Array', 0, -1]), /found -1 numbers/],
    ['an array of half a number', named(['array', 'Uint8Array', 0, 0.5]), /found 0\.5 numbers/],
    ['an array that begins later', named(['array', 'Uint8Array', 4, 4]), /begins at byte 0; found 4/],
    ['an array without a beginning', named(['array', 'Uint8Array', null, 8]), /begins at byte 0; found null/],
    ['bytes that belong to nothing', named(['array', 'Uint8Array', 0, 7]), /expected 7 bytes of arrays; found 8/],
    ['values nested 500,000 deep', deep(500_000), /nested at most 100 deep/],
    ['values nested 101 deep', deep(101), /nested at most 100 deep/],
  ])('%s', (_, outline, message) => {
    write(outline, new Uint8Array(8));
    const { problem, message: found, file } = refusal();
    expect(found).toMatch(message);
    expect([problem, file]).toEqual(['format', path]);
  });

  test('a body too short for its outline', () => {
    write('["named",[]]', new Uint8Array(0), 4_000_000_000);
    expect(refusal().message).toMatch(/expected an outline of 4000000000 bytes .* found 12 bytes/);
    for (const length of [0, 1, 3]) {
      const body = Buffer.alloc(length);
      const digest = createHash('sha256').update(body).digest();
      writeFileSync(path, Buffer.concat([Buffer.from('IALP-CKPT-1\n'), digest, body]));
      expect(refusal().problem).toBe('format');
    }
  });

  test('what is nested 100 deep is a checkpoint; deeper it is not saved', () => {
    const nested = (levels: number): Checkpoint => {
      let value: Checkpoint = { end: 1 };
      for (let level = 0; level < levels; level++) value = { deeper: value };
      return value;
    };
    saveCheckpoint(path, nested(99));
    expect(loadCheckpoint(path)).toEqual(nested(99));
    expect(() => saveCheckpoint(path, nested(100_000))).toThrow(InvalidOptionError);
    expect(loadCheckpoint(path)).toEqual(nested(99));
  });
});

test('whatever is changed in a file whose digest is made anew: a typed error, or a checkpoint that is saved as the same bytes', () => {
  saveCheckpoint(path, {
    ...{ seed: 3, name: 'shop', on: true, none: null, minus: -0 },
    weights: Float32Array.of(1, 2, 3),
    counts: [Int32Array.of(4), { mask: Uint8Array.of(1, 0) }, Float64Array.of(0.5)],
  });
  const whole = readFileSync(path);
  const edit = fc.record({
    at: fc.nat(whole.length - HEAD - 1),
    remove: fc.nat(3),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc
        .constantFrom('[', ']', '"', ',', '-', '9', 'e9', '0.5', 'null', '{}')
        .map((text) => new TextEncoder().encode(text)),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let body = whole.subarray(HEAD);
      for (const { at, remove, insert } of edits) {
        body = Buffer.concat([body.subarray(0, at), insert, body.subarray(at + remove)]);
      }
      writeFileSync(path, Buffer.concat([whole.subarray(0, 12), createHash('sha256').update(body).digest(), body]));
      let found: Checkpoint;
      try {
        found = loadCheckpoint(path);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointFileError);
        return;
      }
      saveCheckpoint(path, found);
      expect(loadCheckpoint(path)).toEqual(found);
    }),
    { numRuns: 2000 },
  );
});
