import { InvalidOptionError } from '@ialp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EmbeddingModel } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';
import { UserProfile } from '../../reward-model/user-profile.js';
import { CATALOGUE, makeSpace, WORD_MODEL } from '../../test-support/catalogue.js';
import { embedCatalogue, type ItemEmbeddings } from './item-embeddings.js';

const rowOf = (space: ItemEmbeddings, item: number): Float32Array =>
  space.vectors.subarray(item * space.dimension, (item + 1) * space.dimension);
const cosineIn = (space: ItemEmbeddings, a: number, b: number): number =>
  rowOf(space, a).reduce((sum, value, k) => sum + value * rowOf(space, b)[k], 0);

describe('embedCatalogue', () => {
  test('takes off the mean and brings vectors to length 1', async () => {
    const space = await makeSpace();
    for (let item = 0; item < space.items; item++) expect(Math.hypot(...rowOf(space, item))).toBeCloseTo(1, 6);
    expect(cosineIn(space, 0, 2)).toBeGreaterThan(0.9);
    expect(cosineIn(space, 0, 1)).toBeLessThan(-0.9);
  });

  test('gives popularity as standard scores of the logarithm', async () => {
    const { popularity } = await makeSpace();
    expect(popularity.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
    expect(popularity.reduce((sum, value) => sum + value * value, 0) / popularity.length).toBeCloseTo(1, 5);
    for (let item = 1; item < popularity.length; item++) expect(popularity[item]).toBeLessThan(popularity[item - 1]);
  });

  test('handles one item, items with identical texts, no prior, and a uniform prior', async () => {
    const [first] = CATALOGUE.items;
    const identical = { items: [first, first, first] };
    for (const catalogue of [{ items: [first] }, identical, { ...identical, prior: Float32Array.of(5, 5, 5) }]) {
      const { vectors, popularity } = await embedCatalogue(catalogue, WORD_MODEL);
      expect([...vectors].every((value) => value === 0)).toBe(true);
      expect([...popularity].every((value) => value === 0)).toBe(true);
    }
  });

  test('refuses vectors of zeros, and names the item', async () => {
    const zero = (from: number, to: number): EmbeddingModel => ({
      ...WORD_MODEL,
      embed: async (texts) => (await WORD_MODEL.embed(texts)).fill(0, 3 * from, 3 * to),
    });
    await expect(embedCatalogue(CATALOGUE, zero(0, 12))).rejects.toThrow(LanguageModelError);
    await expect(embedCatalogue(CATALOGUE, zero(4, 5))).rejects.toThrow(
      /found only zeros for item 4 \(id "item-4", text "space 4"\)/,
    );
  });

  test.each([1, 1e30, 1e-30])('refuses %d everywhere: it tells no two texts apart', async (value) => {
    const constant: EmbeddingModel = { ...WORD_MODEL, embed: async () => new Float32Array(36).fill(value) };
    await expect(embedCatalogue(CATALOGUE, constant)).rejects.toThrow(LanguageModelError);
    await expect(embedCatalogue(CATALOGUE, constant)).rejects.toThrow(/found the same vector for all 12 items/);
  });

  test.each([1e30, 3e38, 1e-30])('vectors of size %d give the directions of those of size 1', async (size) => {
    const sized: EmbeddingModel = {
      ...WORD_MODEL,
      embed: async (texts) => (await WORD_MODEL.embed(texts)).map((value) => value * size),
    };
    const [{ vectors }, expected] = [await embedCatalogue(CATALOGUE, sized), await makeSpace()];
    for (const [k, value] of vectors.entries()) expect(value).toBeCloseTo(expected.vectors[k], 4);
  });

  test.each([
    [{ items: [] }, /catalogue.items: expected at least one/],
    [{ ...CATALOGUE, prior: Float32Array.of(1) }, /catalogue.prior: expected 12/],
    [
      { ...CATALOGUE, prior: new Float32Array(12).fill(-1) },
      /catalogue.prior\[0\]: expected a number of at least 0; found -1/,
    ],
    [{ ...CATALOGUE, prior: new Float32Array(12).fill(Number.NaN) }, /catalogue.prior\[0\]/],
  ])('refuses a catalogue of which nothing can be made', async (catalogue, message) => {
    await expect(embedCatalogue(catalogue, WORD_MODEL)).rejects.toThrow(message);
    await expect(embedCatalogue(catalogue, WORD_MODEL)).rejects.toThrow(InvalidOptionError);
  });
});

describe('new items in the space of a catalogue', () => {
  const split = (from: number, to: number, prior = CATALOGUE.prior) => ({
    items: CATALOGUE.items.slice(from, to),
    ...(prior && { prior: prior.slice(from, to) }),
  });

  test('the items of the catalogue get the vectors and the popularity that they have, to the last bit', async () => {
    const space = await embedCatalogue(CATALOGUE, WORD_MODEL);
    for (let item = 0; item < space.items; item++) {
      const again = await embedCatalogue(split(item, item + 1), WORD_MODEL, { transform: space.transform });
      expect([...again.vectors]).toEqual([...rowOf(space, item)]);
      expect([...again.popularity]).toEqual([space.popularity[item]]);
    }
  });

  test.each([1, 1e30, 1e-30])(
    'new texts are centred by the mean of the catalogue, from vectors of size %d',
    async (size) => {
      const sized: EmbeddingModel = {
        ...WORD_MODEL,
        embed: async (texts) => (await WORD_MODEL.embed(texts)).map((value) => value * size),
      };
      const half = split(0, 6);
      const { transform, vectors } = await embedCatalogue(half, sized);
      const before = vectors.slice();
      const others = await embedCatalogue(split(6, 12), sized, { transform });
      expect(vectors).toEqual(before);
      expect(others.transform).toBe(transform);
      // By hand, in double precision.
      const own = (await WORD_MODEL.embed(CATALOGUE.items.map(({ text }) => text))).map((value) => value * size);
      const mean = [0, 1, 2].map((k) => half.items.reduce((sum, _, row) => sum + own[3 * row + k] / 6, 0));
      for (let item = 6; item < 12; item++) {
        const centred = mean.map((value, k) => own[3 * item + k] - value);
        for (const [k, value] of rowOf(others, item - 6).entries()) {
          expect(value).toBeCloseTo(centred[k] / Math.hypot(...centred), 4);
        }
      }
    },
  );

  test('popularity is on the scale of the catalogue, and 0 where one of the two has no prior', async () => {
    const { transform } = await embedCatalogue(split(0, 6), WORD_MODEL);
    const prior = CATALOGUE.prior as Float32Array;
    const logs = [...prior.subarray(0, 6)].map(Math.log1p);
    const mean = logs.reduce((sum, value) => sum + value, 0) / 6;
    const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 6);
    const { popularity } = await embedCatalogue(split(6, 12), WORD_MODEL, { transform });
    for (let item = 0; item < 6; item++) {
      expect(popularity[item]).toBeCloseTo((Math.log1p(prior[6 + item]) - mean) / deviation, 5);
    }
    const { items } = split(6, 12);
    expect((await embedCatalogue({ items }, WORD_MODEL, { transform })).popularity).toEqual(new Float32Array(6));
    const without = await embedCatalogue({ items: split(0, 6).items }, WORD_MODEL);
    const found = await embedCatalogue(split(6, 12), WORD_MODEL, { transform: without.transform });
    expect(found.popularity).toEqual(new Float32Array(6));
  });

  test('a text with the mean embedding gets a vector of zeros, whatever its neighbours in the batch', async () => {
    const { transform } = await embedCatalogue(CATALOGUE, WORD_MODEL);
    const mean: EmbeddingModel = { ...WORD_MODEL, embed: async () => Float32Array.from(transform.mean) };
    const { vectors } = await embedCatalogue(split(0, 1), mean, { transform });
    expect([...vectors]).toEqual([0, 0, 0]);
  });

  test('a transform of another model is refused', async () => {
    const { transform } = await embedCatalogue(CATALOGUE, WORD_MODEL);
    const embed = (change: Partial<typeof transform>) =>
      embedCatalogue(CATALOGUE, WORD_MODEL, { transform: { ...transform, ...change } });
    await expect(embed({ model: 'other' })).rejects.toThrow(InvalidOptionError);
    await expect(embed({ model: 'other' })).rejects.toThrow(
      /^transform.model: expected "first words", the embedding model/,
    );
    await expect(embed({ mean: new Float64Array(2) })).rejects.toThrow(
      'transform.mean: expected 3 numbers; found 2 numbers',
    );
  });
});

