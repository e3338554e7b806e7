import { InvalidOptionError, show } from '@ialp/core';
import type { ReplyRecord } from '../reply-store.js';
import { isJsonObject, parseJson } from '../text/json.js';

/**
 * Parses a line of JSON as a reply record.
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

/** Why a value is not a record: a field and what it should be. */
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

/** A record with its fields in a fixed order, so that equal records are written as the same bytes. */
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
