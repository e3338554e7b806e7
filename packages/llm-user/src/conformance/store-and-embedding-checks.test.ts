import { describe, expect, test } from 'vitest';
import type { EmbeddingModel } from '../embedding-model.js';
import { createMemoryStore, type ReplyStore } from '../reply-store.js';
import { WORD_MODEL } from '../test-space.js';
import { type ConformanceCheck, ConformanceError, embeddingModelChecks, replyStoreChecks } from '../testing.js';

/** The names of the checks that an implementation does not pass. */
async function broken(checks: readonly ConformanceCheck[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of checks) {
    await run().catch((error) => {
      expect(error).toBeInstanceOf(ConformanceError);
      names.push(name);
    });
  }
  return names;
}

describe('replyStoreChecks', () => {
  const faulty = (change: (store: ReplyStore) => Partial<ReplyStore>) => (): ReplyStore => {
    const store = createMemoryStore();
    return { get: store.get, put: store.put, ...change(store) };
  };
  const FAULTS: [rule: string, fault: string, make: () => ReplyStore][] = [
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
        return { get: store.get, put: async (record) => (++count > 100 ? record : store.put(record)) };
      },
    ],
  ];

  test.each(FAULTS)('%s: catch %s', async (rule, _, make) => {
    expect(await broken(replyStoreChecks(make))).toContain(rule);
  });

  test('have every rule broken above', () => {
    const rules = replyStoreChecks(createMemoryStore).map(({ name }) => name);
    expect(new Set(FAULTS.map(([rule]) => rule))).toEqual(new Set(rules));
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
  const good: EmbeddingModel = { name, dimension, embed };
  const changed = (change: (vectors: Float32Array, texts: readonly string[]) => Float32Array): EmbeddingModel => ({
    ...good,
    embed: async (texts, options) => change(await embed(texts, options), texts),
  });
  const FAULTS: [rule: string, fault: string, model: EmbeddingModel][] = [
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
