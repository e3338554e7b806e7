import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { catalogueFingerprint, encodeWeights, MissingCryptoError } from './index.js';

afterEach(() => vi.unstubAllGlobals());

// By Python: sha256(b''.join(struct.pack('<I', len(b)) + b for b in (s.encode() for s in ids))).hexdigest().
test.each([
  [[], 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [['a'], 'f9f2eff042fb3ba78744d4688e6cd19f9055d8d08fb3d72170e8aa9e6c5b7592'],
  [['ab', 'c'], '60014a36d7b05b0730e42a8b96faa1ffb4bd28469aea4000191179f01561ddb7'],
  [['a', 'bc'], '47ea6f805c5b663e33012cd34184e1398ad81a0dcea50071346f05d26692e843'],
  [['é', '\u{1F3AC}', ''], '95d8399ec05691abc34b4b54ae19eebc809a57ac87fed913c9f798b2953f5ed0'],
])('the fingerprint of %o', async (ids, expected) => {
  expect(await catalogueFingerprint(ids)).toBe(expected);
});

test('two catalogues have two fingerprints: where items, their order or the bounds between them differ', async () => {
  // Few letters, so that different lists often read the same one behind the other.
  const ids = fc.array(fc.string({ unit: fc.constantFrom('a', '\u0000', '\u0001'), maxLength: 3 }), { maxLength: 4 });
  const property = fc.asyncProperty(ids, ids, async (one, other) => {
    const same = one.length === other.length && one.every((id, k) => id === other[k]);
    expect((await catalogueFingerprint(one)) === (await catalogueFingerprint(other))).toBe(same);
  });
  await fc.assert(property, { numRuns: 500 });
});

test('ids are text', async () => {
  const ids = ['a', 5] as unknown as string[];
  await expect(catalogueFingerprint(ids)).rejects.toThrow('ids[1]: expected well-formed text; found 5');
  await expect(catalogueFingerprint(['\ud83c'])).rejects.toThrow('ids[0]: expected well-formed text');
});

test('a page without the Web Crypto API is told what to do', async () => {
  vi.stubGlobal('crypto', {});
  await expect(catalogueFingerprint(['a'])).rejects.toThrow(MissingCryptoError);
  await expect(encodeWeights({})).rejects.toThrow('Serve the page from https or from localhost');
});
