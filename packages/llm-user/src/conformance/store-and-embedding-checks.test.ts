import { describe, expect, test } from 'vitest';
import type { EmbeddingModel } from '../embedding-model.js';
import type { ReplyStore } from '../reply-store.js';
import { createMemoryStore } from '../store/memory-store.js';
import { WORD_MODEL } from '../test-support/catalogue.js';
import { type AsyncConformanceCheck, ConformanceError, embeddingModelChecks, replyStoreChecks } from './index.js';

/** The names of the checks that an implementation does not pass. */
async function broken(checks: readonly AsyncConformanceCheck[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of checks) {
    await run().catch((error) => {
      expect(error).toBeInstanceOf(ConformanceError);
      names.push(name);
    });
  }
  return names;
}

/** A rule of every suite. */
const EDITION = "specificationVersion is 'v1'";

describe('replyStoreChecks', () => {
  const faulty = (change: (store: ReplyStore) => Partial<ReplyStore>) => (): ReplyStore => {
    const store = createMemoryStore();
    return { specificationVersion: 'v1', get: store.get, put: store.put, ...change(store) };
  };
  const FAULTS: [rule: string, fault: string, make: () => ReplyStore][] = [
    [EDITION, 'another version', faulty(() => ({ specificationVersion: 'v2' as 'v1' }))],
    [
      'it has nothing that was not put in',
      'an answer that is made up',
      faulty((store) => ({
        get: async (fingerprint, request) =>
          (await store.get(fingerprint, request)) ?? { request, fingerprint, model: 'm', promptVersion: 'v', text: '' },
      })),
    ],
    [
      'it gives back what was put in',
      'a usage that is lost',
      faulty((store) => ({ put: ({ usage: _, ...record }) => store.put(record) })),
    ],
    [
      'it keeps any text',
      'texts that are cut at NUL',
      faulty((store) => ({ put: (record) => store.put({ ...record, text: record.text.split('\u0000')[0] }) })),
    ],
    [
      'the first reply to a request stays',
      'the last one does',
      () => {
        const kept = new Map<string, Parameters<ReplyStore['put']>[0]>();
        return {
          specificationVersion: 'v1',
          get: async (fingerprint, request) => kept.get(fingerprint + request),
          put: async (record) => {
            kept.set(record.fingerprint + record.request, record);
            return record;
          },
        };
      },
    ],
    [
      'it tells models and requests apart',
      'one reply for all models',
      faulty((store) => ({
        get: (_, request) => store.get('any', request),
        put: async (record) => ({
          ...(await store.put({ ...record, fingerprint: 'any' })),
          fingerprint: record.fingerprint,
        }),
      })),
    ],
    [
      'it takes many at once',
      'room for a hundred',
      () => {
        const store = createMemoryStore();
        let count = 0;
        return {
          specificationVersion: 'v1',
          get: store.get,
          put: async (record) => (++count > 100 ? record : store.put(record)),
        };
      },
    ],
  ];

  interface Claim {
    readonly owner: string;
    readonly expires: number;
  }
  type ClaimFault = (claims: Map<string, Claim>, store: Required<ReplyStore>) => Partial<ReplyStore>;
  /** A store with claims in memory, each of whose methods can be replaced by a faulty one. */
  const claiming =
    (change: ClaimFault = () => ({})) =>
    (): ReplyStore => {
      const [store, claims] = [createMemoryStore(), new Map<string, Claim>()];
      const key = (...parts: string[]): string => JSON.stringify(parts);
      const good: Required<ReplyStore> = {
        specificationVersion: 'v1',
        get: store.get,
        async put(record) {
          claims.delete(key(record.fingerprint, record.request));
          return store.put(record);
        },
        async claim(fingerprint, request, owner, durationMs) {
          const found = claims.get(key(fingerprint, request));
          if (found !== undefined && found.owner !== owner && found.expires > Date.now()) return false;
          claims.set(key(fingerprint, request), { owner, expires: Date.now() + durationMs });
          return true;
        },
        async release(fingerprint, request, owner) {
          if (claims.get(key(fingerprint, request))?.owner === owner) claims.delete(key(fingerprint, request));
        },
      };
      return { ...good, ...change(claims, good) };
    };
  const CLAIM_FAULTS: [rule: string, fault: string, change: ClaimFault][] = [
    [
      'it has claim and release, or neither where only one process can use it',
      'none',
      () => ({ release: undefined as never }),
    ],
    ['one owner at most has the claim to a request', 'one for all', () => ({ claim: async () => true })],
    [
      'one owner at most has the claim to a request',
      'a claim to the whole model',
      (_, store) => ({ claim: (fingerprint, _request, ...rest) => store.claim(fingerprint, 'any', ...rest) }),
    ],
    ['a claim ends with the reply', 'one that stays', () => ({ put: createMemoryStore().put })],
    [
      'a claim ends with the reply',
      'all of them',
      (claims, store) => ({
        put: (record) => {
          claims.clear();
          return store.put(record);
        },
      }),
    ],
    [
      'its owner releases a claim, and nobody else',
      'a release by anybody',
      (claims) => ({ release: async () => claims.clear() }),
    ],
    [
      'a claim ends with its time, as where its owner has died',
      'a claim that is given back to who was late',
      (claims, store) => {
        const owners = new Set<string>();
        return {
          async claim(fingerprint, request, owner, durationMs) {
            if (owners.has(owner)) claims.clear();
            owners.add(owner);
            return store.claim(fingerprint, request, owner, durationMs);
          },
        };
      },
    ],
    [
      'a claim that is renewed lasts from then',
      'one that lasts as first said',
      (claims, store) => ({
        async claim(fingerprint, request, owner, durationMs) {
          const isHeld = [...claims.values()].some((claim) => claim.owner === owner);
          return isHeld || store.claim(fingerprint, request, owner, durationMs);
        },
      }),
    ],
  ];

  test.each(FAULTS)('%s: catch %s', async (rule, _, make) => {
    expect(await broken(replyStoreChecks(make))).toContain(rule);
  });

  test.each(CLAIM_FAULTS)('%s: catch %s', async (rule, _, change) => {
    expect(await broken(replyStoreChecks(claiming(change), { openAgain: (store) => store }))).toContain(rule);
  });

  test('pass a store with claims, and miss them where processes share a store', async () => {
    expect(await broken(replyStoreChecks(claiming(), { openAgain: (store) => store }))).toEqual([]);
    const shared = replyStoreChecks(createMemoryStore, { openAgain: (store) => store });
    expect(await broken(shared)).toEqual(['it has claim and release, or neither where only one process can use it']);
  });

  test('have every rule broken above', () => {
    const rules = replyStoreChecks(createMemoryStore).map(({ name }) => name);
    expect(new Set([...FAULTS, ...CLAIM_FAULTS].map(([rule]) => rule))).toEqual(new Set(rules));
  });
});

