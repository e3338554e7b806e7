import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileOf, partsOf, plainFile, WEIGHTS } from '../../test-support/weights-bytes.js';
import { decodeWeights, encodeWeights, WeightsFileError } from './index.js';

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

/** A file of our own of any header text, with the header's checksum made anew. */
async function sealedFile(header: string, data: Uint8Array): Promise<Uint8Array> {
  const blank = header.replace(/"headerSha256":"[\da-f]{64}"/, `"headerSha256":"${'0'.repeat(64)}"`);
  const checksum = await sha256(new TextEncoder().encode(blank));
  return fileOf(blank.replace(`"headerSha256":"${'0'.repeat(64)}"`, `"headerSha256":"${checksum}"`), data);
}

const nested = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

describe('values nested 500,000 deep are refused, wherever they stand', () => {
  test.each<[string, string, string]>([
    ['the shape', `{"a":{"dtype":"F32","shape":${nested(500_000)},"data_offsets":[0,4]}}`, 'tensor "a" with shape'],
    [
      'the offsets',
      `{"a":{"dtype":"F32","shape":[1],"data_offsets":${nested(500_000)}}}`,
      'tensor "a" with data_offsets',
    ],
    ['the dtype', `{"a":{"dtype":${nested(500_000)},"shape":[1],"data_offsets":[0,4]}}`, 'tensor "a" with dtype'],
    ['a tensor', `{"a":${nested(500_000)}}`, 'tensor "a" as a value of many levels'],
    ['the metadata', `{"__metadata__":${nested(500_000)}}`, 'an object as __metadata__'],
    ['an entry of the metadata', `{"__metadata__":{"b":${nested(500_000)}}}`, 'text as __metadata__.b'],
  ])('%s', async (_, header, message) => {
    const error = await decodeWeights(fileOf(header, new Uint8Array(4))).catch((reason) => reason);
    expect(error).toBeInstanceOf(WeightsFileError);
    expect(error.problem).toBe('format');
    expect(error.message).toContain(message);
  });
});

test('a negative zero is refused in a shape', async () => {
  const header = '{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}';
  const error = await decodeWeights(fileOf(header, new Uint8Array(0))).catch((reason) => reason);
  expect(error).toBeInstanceOf(WeightsFileError);
  expect(error.problem).toBe('format');
  expect(error.message).toContain('a shape of whole numbers without a sign');
});

test.each<[string, number[]]>([
  ['a product beyond all numbers', Array(40).fill(2 ** 40)],
  ['a product that is no number', [...Array(40).fill(2 ** 40), 0]],
  ['a million dimensions', Array(1_000_000).fill(2)],
])('a shape of %s is refused', async (_, shape) => {
  const bytes = await plainFile(({ header }) => Object.assign(header['actor.weight'], { shape }));
  const error = await decodeWeights(bytes).catch((reason) => reason);
  expect(error).toBeInstanceOf(WeightsFileError);
  expect(error.message.length).toBeLessThan(1000);
});

test('whatever is changed in a file whose checksums are made anew: a typed error, or tensors as the header says', async () => {
  const { data } = partsOf(await encodeWeights(WEIGHTS, { metadata: { seed: '7' } }));
  const whole = await encodeWeights(WEIGHTS, { metadata: { seed: '7' } });
  const header = new TextDecoder().decode(whole.subarray(8, whole.length - data.length));
  const edit = fc.record({
    at: fc.nat(header.length - 1),
    remove: fc.nat(3),
    insert: fc.constantFrom(
      '',
      '[',
      ']',
      '"',
      ',',
      '-',
      '9',
      'e9',
      '0.5',
      'null',
      '{}',
      '1e999',
      '\\u0000',
      '__proto__',
      'é',
    ),
  });
  const fates = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      let text = header;
      for (const { at, remove, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + remove);
      try {
        const { weights } = await decodeWeights(await sealedFile(text, data));
        for (const { shape, data: numbers } of Object.values(weights)) {
          expect(numbers.length).toBe(shape.reduce((product, length) => product * length, 1));
          expect(numbers.every(Number.isFinite)).toBe(true);
        }
        fates.taken++;
      } catch (error) {
        expect(error).toBeInstanceOf(WeightsFileError);
        fates.refused++;
      }
    }),
    { numRuns: 1500 },
  );
  expect(fates.refused).toBeGreaterThan(0);
});