describe('an embedding model that gives what are no vectors', () => {
  const items = CATALOGUE.items.length;
  const withChange = (change: Partial<EmbeddingModel>): EmbeddingModel => ({ ...WORD_MODEL, ...change });
  test.each<[string, EmbeddingModel, RegExp]>([
    [
      'NaN',
      withChange({ embed: async () => new Float32Array(3 * items).fill(Number.NaN) }),
      /found NaN in the vector of text 0/,
    ],
    [
      'Infinity',
      withChange({ embed: async () => new Float32Array(3 * items).fill(Number.POSITIVE_INFINITY, 7) }),
      /found Infinity in the vector of text 2/,
    ],
    [
      'too few numbers',
      withChange({ embed: async () => new Float32Array(3 * items - 1) }),
      /expected 12 vectors of 3 numbers.*found 35 numbers/,
    ],
    ['too many numbers', withChange({ embed: async () => new Float32Array(3 * items + 3) }), /found 39 numbers/],
    ['no numbers', withChange({ embed: async () => new Float32Array(0) }), /found 0 numbers/],
    ['no dimension', withChange({ dimension: undefined as unknown as number }), /found dimension undefined/],
    ['a dimension of 0', withChange({ dimension: 0, embed: async () => new Float32Array(0) }), /found dimension 0/],
    ['a dimension that is no integer', withChange({ dimension: 1.5 }), /found dimension 1.5/],
    ['rows', withChange({ embed: async () => [[1, 2, 3]] as unknown as Float32Array }), /found Array/],
    ['nothing', withChange({ embed: async () => undefined as unknown as Float32Array }), /found undefined/],
  ])('is refused: %s', async (_, model, message) => {
    await expect(embedCatalogue(CATALOGUE, model)).rejects.toThrow(message);
    await expect(embedCatalogue(CATALOGUE, model)).rejects.toThrow(LanguageModelError);
  });

  test('keeps its own vectors as they were', async () => {
    const own = await WORD_MODEL.embed(CATALOGUE.items.map(({ text }) => text));
    const before = own.slice();
    await embedCatalogue(CATALOGUE, withChange({ embed: async () => own }));
    expect(own).toEqual(before);
  });
});