describe('embeddingModelChecks', () => {
  let calls = 0;
  const { name, dimension } = WORD_MODEL;
  const embed: EmbeddingModel['embed'] = async (texts, { signal, onProgress } = {}) => {
    signal?.throwIfAborted();
    if (texts.length > 0) onProgress?.(texts.length, texts.length);
    return WORD_MODEL.embed(texts);
  };
  const good: EmbeddingModel = {
    specificationVersion: 'v1',
    name,
    dimension,
    embed,
  };
  const changed = (change: (vectors: Float32Array, texts: readonly string[]) => Float32Array): EmbeddingModel => ({
    ...good,
    embed: async (texts, options) => change(await embed(texts, options), texts),
  });
  const FAULTS: [rule: string, fault: string, model: EmbeddingModel][] = [
    [EDITION, 'another version', { ...good, specificationVersion: 'v2' as 'v1' }],
    ['it has a name and a dimension', 'no name', { ...good, name: '' }],
    ['it gives a vector of finite numbers for each text', 'a NaN', changed((vectors) => vectors.fill(Number.NaN))],
    [
      'the same texts give the same vectors',
      'noise',
      changed((vectors) => vectors.map((value) => value + ++calls * 1e-9 + calls)),
    ],
    [
      'a text has the same vector beside any others, in its place',
      'the order turned round',
      changed((vectors) => vectors.reverse()),
    ],
    [
      'vectors that it reports on the way are those of the result',
      'zeros',
      {
        ...good,
        embed: async (texts, options) => {
          options?.onVectors?.(0, new Float32Array(dimension));
          return (await embed(texts, options)).fill(1);
        },
      },
    ],
    [
      'no texts give no vectors',
      'a vector for nothing',
      changed((vectors, { length }) => (length === 0 ? new Float32Array(3) : vectors)),
    ],
    [
      'it tells how far it is, and ends when it is told to',
      'a deaf one',
      { ...good, embed: (texts) => WORD_MODEL.embed(texts) },
    ],
  ];

  // The word model makes 0 of what does not begin with its words; the last of its numbers tells texts apart.
  const numbered: EmbeddingModel = changed((vectors, texts) =>
    vectors.map((_, at) => texts[Math.floor(at / dimension)].charCodeAt(at % dimension) || 0),
  );

  test('pass a model that keeps the rules', async () => {
    expect(await broken(embeddingModelChecks(() => numbered))).toEqual([]);
  });

  test.each(FAULTS)('%s: catch %s', async (rule, fault, model) => {
    const subject =
      fault === 'the order turned round'
        ? { ...numbered, embed: async (...args: Parameters<typeof embed>) => (await numbered.embed(...args)).reverse() }
        : model;
    expect(await broken(embeddingModelChecks(() => subject))).toContain(rule);
  });

  test('have every rule broken above', () => {
    const rules = embeddingModelChecks(() => good).map(({ name: rule }) => rule);
    expect(new Set(FAULTS.map(([rule]) => rule))).toEqual(new Set(rules));
  });
});
