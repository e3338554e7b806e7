import { createRandom } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNetwork } from '../../engine/built-in-network.js';
import type { Weights } from '../../network.js';
import { bitsOf, partsOf, plainFile, WEIGHTS } from '../../test-support/weights-bytes.js';
import { catalogueFingerprint, decodeWeights, encodeWeights } from './index.js';

const aName = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '', '0', '10', '9', '"', '\\', '\u0000', 'é', '\u{1F3AC}'),
);
const aTensor = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape) => {
    const length = shape.reduce((product, each) => product * each, 1);
    const value = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(-0, 1e-45, -1.1754942106924411e-38, 3.4028234663852886e38, -3.4028234663852886e38),
    );
    return fc.tuple(fc.constant(shape), fc.array(value, { minLength: length, maxLength: length }));
  })
  .map(([shape, values]) => ({ shape, data: Float32Array.from(values) }));
const someWeights: fc.Arbitrary<Weights> = fc
  .array(fc.tuple(aName, aTensor), { maxLength: 6 })
  .map((entries) => Object.fromEntries(entries));
const someMetadata = fc
  .array(fc.tuple(aName, fc.string({ unit: 'binary' })), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries) as Record<string, string>);

describe('weights', () => {
  test('come back bit for bit, with their metadata, from any place in memory', async () => {
    const property = fc.asyncProperty(
      someWeights,
      someMetadata,
      fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      fc.integer({ min: 0, max: 9 }),
      async (weights, metadata, catalogue, shift) => {
        const bytes = await encodeWeights(weights, catalogue === undefined ? { metadata } : { metadata, catalogue });
        const moved = new Uint8Array(shift + bytes.length + 1).subarray(shift, shift + bytes.length);
        moved.set(bytes);
        const decoded = await decodeWeights(moved, catalogue === undefined ? {} : { catalogue });
        expect(bitsOf(decoded.weights)).toEqual(bitsOf(weights));
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(metadata).sort());
        expect(decoded.catalogue).toBe(catalogue);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  test('of a network make another the same', async () => {
    const [network, other] = [1, 2].map((seed) => createNetwork({ items: 12, random: createRandom(seed) }));
    const { weights } = await decodeWeights(await encodeWeights(network.weights()));
    other.setWeights(weights);
    expect(bitsOf(other.weights())).toEqual(bitsOf(network.weights()));
  });

  test('are copies, of memory that threads share as well', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([1, 2]);
    const bytes = await encodeWeights({ a: { shape: [2], data: shared } });
    const inShared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    inShared.set(bytes);
    const { weights } = await decodeWeights(inShared);
    shared.fill(0);
    inShared.fill(0);
    expect([...weights['a'].data]).toEqual([1, 2]);
  });
});

describe('the bytes', () => {
  test('are the same for the same weights, in whatever order they stand', async () => {
    const bytes = await encodeWeights(WEIGHTS, { metadata: { a: '1', b: '2' } });
    const turned = Object.fromEntries(Object.entries(WEIGHTS).reverse());
    expect(await encodeWeights(turned, { metadata: { b: '2', a: '1' } })).toEqual(bytes);
  });

  test('are those of the documented format', async () => {
    const bytes = await encodeWeights(WEIGHTS, { catalogue: 'c', metadata: { seed: '7' } });
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    // Made from the format table by hand, with Python's hashlib.
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(
      `${[
        '{"__metadata__":{"catalogue":"c","format":"ialp.weights",',
        '"headerSha256":"2a370a73373e6c1b6f34ffd79d77449d9a0e625badc2760adbcf21e1e7f28d17",',
        '"seed":"7",',
        '"sha256":"c01c12ea9a48a28adf54de5e12940c669cd4279314d2d11f8876923a5878860e","version":"1"},',
        '"10":{"dtype":"F32","shape":[],"data_offsets":[0,4]},',
        '"actor.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[4,28]},',
        '"empty":{"dtype":"F32","shape":[0,4],"data_offsets":[28,28]}}',
      ].join('')}  `,
    );
    const floats = Array.from({ length: 7 }, (_, k) => view.getFloat32(8 + length + 4 * k, true));
    expect(floats).toEqual([-7, 1, -2, 0.5, 3.25, -0, 1.401298464324817e-45]);
    expect(bytes.length).toBe(8 + length + 4 * 7);
  });
});

describe('encodeWeights', () => {
  const { data } = WEIGHTS['actor.weight'];
  const encode = (weights: unknown, options = {}) => encodeWeights(weights as Weights, options);

  test.each([
    [
      'NaN',
      { a: { shape: [2], data: Float32Array.of(0, Number.NaN) } },
      'weights.a[1]: expected a finite number; found NaN',
    ],
    [
      'an infinite weight',
      { a: { shape: [1], data: Float32Array.of(1 / 0) } },
      'weights.a[0]: expected a finite number',
    ],
    ['a shape of another size', { a: { shape: [5], data } }, 'weights.a.data: expected 5 numbers: [5]; found 6'],
    ['a negative length', { a: { shape: [-2, -3], data } }, 'weights.a.shape: expected whole numbers of at least 0'],
    ['half a row', { a: { shape: [1.5, 4], data } }, 'weights.a.shape'],
    ['plain arrays', { a: { shape: [6], data: [...data] } }, 'weights.a.data: expected a Float32Array'],
    ['doubles', { a: { shape: [6], data: Float64Array.from(data) } }, 'weights.a.data: expected a Float32Array'],
    ["the metadata's name", { __metadata__: { shape: [6], data } }, '__metadata__'],
    ['half a character', { '\ud83c': { shape: [6], data } }, 'expected well-formed text'],
  ])('refuses %s', async (_, weights, message) => {
    await expect(encode(weights)).rejects.toMatchObject({
      name: 'InvalidOptionError',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    [
      { metadata: { sha256: 'mine' } },
      'names other than format, version, sha256, headerSha256, catalogue, items; found "sha256"',
    ],
    [{ metadata: { seed: 7 } }, 'metadata.seed: expected well-formed text; found 7'],
    [{ metadata: { a: '\ud83c' } }, 'metadata.a: expected well-formed text'],
    [{ catalogue: 5 }, 'catalogue: expected well-formed text; found 5'],
  ])('refuses the options %o', async (options, message) => {
    await expect(encode(WEIGHTS, options)).rejects.toMatchObject({
      name: 'InvalidOptionError',
      message: expect.stringContaining(message),
    });
  });
});

describe('a safetensors file of another library', () => {
  test('is read without checksums, in whatever order its header is', async () => {
    const bytes = await plainFile(({ header }) => {
      const { empty } = header;
      delete header['empty'];
      Object.assign(header, { __metadata__: { format: 'pt', sha256: 'its own' }, empty });
    });
    const decoded = await decodeWeights(bytes);
    expect(bitsOf(decoded.weights)).toEqual(bitsOf(WEIGHTS));
    expect(decoded.metadata).toEqual({ format: 'pt', sha256: 'its own' });
    expect(partsOf(bytes).header['__metadata__'].headerSha256).toBeUndefined();
  });

  test('may name its catalogue, too', async () => {
    const catalogue = await catalogueFingerprint(['a', 'b']);
    const bytes = await plainFile(({ header }) => {
      header['__metadata__'] = { catalogue };
    });
    expect((await decodeWeights(bytes, { catalogue })).catalogue).toBe(catalogue);
  });
});