describe('UserProfile', () => {
  test('worked out by hand: two liked space items and one passed love item', async () => {
    const space = await makeSpace();
    const profile = new UserProfile(space, { items: [0, 2, 1], feedback: [1, 1, 0] });
    const features = new Float64Array(4);
    profile.features(4, features);
    const cosine = (a: number, b: number): number => cosineIn(space, a, b);
    expect(features[0]).toBe(1);
    expect(features[1]).toBe(space.popularity[4]);
    // Two liked and one more of cosine 0; one passed and one more of cosine 0.
    expect(features[2]).toBeCloseTo((cosine(4, 0) + cosine(4, 2)) / 3, 5);
    expect(features[3]).toBeCloseTo(cosine(4, 1) / 2, 5);
  });

  test('following a user gives the same as beginning with their whole history', async () => {
    const space = await makeSpace();
    const met = fc.record({ item: fc.nat(11), feedback: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(met, { maxLength: 8 }), fc.nat(8), fc.nat(11), (history, split, item) => {
        const stateOf = (part: typeof history) => ({
          items: part.map((step) => step.item),
          feedback: part.map((step) => step.feedback),
        });
        const whole = new UserProfile(space, stateOf(history));
        const followed = new UserProfile(space, stateOf(history.slice(0, split)));
        for (const step of history.slice(split)) followed.add(step.item, step.feedback);
        const [a, b] = [new Float64Array(4), new Float64Array(4)];
        whole.features(item, a);
        followed.features(item, b);
        expect(b).toEqual(a);
      }),
    );
  });

  test('of a new user is the popularity of items alone', async () => {
    const features = new Float64Array(4);
    new UserProfile(await makeSpace(), { items: [], feedback: [] }).features(3, features);
    expect([...features.slice(2)]).toEqual([0, 0]);
  });
});
