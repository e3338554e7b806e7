import { InvalidOptionError } from '@ialp/core';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';

/** A reply store in memory. It also iterates over its replies. */
export interface MemoryReplyStore extends ReplyStore, Iterable<ReplyRecord> {
  /** Replies, in the order in which they were stored. `exportReplies` writes them to a file. */
  records(): Iterable<ReplyRecord>;
}

/** A reply store in memory. @param records initial replies. @throws {InvalidOptionError} */
export function createMemoryStore(records: Iterable<ReplyRecord> = []): MemoryReplyStore {
  if (typeof records?.[Symbol.iterator] !== 'function')
    throw new InvalidOptionError('records', records, 'a list of replies');
  const stored = new Map<string, ReplyRecord>();
  const keyOf = (fingerprint: string, request: string): string => `${request} ${fingerprint}`;
  const put = (record: ReplyRecord): ReplyRecord => {
    const key = keyOf(record.fingerprint, record.request);
    const earlier = stored.get(key);
    if (earlier !== undefined) return earlier;
    stored.set(key, record);
    return record;
  };
  for (const record of records) put(record);
  return {
    specificationVersion: 'v1',
    get: async (fingerprint, request) => stored.get(keyOf(fingerprint, request)),
    put: async (record) => put(record),
    records: () => stored.values(),
    [Symbol.iterator]: () => stored.values(),
  };
}
