import { exclusionsOf } from '@ialp/core';
import { ConformanceError } from '@ialp/core/testing';
import { describe, expect, test } from 'vitest';
import { makeRing } from '../test-support/environment.js';
import {
  changedByRefusals,
  changedByResets,
  createSeasonal,
  forgiving,
  listing,
  makeWithFeatures,
  observing,
  withWidth,
} from '../test-support/faulty-environments.js';
import { checkEnvironment, environmentChecks, type MakeEnvironment } from './environment-checks.js';

const KEYS = 'session keys are';
const AVAILABILITY = 'availability is';
const EXCLUSIONS = 'exclusions are';
const SHAPES = 'observations have the shapes';
const FEATURES = 'user features are';
const REFUSALS = 'it refuses items out of range, excluded or unavailable';
const PARTIAL = 'resetting one session';

const FAULTS: [fault: string, rule: string, make: MakeEnvironment, message: RegExp][] = [
  [
    'other rows than sessions',
    SHAPES,
    observing(({ rows }) => ({ rows: rows - 1 })),
    /observation.rows: expected 5; found 4/,
  ],
  [
    'keys of another type',
    SHAPES,
    observing(({ session }) => ({ session: Int32Array.from(session) as never })),
    /session: expected a Float64Array/,
  ],
  [
    'availability of one session more',
    SHAPES,
    observing(() => ({ available: new Uint8Array(18).fill(1) })),
    /available: expected length 9; found 18/,
  ],
  [
    'availability as true and false',
    SHAPES,
    observing(() => ({ available: Array(9).fill(true) as never })),
    /available: expected a Uint8Array/,
  ],
  [
    'lists of a part of the sessions',
    SHAPES,
    observing(() => ({ exclusions: exclusionsOf([[], []]) })),
    /exclusions.offset: expected length 5; found 2/,
  ],
  [
    'excluded items as a set',
    SHAPES,
    observing(({ exclusions }) => ({ exclusions: { ...exclusions, items: new Set() as never } })),
    /exclusions.items: expected a Int32Array; found \[object Set\]/,
  ],
  [
    'keys that are no integers',
    KEYS,
    observing(({ session }) => ({ session: session.map((key) => key + 0.5) })),
    /session\[0\]: expected an integer from 0 to 2\^53 - 1 as key; found 0.5/,
  ],
  ['keys below 0', KEYS, observing(({ session }) => ({ session: session.map((key) => -1 - key) })), /found -1/],
  [
    'keys that a number cannot hold',
    KEYS,
    observing(({ session }) => ({ session: session.map((key) => 2 ** 53 + 2 * key) })),
    /found 9007199254740992/,
  ],
  [
    'one key for two sessions',
    KEYS,
    observing(({ session }) => ({ session: session.map((key) => Math.floor(key / 2)) })),
    /session\[1\]: expected a key of its own; found 0 in another row too/,
  ],
  [
    'keys that change within a session',
    KEYS,
    observing(({ session, turn }) => ({ session: session.map((key, slot) => 100 * key + turn[slot]) })),
    /session\[0\]: expected 0, the session's key until it is reset; found 1/,
  ],
  [
    'slots in place of keys',
    KEYS,
    observing(({ session }) => ({ session: session.map((_, slot) => slot) })),
    /expected a new key for a new session; \d was an earlier session's/,
  ],
  [
    'keys that are used again after many sessions',
    KEYS,
    observing(({ session }) => ({ session: session.map((key) => key % 250) })),
    /expected a new key for a new session/,
  ],
  [
    'a new session that goes on counting turns',
    KEYS,
    observing(({ session, turn }) => ({ turn: turn.map((count, slot) => count + (session[slot] > 20 ? 1 : 0)) })),
    /turn\[\d\]: expected 0 for a new session, with key 21; found 1/,
  ],
  [
    'availability of other numbers',
    AVAILABILITY,
    observing(({ available }) => ({ available: available.with(4, 7) })),
    /available\[4\]: expected 0 or 1; found 7/,
  ],
  [
    'availability that changes in its array',
    AVAILABILITY,
    (sessions) => createSeasonal(sessions, { isSameArray: true }),
    /available\[3\] changed from 0 to 1 in the same array; expected a new array/,
  ],
  [
    'no available items',
    EXCLUSIONS,
    observing(({ items }) => ({ available: new Uint8Array(items) })),
    /available and exclusions allow 0 items; expected at least 1/,
  ],
  [
    'exclusions of everything',
    EXCLUSIONS,
    listing(() => [0, 1, 2, 3, 4, 5, 6, 7, 8]),
    /session 0 continues, but available and exclusions allow 0 items/,
  ],
  [
    'an item that stays allowed after it was shown',
    EXCLUSIONS,
    listing(() => []),
    /expected item \d, which was shown and may not be shown again; found it missing/,
  ],
  [
    'the exclusions of another session',
    EXCLUSIONS,
    observing(({ exclusions: { offset, count, items } }) => ({
      exclusions: { items, offset: offset.toReversed(), count: count.toReversed() },
    })),
    /found it missing/,
  ],
  [
    'a list beyond the end',
    EXCLUSIONS,
    observing(({ exclusions }) => ({ exclusions: { ...exclusions, offset: exclusions.offset.with(4, 40) } })),
    /exclusions of session 4: expected a list within the 35 numbers of exclusions.items; found \d from offset 40/,
  ],
  [
    'a list of negative length',
    EXCLUSIONS,
    observing(({ exclusions }) => ({ exclusions: { ...exclusions, count: exclusions.count.with(0, -1) } })),
    /exclusions of session 0: expected a list within .*; found -1 from offset 0/,
  ],
  [
    'excluded items that do not exist',
    EXCLUSIONS,
    listing((list) => [...list, 9]),
    /exclusions of session 0: expected items from 0 to 8; found 9/,
  ],
  ['padding in lists', EXCLUSIONS, listing((list) => [...list, -1]), /expected items from 0 to 8; found -1/],
  [
    'an item twice in a list',
    EXCLUSIONS,
    listing((list) => [...list, ...list]),
    /exclusions of session 0: expected distinct items; found \d twice/,
  ],
  [
    'features without their width in the spec',
    FEATURES,
    withWidth(makeWithFeatures, undefined),
    /userFeatures: expected 0 for each session, as spec.userFeatures says; found 10/,
  ],
  [
    'features without their width in the spec',
    SHAPES,
    withWidth(makeWithFeatures, undefined),
    /userFeatures: expected none, or their width as spec.userFeatures; found 10 numbers/,
  ],
  ['another width in the spec', FEATURES, withWidth(makeWithFeatures, 3), /expected 3 for each session.*found 10/],
  ['another width in the spec', SHAPES, withWidth(makeWithFeatures, 3), /userFeatures: expected length 15; found 10/],
  ['a width in the spec alone', FEATURES, withWidth(makeRing, 2), /expected 2 for each session.*found none/],
  [
    'a width that is no number',
    'the spec is',
    withWidth(makeRing, Number.NaN),
    /spec.userFeatures: expected the width/,
  ],
  ['an excluded item that is shown', REFUSALS, forgiving, /item \d, which is excluded: expected an error; found none/],
  [
    'an unavailable item that is shown',
    REFUSALS,
    (sessions) => createSeasonal(sessions, { isRefused: false }),
    /item 3, which is unavailable: expected an error; found none/,
  ],
  [
    'exclusions that a refused step changes',
    REFUSALS,
    changedByRefusals(({ exclusions: { count } }) => void count[0]++),
    /was refused, but the exclusions of session 0 had changed; check all actions before any takes effect/,
  ],
  [
    'keys that a refused step changes',
    REFUSALS,
    changedByRefusals(({ session }) => void session[1]++),
    /was refused, but session\[1\] had changed/,
  ],
  [
    'keys of sessions that are not reset',
    PARTIAL,
    changedByResets(({ session }) => void session[2]++),
    /resetting session 0 changed session\[2\] of session 2/,
  ],
  [
    'exclusions of sessions that are not reset',
    PARTIAL,
    changedByResets(({ exclusions: { count } }) => void count.fill(0)),
    /resetting session 0 changed the exclusions of session 1/,
  ],
];

