import type { Observation } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import type { PlainMemory, Policy } from '../policy.js';
import { checkSame, checkThrows } from './comparisons.js';
import { type ConformanceOptions, makeRandom } from './conformance-options.js';
import { behaviorOf } from './probabilities.js';

/** A key that no synthetic session has. */
const UNKNOWN = 2 ** 40;

/** A second instance that remembers the sessions of the first must have the same distributions, now and in their next turns. */
export function checkMemories(
  makePolicy: () => Policy,
  policy: Policy,
  states: Observation,
  options: ConformanceOptions,
): void {
  if (policy.sessions === undefined) return;
  policy.distribution(states).sample(makeRandom(options));
  const other = makePolicy();
  for (const key of states.session) {
    const memory = policy.sessions.memoryOf(key);
    if (memory === undefined) continue;
    other.sessions?.remember(key, throughJson(memory, `memoryOf(${key})`));
    checkMemory(other, key, memory, 'of a second policy that remembers the session');
  }
  for (const [when, later] of Object.entries({ 'the same turn': states, 'the next turn': nextTurn(states) })) {
    const expected = behaviorOf(policy, later);
    checkSame(behaviorOf(other, later), expected, `probabilities in ${when}, of a second policy that remembers`);
  }
}

/** To remember a session that is known must change nothing, whatever the memory. */
export function checkIdempotent(policy: Policy, states: Observation, options: ConformanceOptions): void {
  const { sessions } = policy;
  if (sessions === undefined) return;
  // Until their memories differ: those of another policy's sessions have to be passed over.
  const known = remembered(policy, states, options);
  const before = behaviorOf(policy, nextTurn(states));
  for (const [key, own] of known) {
    for (const memory of known.values()) sessions.remember(key, memory);
    checkMemory(policy, key, own, 'after the session was remembered again');
  }
  checkSame(behaviorOf(policy, nextTurn(states)), before, 'probabilities after known sessions were remembered again');
}

/** A session that was forgotten must be unknown; a memory of something else must be refused. */
export function checkForgetting(policy: Policy, states: Observation, options: ConformanceOptions): void {
  const { sessions } = policy;
  if (sessions === undefined) return;
  sessions.forget(UNKNOWN);
  checkMemory(policy, UNKNOWN, undefined, 'of an unknown session');
  const known = remembered(policy, states, options);
  for (const key of known.keys()) {
    sessions.forget(key);
    checkMemory(policy, key, undefined, 'after the session was forgotten');
  }
  if (known.size === 0) return;
  checkThrows(() => sessions.remember(UNKNOWN, { somethingElse: 1 }), 'remember, given a memory of something else');
  checkMemory(policy, UNKNOWN, undefined, 'after a memory of something else was refused');
}

/** Acts, and returns the memories of the sessions. */
function remembered(policy: Policy, states: Observation, options: ConformanceOptions): Map<number, PlainMemory> {
  policy.distribution(states).sample(makeRandom(options));
  const memories = Array.from(states.session, (key) => [key, policy.sessions?.memoryOf(key)] as const);
  return new Map(memories.filter((entry): entry is [number, PlainMemory] => entry[1] !== undefined));
}

/** A memory as another process reads it. @throws {ConformanceError} if it is not the same there. */
function throughJson(memory: PlainMemory, what: string): PlainMemory {
  const text = JSON.stringify(memory);
  const read = text === undefined ? undefined : (JSON.parse(text) as PlainMemory);
  const isSame = read !== undefined && sameData(read, memory);
  checkRule(isSame, `${what}: expected plain data, which JSON holds; found ${String(text)} of it in JSON`);
  return read as PlainMemory;
}

function checkMemory({ sessions }: Policy, key: number, expected: PlainMemory | undefined, when: string): void {
  const found = sessions?.memoryOf(key);
  const shown = (value: PlainMemory | undefined): string => JSON.stringify(value) ?? 'nothing';
  const isSame = found === expected || (found !== undefined && expected !== undefined && sameData(found, expected));
  checkRule(isSame, `memoryOf(${key}) ${when}: expected ${shown(expected)}; found ${shown(found)}`);
}

function sameData(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (!isPlain(a) || !isPlain(b)) return false;
  const [own, others] = [Object.entries(a), Object.entries(b)];
  if (own.length !== others.length || Array.isArray(a) !== Array.isArray(b)) return false;
  return own.every(([name, value]) => Object.hasOwn(b, name) && sameData(value, (b as Record<string, unknown>)[name]));
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value));
}

function nextTurn(states: Observation): Observation {
  return { ...states, turn: states.turn.map((turn) => turn + 1) };
}
