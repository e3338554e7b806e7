import { parseJson } from '../text/json.js';

/** The value read from a reply, or why it is unusable. */
export type Read<T> = { readonly value: T } | { readonly fault: string };

/** Reads the value of the field; `undefined` if it does not have the expected form. */
export type FieldReader<T> = (value: unknown) => T | undefined;

/** A reply of the form `{ "<field>": <value> }`. */
export interface ReplyField<T> {
  readonly field: string;
  /** The expected value, for error messages: `numbers from 1 to 8`. */
  readonly expected: string;
  readonly read: FieldReader<T>;
  /** Reads a reply that is the bare value instead of an object. */
  readonly readBare: FieldReader<T>;
}

/** Tags around reasoning. */
const REASONING = /<(\/?)(?:think|thinking|thought|reasoning|reflection)>/gi;
/** Tag of gpt-oss before its final answer. */
const FINAL_CHANNEL = '<|channel|>final<|message|>';
const FENCE = '```';

/**
 * Reads a reply that may be in a code fence, follow the model's reasoning, or stand in text. It has to contain one JSON object, perhaps
 * repeated, or be the bare value; an object may have comments (further fields with strings). Ambiguous replies are refused: nothing is
 * guessed.
 */
export function readReply<T>(reply: string, form: ReplyField<T>): Read<T> {
  const whole = parseJson(reply);
  // A text of JSON in JSON, as some servers give it.
  if (typeof whole === 'string' && whole !== reply && whole.includes('{')) return readReply(whole, form);
  if (reply.trim() === '') return { fault: 'it is empty' };
  const { text, isOpen } = whole === undefined ? withoutReasoning(reply) : { text: reply.trim(), isOpen: false };
  if (text === '') {
    const end = isOpen ? 'which did not end' : 'with nothing after it';
    return { fault: `it holds no more than reasoning, ${end}` };
  }
  const objects = objectsIn(text);
  if ('fault' in objects) return objects;
  if (objects.value.length === 0) {
    const bare = withoutFence(text);
    const value = form.readBare(parseJson(bare) ?? bare);
    return value === undefined ? { fault: `it holds no JSON object with ${form.field}: ${form.expected}` } : { value };
  }
  const reads = objects.value.map((source) => readObject(source, form));
  const [first] = reads;
  if (reads.some((read) => JSON.stringify(read) !== JSON.stringify(first))) {
    return { fault: `it holds ${reads.length} JSON objects that differ` };
  }
  return first;
}

/**
 * What a reply says beside its reasoning. The opening mark may stand in the prompt, out of sight: then all before the closing one is
 * reasoning. What is opened and never closed is reasoning to its end (`isOpen`).
 */
function withoutReasoning(reply: string): { readonly text: string; readonly isOpen: boolean } {
  const final = reply.lastIndexOf(FINAL_CHANNEL);
  const text = final === -1 ? reply : reply.slice(final + FINAL_CHANNEL.length);
  let said: string[] = [];
  /** Where what is said begins; -1 within reasoning. */
  let start = 0;
  for (const { 0: mark, 1: slash, index } of text.matchAll(REASONING)) {
    if (slash === '/') {
      if (start !== -1) said = [];
      start = index + mark.length;
    } else if (start !== -1) {
      said.push(text.slice(start, index));
      start = -1;
    }
  }
  if (start !== -1) said.push(text.slice(start));
  return { text: said.join(' ').trim(), isOpen: start === -1 };
}

/** The content of a text that is a fence as a whole, else the text. */
function withoutFence(text: string): string {
  if (!text.startsWith(FENCE) || !text.endsWith(FENCE) || text.length < 2 * FENCE.length) return text;
  const content = text.slice(FENCE.length, -FENCE.length);
  // The language stands on the first line.
  return content.replace(/^[\w-]*\n/, '').trim();
}

/** The JSON objects of a text that stand in no other; what is in braces and no JSON (`{numbers}`) is a word like others. */
function objectsIn(text: string): Read<readonly string[]> {
  const found: string[] = [];
  for (let start = text.indexOf('{'); start !== -1; ) {
    const end = endOfObject(text, start);
    if (end === -1) return { fault: 'a brace in it is never closed: it may be cut short' };
    const source = text.slice(start, end);
    if (parseJson(source) !== undefined) found.push(source);
    start = text.indexOf('{', end);
  }
  return { value: found };
}

/** The place behind the brace that closes the one at `start`, or -1. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let isInText = false;
  for (let k = start; k < text.length; k++) {
    const character = text[k];
    if (isInText) {
      if (character === '\\') k++;
      else if (character === '"') isInText = false;
    } else if (character === '"') isInText = true;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return k + 1;
  }
  return -1;
}

function readObject<T>(source: string, { field, expected, read }: ReplyField<T>): Read<T> {
  const entries = Object.entries(parseJson(source) as object);
  const named = entries.filter(([name]) => name.toLowerCase() === field);
  if (named.length !== 1) return { fault: `its JSON object has no single ${field}: ${expected}` };
  // `JSON.parse` lets the last of two fields of one name win.
  if (countFields(source, field) > 1) return { fault: `its JSON object has ${field} more than once` };
  const further = entries.find(([name, value]) => name !== named[0][0] && typeof value !== 'string');
  if (further !== undefined) return { fault: `its JSON object has ${JSON.stringify(further[0])} beside ${field}` };
  const value = read(named[0][1]);
  return value === undefined ? { fault: `${field} is not of the form: ${expected}` } : { value };
}

/** How often an object of JSON has a field, whatever its case, among its own. */
function countFields(source: string, field: string): number {
  let depth = 0;
  let count = 0;
  // Character by character: a regular expression over a text of many megabytes overflows its stack.
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const start = at++;
      while (at < source.length && source[at] !== '"') at += source[at] === '\\' ? 2 : 1;
      if (depth !== 1 || !/^\s*:/.test(source.slice(at + 1, at + 100))) continue;
      const name: string = JSON.parse(source.slice(start, at + 1));
      if (name.toLowerCase() === field) count++;
    }
  }
  return count;
}

/** Reads integers in a range, as a list or as one bare number; strings of digits are accepted, because some models write them. */
export function wholeNumbers(value: unknown, least: number, greatest: number): number[] | undefined {
  const numbers = (Array.isArray(value) ? value : [value]).map((each: unknown) =>
    typeof each === 'string' && /^\s*\d+\s*$/.test(each) ? Number(each) : each,
  );
  const isFit = (each: unknown): each is number =>
    typeof each === 'number' && Number.isInteger(each) && each >= least && each <= greatest;
  return numbers.every(isFit) ? numbers : undefined;
}
