import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint, type CheckpointArray, InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { CheckpointFileError, decodeCheckpoint, encodeCheckpoint, loadCheckpoint, saveCheckpoint } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'ialp-encoded-'));
const path = join(folder, 'encoded.checkpoint');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const weights = Float32Array.of(1, -0, Number.NaN);
const checkpoint = { seed: 3, weights, moments: [Float64Array.of(0.5)], name: 'shop' };

/** The same bytes, `shift` bytes into a greater buffer. */
function shifted(bytes: Uint8Array, shift: number): Uint8Array {
  const greater = new Uint8Array(bytes.length + shift + 3);
  greater.set(bytes, shift);
  return greater.subarray(shift, shift + bytes.length);
}

function refusal(bytes: Uint8Array, options = {}): CheckpointFileError {
  try {
    decodeCheckpoint(bytes, options);
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointFileError);
    return error as CheckpointFileError;
  }
  return expect.unreachable('it was taken');
}

describe('the bytes of a checkpoint', () => {
  test('are those of its file', () => {
    saveCheckpoint(path, checkpoint);
    expect(encodeCheckpoint(checkpoint)).toEqual(new Uint8Array(readFileSync(path)));
    writeFileSync(path, encodeCheckpoint({ update: 2 }));
    expect(loadCheckpoint(path)).toEqual({ update: 2 });
  });

  test('come back as they were, from anywhere in a buffer, copied or not, verified or not', () => {
    const arrays = fc.oneof(
      fc.array(fc.float()).map((values) => Float32Array.from(values)),
      fc.array(fc.double()).map((values) => Float64Array.from(values)),
      fc.array(fc.integer()).map((values) => Int32Array.from(values)),
      fc.uint8Array().map((values) => Uint8Array.from(values)),
    );
    const setting = fc.record({ shift: fc.nat(8), copy: fc.boolean(), verify: fc.boolean() });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), arrays, { noNullPrototype: true }), setting, (held, setting) => {
        const { shift, ...options } = setting;
        expect(decodeCheckpoint(shifted(encodeCheckpoint(held), shift), options)).toEqual(held);
      }),
      { numRuns: 300 },
    );
  });

  test('come back from shared memory, as between threads', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    expect(decodeCheckpoint(shared)).toEqual(checkpoint);
    const { weights: view } = decodeCheckpoint<typeof checkpoint>(shared, { copy: false });
    expect(view.buffer).toBe(shared.buffer);
  });

  test('are shared by the arrays only with copy: false, from wherever the outline ends', () => {
    for (let letters = 0; letters < 9; letters++) {
      const bytes = encodeCheckpoint({ name: 'x'.repeat(letters), wide: Float64Array.of(1), weights });
      const arraysOf = (copy: boolean): CheckpointArray[] => {
        const { wide, weights: own } = decodeCheckpoint(bytes, { copy }) as Record<string, CheckpointArray>;
        return [wide as CheckpointArray, own as CheckpointArray];
      };
      for (const array of arraysOf(true)) expect(array.buffer).not.toBe(bytes.buffer);
      for (const array of arraysOf(false)) expect(array.buffer).toBe(bytes.buffer);
    }
    // An odd number of bytes before it: a view is impossible.
    const bytes = encodeCheckpoint({ mask: Uint8Array.of(1), weights });
    const { mask, weights: own } = decodeCheckpoint<{ mask: Uint8Array; weights: Float32Array }>(bytes, {
      copy: false,
    });
    expect(mask.buffer).toBe(bytes.buffer);
    expect(own.buffer).not.toBe(bytes.buffer);
    expect(own).toEqual(weights);
  });
});

describe('bytes that are not as they were encoded', () => {
  test('are refused by the name that the caller gave them', () => {
    const bytes = encodeCheckpoint(checkpoint);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    expect(refusal(bytes)).toMatchObject({ problem: 'damaged', file: 'checkpoint' });
    expect(refusal(bytes, { name: 'policy 7' }).message).toMatch(/^policy 7: expected the bytes that were written/);
    expect(refusal(new Uint8Array(0)).problem).toBe('format');
  });

  test('are refused without verification, too, wherever it shows: never another error', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      expect(['format', 'unsupported', 'damaged']).toContain(
        refusal(bytes.subarray(0, length), { verify: false }).problem,
      );
    }
    const edit = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const edited = bytes.slice();
        for (const { at, byte } of edits) edited[at] = byte;
        let found: Checkpoint;
        try {
          found = decodeCheckpoint(edited, { verify: false });
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointFileError);
          return;
        }
        expect(decodeCheckpoint(encodeCheckpoint(found))).toEqual(found);
      }),
      { numRuns: 1000 },
    );
  });
});

test('arguments of other kinds are refused', () => {
  const bytes = encodeCheckpoint({});
  expect(() => decodeCheckpoint('text' as unknown as Uint8Array)).toThrow(InvalidOptionError);
  expect(() => decodeCheckpoint(bytes, { verifi: true } as object)).toThrow('did you mean verify?');
  expect(() => decodeCheckpoint(bytes, { verify: 1 } as object)).toThrow(InvalidOptionError);
  expect(() => decodeCheckpoint(bytes, { copy: 'no' } as object)).toThrow(InvalidOptionError);
  expect(() => decodeCheckpoint(bytes, { name: 7 } as object)).toThrow(InvalidOptionError);
  expect(() => encodeCheckpoint({ odd: new Map() } as unknown as Checkpoint)).toThrow('checkpoint.odd');
});
