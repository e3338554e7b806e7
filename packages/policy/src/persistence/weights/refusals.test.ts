import { IalpError } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { bitsOf, fileOf, type Parts, partsOf, plainFile, WEIGHTS } from '../../test-support/weights-bytes.js';
import { decodeWeights, encodeWeights, WeightsFileError } from './index.js';

const encode = (text: string) => new TextEncoder().encode(text);
const withLength = (length: bigint, rest: string) => {
  const bytes = fileOf(rest, new Uint8Array(0));
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
};

async function refusal(bytes: Uint8Array, options = {}): Promise<WeightsFileError> {
  const error = await decodeWeights(bytes, { file: 'some.safetensors', ...options }).then(
    () => expect.unreachable('it was taken'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(WeightsFileError);
  expect(IalpError.isInstance(error)).toBe(true);
  expect(error.message).toMatch(/^some\.safetensors: expected .+; found .+\. .+\.$/s);
  return error;
}

describe('what is no safetensors file is refused', () => {
  test.each([
    ['nothing', new Uint8Array(0), 'cut', 'found 0 bytes'],
    ['a word', encode('weights'), 'cut', 'found 7 bytes'],
    ['text', encode('These are no weights, but some words.'), 'format', 'a safetensors file'],
    ['JSON', encode('{"actor":[1,2,3]}'), 'format', 'a safetensors file'],
    [
      'an endless header',
      withLength(2n ** 64n - 1n, '{}'),
      'format',
      'found 18446744073709551615 in its first 8 bytes',
    ],
    ['a header too long', withLength(100_000_001n, '{}'), 'format', '2 to 100000000 bytes'],
    ['a header of one byte', fileOf('{', new Uint8Array(8)), 'format', 'found 1 in its first 8 bytes'],
    ['a header of nothing', new Uint8Array(16), 'format', 'found 0 in its first 8 bytes'],
    ['a list', fileOf('[1, 2]  ', new Uint8Array(0)), 'format', 'found byte 91 there'],
    ['a mark before it', fileOf('\ufeff{} ', new Uint8Array(0)), 'format', 'found byte 239 there'],
  ])('%s', async (_, bytes, problem, message) => {
    const error = await refusal(bytes);
    expect(error.message).toContain(message);
    expect(error.problem).toBe(problem);
  });

  test.each([
    ['JSON with a fault', '{"a": 1,}'],
    ['JSON and more', '{} {}'],
    ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)],
  ])('a header of %s, with the cause', async (_, header) => {
    const error = await refusal(fileOf(header, new Uint8Array(0)));
    expect(error.problem).toBe('format');
    expect(error.message).toContain('a header of JSON in UTF-8');
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('a name that stands twice in a header is refused: the last would silently count', () => {
  const entry = (shape: string) => `{"dtype":"F32","shape":${shape},"data_offsets":[0,16]}`;
  test.each<[string, string, string]>([
    ['a tensor', `{"a":${entry('[4]')},"a":${entry('[2,2]')}}`, 'found "a" twice'],
    ['a tensor, written in two ways', `{"a":${entry('[4]')} , "\\u0061" : ${entry('[2,2]')}}`, 'found "a" twice'],
    ['a field', `{"a":{"dtype":"F32","shape":[4],"shape":[2,2],"data_offsets":[0,16]}}`, 'found "shape" twice'],
    ['the metadata', `{"__metadata__":{},"__metadata__":{"a":"b"},"a":${entry('[4]')}}`, 'found "__metadata__" twice'],
  ])('%s', async (_, header, message) => {
    const error = await refusal(fileOf(header, new Uint8Array(16)));
    expect(error.problem).toBe('format');
    expect(error.message).toContain(message);
  });

  test('the same text as a name once and as a value, or in two objects, is no such name', async () => {
    const metadata = '"__metadata__":{"a":"a","dtype":"{\\"a\\":1"}';
    const { weights } = await decodeWeights(fileOf(`{${metadata},"a":${entry('[4]')}}`, new Uint8Array(16)));
    expect(Object.keys(weights)).toEqual(['a']);
  });

  test('a text of 20 MB in the metadata is read', async () => {
    const header = `{"__metadata__":{"a":"${'x'.repeat(2e7)}"},"a":${entry('[4]')}}`;
    const { metadata } = await decodeWeights(fileOf(header, new Uint8Array(16)));
    expect(metadata['a']).toHaveLength(2e7);
  });

  test('a dtype of a megabyte with orders for the terminal is shown short and escaped', async () => {
    const header = JSON.stringify({ a: { dtype: `\u009b2J${'x'.repeat(1e6)}`, shape: [4], data_offsets: [0, 16] } });
    const error = await refusal(fileOf(header, new Uint8Array(16)));
    expect(error.message).toContain('\\u009b2J');
    expect(error.message.length).toBeLessThan(400);
  });
});

describe('a header that breaks the rules is refused', () => {
  const tensor = (change: object) => (parts: Parts) => Object.assign(parts.header['actor.weight'], change);

  test.each<[string, (parts: Parts) => void, string, string]>([
    ['metadata that is a list', ({ header }) => Object.assign(header, { __metadata__: [] }), 'format', 'found []'],
    ['metadata that is null', ({ header }) => Object.assign(header, { __metadata__: null }), 'format', 'found null'],
    [
      'metadata of numbers',
      ({ header }) => Object.assign(header, { __metadata__: { a: 1 } }),
      'format',
      'text as __metadata__.a; found 1',
    ],
    ['a tensor that is a number', ({ header }) => Object.assign(header, { b: 1 }), 'format', 'tensor "b" as 1'],
    ['a tensor that is null', ({ header }) => Object.assign(header, { b: null }), 'format', 'tensor "b" as null'],
    ['no dtype', tensor({ dtype: undefined }), 'format', 'tensor "actor.weight" with dtype undefined'],
    [
      'halves',
      tensor({ dtype: 'BF16' }),
      'unsupported',
      'tensors of dtype F32; found tensor "actor.weight" of dtype "BF16"',
    ],
    ['doubles', tensor({ dtype: 'F64' }), 'unsupported', 'of dtype "F64"'],
    ['integers', tensor({ dtype: 'I32' }), 'unsupported', 'of dtype "I32"'],
    ['no shape', tensor({ shape: undefined }), 'format', 'with shape undefined'],
    ['a negative shape', tensor({ shape: [-2, -3] }), 'format', 'with shape [-2,-3]'],
    ['a shape in text', tensor({ shape: ['6'] }), 'format', 'with shape ["6"]'],
    ['a shape too large to count', tensor({ shape: [2 ** 53] }), 'format', 'with shape [9007199254740992]'],
    [
      'a shape whose size is too large to count',
      tensor({ shape: [2 ** 52, 2 ** 52] }),
      'format',
      'bytes for its shape',
    ],
    [
      'another shape',
      tensor({ shape: [2, 4] }),
      'format',
      '32 bytes for its shape [2, 4]; found tensor "actor.weight" with bytes 4 to 28',
    ],
    ['no offsets', tensor({ data_offsets: undefined }), 'format', 'two whole numbers as data_offsets'],
    ['one offset', tensor({ data_offsets: [4] }), 'format', 'two whole numbers as data_offsets'],
    ['a negative offset', tensor({ data_offsets: [-24, 0] }), 'format', 'two whole numbers as data_offsets'],
    ['offsets that turn round', tensor({ data_offsets: [28, 4] }), 'format', 'with bytes 28 to 4'],
    ['an overlap', tensor({ data_offsets: [0, 24] }), 'format', 'found an overlap'],
    ['a gap', tensor({ data_offsets: [8, 32] }), 'format', 'found a gap: tensor "actor.weight" begins at byte 8'],
    ['offsets beyond the end', tensor({ data_offsets: [400, 424] }), 'format', 'found a gap'],
    [
      'a tensor too many',
      ({ header }) => Object.assign(header, { z: { dtype: 'F32', shape: [1], data_offsets: [28, 32] } }),
      'cut',
      '32 bytes of tensors, as its header says; found 28',
    ],
    ['a tensor too few', ({ header }) => delete header['actor.weight'], 'format', 'found a gap'],
    [
      'no tensor at the end',
      ({ header }) => {
        delete header['actor.weight'];
        delete header['empty'];
      },
      'format',
      '4 bytes of tensors, as its header says; found 28',
    ],
  ])('%s', async (_, change, problem, message) => {
    const error = await refusal(await plainFile(change));
    expect(error.message).toContain(message);
    expect(error.problem).toBe(problem);
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  '%d is refused by name and place',
  async (value) => {
    const bytes = await plainFile(({ data }) => new DataView(data.buffer).setFloat32(12, value, true));
    const error = await refusal(bytes);
    expect(error.message).toContain(`finite weights; found ${value} at actor.weight[2]`);
    expect(error.problem).toBe('not-finite');
  },
);

describe('of another catalogue', () => {
  test('weights are refused', async () => {
    const error = await refusal(await encodeWeights(WEIGHTS, { catalogue: 'theirs' }), { catalogue: 'ours' });
    expect(error.message).toContain('for the catalogue ours; found weights of another catalogue: theirs');
    expect(error.problem).toBe('catalogue');
  });

  test('may be weights that do not say: they are refused where one is asked for, and only there', async () => {
    for (const bytes of [await encodeWeights(WEIGHTS), await plainFile()]) {
      const error = await refusal(bytes, { catalogue: 'ours' });
      expect(error.message).toContain("leave out the option 'catalogue'");
      expect(error.problem).toBe('catalogue');
      expect(bitsOf((await decodeWeights(bytes)).weights)).toEqual(bitsOf(WEIGHTS));
    }
  });

  test.each([null, undefined, 'text', [1, 2], new ArrayBuffer(8)])('%o is no bytes', async (bytes) => {
    const reading = decodeWeights(bytes as never);
    await expect(reading).rejects.toMatchObject({ name: 'InvalidOptionError', option: 'bytes' });
  });

  test('nothing is a fingerprint but text', async () => {
    const bytes = await encodeWeights(WEIGHTS);
    // As from JavaScript, where ids may be given instead.
    const options = { catalogue: ['a', 'b'] as unknown as string };
    await expect(decodeWeights(bytes, options)).rejects.toThrow('catalogue: expected a fingerprint');
  });
});

describe('damage', () => {
  test.each(['2', '0', undefined])('version %s is refused before its checksums', async (version) => {
    const { header, data } = partsOf(await encodeWeights(WEIGHTS));
    Object.assign(header['__metadata__'], { version });
    const error = await refusal(fileOf(JSON.stringify(header), data));
    expect(error.problem).toBe('unsupported');
    expect(error.message).toContain('expected version "1"; found');
  });

  test.each(['sha256', 'headerSha256'])('a file of ours without its %s is refused', async (key) => {
    const { header, data } = partsOf(await encodeWeights(WEIGHTS));
    delete header['__metadata__'][key];
    expect((await refusal(fileOf(JSON.stringify(header), data))).problem).toBe('damaged');
  });

  test('of one number is found by the checksum', async () => {
    const bytes = await encodeWeights(WEIGHTS);
    bytes[bytes.length - 10] ^= 1;
    const error = await refusal(bytes);
    expect(error.problem).toBe('damaged');
    expect(error.message).toMatch(/expected SHA-256 [0-9a-f]{64} of its tensors; found [0-9a-f]{64}\./);
  });

  test('a file cut short at whatever place is refused, with or without checksums', async () => {
    for (const bytes of [await encodeWeights(WEIGHTS, { catalogue: 'c' }), await plainFile()]) {
      for (let length = 0; length < bytes.length; length++) {
        expect((await refusal(bytes.subarray(0, length))).problem, `of ${length} bytes`).toBe('cut');
      }
    }
  });

  test('one bit that is wrong, wherever it is, is found: in numbers, names, shapes, metadata and padding', async () => {
    const bytes = await encodeWeights(WEIGHTS, { catalogue: 'c', metadata: { trained: 'yes' } });
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = bytes.slice();
        damaged[at] ^= 1 << bit;
        await refusal(damaged);
      }
    }
  });

  test('white space that another one replaced is found, too', async () => {
    const bytes = await encodeWeights({}, { metadata: { a: '' } });
    expect(bytes.at(-1)).toBe(' '.charCodeAt(0));
    for (const other of '\t\n\r') {
      const damaged = bytes.slice();
      damaged[damaged.length - 1] = other.charCodeAt(0);
      expect((await refusal(damaged)).problem).toBe('damaged');
    }
  });
});