describe('rules of keys, availability and exclusions', () => {
  test('hold for an environment with unavailable items, and for one with user features', () => {
    expect(() => checkEnvironment((sessions) => createSeasonal(sessions))).not.toThrow();
    expect(() => checkEnvironment(makeWithFeatures)).not.toThrow();
  });

  test('allow keys in any order, lists in any order, and more exclusions than repeats', () => {
    const keys = observing(({ session }) => ({ session: session.map((key) => (key * 7919) % 1_000_003) }));
    expect(() => checkEnvironment(keys)).not.toThrow();
    expect(() => checkEnvironment(listing((list) => list.toReversed()))).not.toThrow();
    const withMore = listing((list) => [...new Set([...list, 8])]);
    for (const rule of [EXCLUSIONS, KEYS, SHAPES]) expect(() => runRule(rule, withMore)).not.toThrow();
  });

  test.each(FAULTS)('catch %s: %s', (_, rule, make, message) => {
    expect(() => runRule(rule, make)).toThrow(ConformanceError);
    expect(() => runRule(rule, make)).toThrow(message);
    expect(() => checkEnvironment(make)).toThrow(ConformanceError);
  });
});

function runRule(name: string, make: MakeEnvironment): void {
  const check = environmentChecks(make).find((each) => each.name.startsWith(name));
  if (check === undefined) throw new Error(`no rule ${name}`);
  check.run();
}
