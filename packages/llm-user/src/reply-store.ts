import { z } from 'zod';
import { InvalidOptionError } from './errors.js';

/** A reply that a language model gave, as stores and records keep it. */
export interface ReplyRecord {
  /** `requestKey` of what was asked. */
  readonly request: string;
  /** The model's `fingerprint`; its name where it has none. */
  readonly fingerprint: string;
  /** The model's name. */
  readonly model: string;
  readonly promptVersion: string;
  /** The reply as it came. */
  readonly text: string;
  readonly probabilities?: readonly number[];
  readonly usage?: { readonly input: number; readonly output: number };
  /** The words of the request, where they are kept as well. */
  readonly words?: ReplyWords;
}

/** What was asked, in words. */
export interface ReplyWords {
  readonly system: string;
  readonly prompt: string;
}

/**
 * Keeps replies, so that nothing is asked twice: by what was asked and of whom. `openReplyStore` of `@ialp/llm-user/store`
 * is one, in a file; `createMemoryStore` forgets all when the process ends.
 */
export interface ReplyStore {
  /**
   * The reply to a request, where there is one.
   * @throws {ReplyStoreError} where the store cannot be read.
   */
  get(fingerprint: string, request: string): Promise<ReplyRecord | undefined>;
  /**
   * Keeps a reply, for good by the time the promise is kept, and gives the one that is kept: the earlier one where there was
   * one, as when two processes asked the same at once.
   * @throws {ReplyStoreError} where it cannot be written.
   */
  put(record: ReplyRecord): Promise<ReplyRecord>;
  /**
   * Claims a request for one who is about to ask the model, so that other processes on the store wait for the reply instead.
   * A claim ends with `put`, with `release`, or `durationMs` milliseconds after it was last made: its owner may have died. It may end
   * sooner where the owner is known to have died.
   * The owner claims again to renew it. Absent where only one process can use the store.
   * @returns Whether `owner` has the claim now; false where another one has.
   * @throws {ReplyStoreError} where the store cannot be written.
   */
  claim?(fingerprint: string, request: string, owner: string, durationMs: number): Promise<boolean>;
  /** Gives up a claim; nothing happens where another owner has it. There where `claim` is. */
  release?(fingerprint: string, request: string, owner: string): Promise<void>;
}

const schema = z.strictObject({
  request: z.string().min(1),
  fingerprint: z.string().min(1),
  model: z.string().min(1),
  promptVersion: z.string().min(1),
  text: z.string(),
  probabilities: z.array(z.number().min(0).max(1)).readonly().optional(),
  usage: z
    .strictObject({ input: z.int().min(0), output: z.int().min(0) })
    .readonly()
    .optional(),
  words: z.strictObject({ system: z.string(), prompt: z.string() }).readonly().optional(),
});

/**
 * Reads a record from a line of JSON.
 * @param where names the line in an error, for example `replies.jsonl:12`. Default `line`.
 * @throws {InvalidOptionError} where it is none.
 */
export function parseReplyRecord(line: string, where = 'line'): ReplyRecord {
  if (typeof line !== 'string') throw new InvalidOptionError(where, line, 'a reply as a line of JSON');
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new InvalidOptionError(where, `${line.slice(0, 40)}...`, 'a reply as a line of JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data as ReplyRecord;
  const [{ path, message }] = parsed.error.issues;
  throw new InvalidOptionError(
    where,
    `${line.slice(0, 40)}...`,
    `a reply as a line of JSON (${path.join('.')}: ${message})`,
  );
}

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
    get: async (fingerprint, request) => kept.get(keyOf(fingerprint, request)),
    put: async (record) => put(record),
    [Symbol.iterator]: () => kept.values(),
  };
}
