import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remapItems } from '../../catalogue/remap-items.js';
import type { ItemIds } from '../../checks/item-ids.js';
import { rowOf, smallNetwork } from '../../test-support/catalogues.js';
import { bitsOf, fileOf, partsOf, WEIGHTS } from '../../test-support/weights-bytes.js';
import { catalogueFingerprint, decodeWeights, encodeWeights, WeightsFileError } from './index.js';

const ids = fc
  .uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }), { maxLength: 5 })
  .chain((list) => fc.array(fc.nat(list.length), { maxLength: 3 }).map((gaps) => withGaps(list, gaps)));

function withGaps(list: readonly string[], gaps: readonly number[]): ItemIds {
  return gaps.reduce<ItemIds>((some, place) => some.toSpliced(place, 0, null), list);
}

describe('weights with the ids of their items', () => {
  test('come back with the ids, and the fingerprint of these', async () => {
    const property = fc.asyncProperty(ids, async (items) => {
      const decoded = await decodeWeights(await encodeWeights(WEIGHTS, { items, metadata: { seed: '7' } }));
      expect(decoded.items).toEqual(items);
      expect(decoded.catalogue).toBe(await catalogueFingerprint(items));
      expect(decoded.metadata).toEqual({ seed: '7' });
      expect(bitsOf(decoded.weights)).toEqual(bitsOf(WEIGHTS));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test('two catalogues have two fingerprints, also where an index has no item', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, async (one, other) => {
        const same = one.length === other.length && one.every((id, k) => id === other[k]);
        expect((await catalogueFingerprint(one)) === (await catalogueFingerprint(other))).toBe(same);
      }),
      { numRuns: 300 },
    );
    // By Python: sha256(b'\x01\x00\x00\x00a' + b'\xff\xff\xff\xff').hexdigest().
    const expected = '3ff45b98a42517fd1df91c8247fafa624d5f4846b42fd1600040a06a7280caf5';
    expect(await catalogueFingerprint(['a', null])).toBe(expected);
  });

  test('of another catalogue are refused, and say how to move them to it', async () => {
    const [ours, theirs] = [
      ['a', 'b'],
      ['b', 'a'],
    ];
    const bytes = await encodeWeights(WEIGHTS, { items: theirs });
    const catalogue = await catalogueFingerprint(ours);
    const error = await decodeWeights(bytes, { catalogue }).catch((reason) => reason);
    expect(error).toBeInstanceOf(WeightsFileError);
    expect(error.problem).toBe('catalogue');
    expect(error.remedy).toContain(
      "leave out the option 'catalogue', and move them to this catalogue by their ids, with remapItems",
    );
    const without = await encodeWeights(WEIGHTS, { catalogue: await catalogueFingerprint(theirs) });
    const refused = await decodeWeights(without, { catalogue }).catch((reason) => reason);
    expect(refused.problem).toBe('catalogue');
    expect(refused.remedy).toContain('load the weights saved with this catalogue');
  });

  test('move to a network of another catalogue', async () => {
    const before = smallNetwork(3);
    const bytes = await encodeWeights(before.weights(), { items: ['a', null, 'b'] });
    const { weights, items } = await decodeWeights(bytes);
    const network = smallNetwork(4, 2);
    network.setWeights(remapItems(weights, { network, from: items!, to: ['b', 'c', 'a', null] }));
    expect(rowOf(network.weights(), 'actor', 0)).toEqual(rowOf(before.weights(), 'actor', 2));
    expect(rowOf(network.weights(), 'actor', 2)).toEqual(rowOf(before.weights(), 'actor', 0));
  });

  test.each([
    [{ items: ['a', 'a'] }, 'items[1]: expected each id once; found "a" twice'],
    [{ items: ['a', ''] }, 'items[1]: expected an id: non-empty, well-formed text, or null; found ""'],
    [{ items: 'ab' }, 'items: expected a list of item ids'],
    [{ items: ['a'], catalogue: 'other' }, 'catalogue: expected the fingerprint of items, '],
    [{ metadata: { items: 'mine' } }, 'names other than'],
  ])('are refused with the options %j', async (options, message) => {
    await expect(encodeWeights(WEIGHTS, options as object)).rejects.toMatchObject({
      name: 'InvalidOptionError',
      message: expect.stringContaining(message),
    });
  });

  test('are refused if the ids are not those that were written', async () => {
    const sealed = async (items: string): Promise<Uint8Array> => {
      const { header, data } = partsOf(await encodeWeights(WEIGHTS, { items: ['a'] }));
      header['__metadata__'].items = items;
      const text = JSON.stringify(header);
      const blank = text.replace(/"headerSha256":"[\da-f]{64}"/, `"headerSha256":"${'0'.repeat(64)}"`);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(blank)));
      const checksum = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return fileOf(blank.replace(`"headerSha256":"${'0'.repeat(64)}"`, `"headerSha256":"${checksum}"`), data);
    };
    for (const items of [
      '',
      '5',
      '["a"',
      '["a","a"]',
      '[""]',
      '[5]',
      '{}',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    ]) {
      const error = await decodeWeights(await sealed(items)).catch((reason) => reason);
      expect(error).toBeInstanceOf(WeightsFileError);
      expect(error.problem).toBe('format');
      expect(error.message).toContain('distinct item ids in JSON');
      expect(error.message.length).toBeLessThan(1000);
    }
  });

  test('a file of another library may have metadata of that name', async () => {
    const { header, data } = partsOf(await encodeWeights(WEIGHTS));
    header['__metadata__'] = { items: 'its own' };
    const decoded = await decodeWeights(fileOf(JSON.stringify(header), data));
    expect(decoded.items).toBeUndefined();
    expect(decoded.metadata).toEqual({ items: 'its own' });
  });
});
