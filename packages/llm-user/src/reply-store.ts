import { InvalidOptionError, show } from '@ialp/core';
import { isJsonObject, parseJson } from './text/json.js';

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
  readonly words?: StoredPrompt;
}

/** What was asked, in words. */
export interface StoredPrompt {
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

/**
 * Reads a record from a line of JSON.
 * @param where names the line in an error, for example `replies.jsonl:12`. Default `line`.
 * @throws {InvalidOptionError} if the line is not a record.
 */
export function parseReplyRecord(line: string, where = 'line'): ReplyRecord {
  if (typeof line !== 'string') throw new InvalidOptionError(where, line, 'a reply as a line of JSON');
  const value = parseJson(line);
  const fault = faultOf(value);
  if (fault === undefined) return inOrder(value as ReplyRecord);
  const expected = `a reply as a line of JSON${value === undefined ? '' : ` (${fault})`}`;
  throw new InvalidOptionError(where, `${line.slice(0, 40)}...`, expected);
}

const TEXTS = ['request', 'fingerprint', 'model', 'promptVersion', 'text'] as const;

/** What keeps a value from being a record: a field and what it should be. */
function faultOf(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'an object';
  for (const name of TEXTS) {
    const text = value[name];
    if (typeof text !== 'string') return `${name}: a text`;
    if (text === '' && name !== 'text') return `${name}: a text that is not empty`;
  }
  const { probabilities, usage, words } = value;
  if (probabilities !== undefined && !(Array.isArray(probabilities) && probabilities.every(isProbability))) {
    return 'probabilities: a list of numbers from 0 to 1';
  }
  const known = [...TEXTS, 'probabilities', 'usage', 'words'];
  return (
    faultOfFields('usage', usage, ['input', 'output'], isCount, 'an integer of at least 0') ??
    faultOfFields('words', words, ['system', 'prompt'], isText, 'a text') ??
    faultOfNames('', value, known)
  );
}

/** What is wrong with an optional object of two fields. */
function faultOfFields(
  name: string,
  value: unknown,
  fields: readonly string[],
  isValid: (field: unknown) => boolean,
  expected: string,
): string | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return `${name}: an object`;
  const wrong = fields.find((field) => !isValid(value[field]));
  return wrong === undefined ? faultOfNames(`${name}.`, value, fields) : `${name}.${wrong}: ${expected}`;
}

function faultOfNames(place: string, value: object, known: readonly string[]): string | undefined {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `${place}${show(unknown)}: no such field`;
}

/** A record whose fields are in one order, whatever that of the line: what is written of it is then the same. */
function inOrder({
  request,
  fingerprint,
  model,
  promptVersion,
  text,
  probabilities,
  usage,
  words,
}: ReplyRecord): ReplyRecord {
  return {
    ...{ request, fingerprint, model, promptVersion, text },
    ...(probabilities && { probabilities }),
    ...(usage && { usage: { input: usage.input, output: usage.output } }),
    ...(words && { words: { system: words.system, prompt: words.prompt } }),
  };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isProbability = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;

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
