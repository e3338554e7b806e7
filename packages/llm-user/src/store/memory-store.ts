import { InvalidOptionError } from '@ialp/core';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';

/** A store that forgets all when the process ends. */
export function createMemoryStore(records: Iterable<ReplyRecord> = []): ReplyStore & Iterable<ReplyRecord> {
  if (typeof records?.[Symbol.iterator] !== 'function')
    throw new InvalidOptionError('records', records, 'a list of replies');
  const kept = new Map<string, ReplyRecord>();
  const keyOf = (fingerprint: string, request: string): string => `${request} ${fingerprint}`;
  const put = (record: ReplyRecord): ReplyRecord => {
    const key = keyOf(record.fingerprint, record.request);
    const earlier = kept.get(key);
    if (earlier !== undefined) return earlier;
    kept.set(key, record);
    return record;
  };
  for (const record of records) put(record);
  return {
    specificationVersion: 'v1',
    get: async (fingerprint, request) => kept.get(keyOf(fingerprint, request)),
    put: async (record) => put(record),
    [Symbol.iterator]: () => kept.values(),
  };
}
