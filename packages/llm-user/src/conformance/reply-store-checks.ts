import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { check, specificationCheck } from './conformance-check.js';

const RECORD: ReplyRecord = {
  request: 'r1',
  fingerprint: 'weights 1',
  model: 'm',
  promptVersion: 'v1',
  text: '{"liked": [1]}',
};

/** Whatever a model may write. */
const TEXTS = ['', ' \n', '\u0000', '“é” 🎬', 'x'.repeat(100_000), '{"liked": [', "'; DROP TABLE replies; --"];

/** Options of `replyStoreChecks`. */
export interface ReplyStoreCheckOptions {
  /**
   * Opens a store of `make` a second time, as another process does. With it, the store must have `claim` and `release`, and they
   * are checked from both sides. Default: none, for a store that only one process uses.
   */
  readonly openAgain?: (store: ReplyStore) => ReplyStore | Promise<ReplyStore>;
}

/**
 * The rules of `ReplyStore`, one check each, for any test runner. Those of claims hold for any store without `claim`.
 * @param make makes an empty store.
 */
export function replyStoreChecks(
  make: () => ReplyStore | Promise<ReplyStore>,
  { openAgain }: ReplyStoreCheckOptions = {},
): AsyncConformanceCheck[] {
  return [
    specificationCheck(make),
    check('it has nothing that was not put in', async () => {
      const store = await make();
      assertSame(await store.get('weights 1', 'r1'), undefined, 'a reply that was never kept');
    }),
    check('it gives back what was put in', async () => {
      const store = await make();
      const full = {
        ...RECORD,
        probabilities: [0.25, 0.5],
        usage: { input: 3, output: 0 },
        words: { system: 's', prompt: '' },
      };
      assertSame(await store.put(full), full, 'what put gives');
      assertSame(await store.get('weights 1', 'r1'), full, 'what get gives');
    }),
    check('it keeps any text', async () => {
      const store = await make();
      for (const [k, text] of TEXTS.entries()) {
        await store.put({ ...RECORD, request: `t${k}`, text });
        assertSame((await store.get('weights 1', `t${k}`))?.text, text, `text ${k}`);
      }
    }),
    check('the first reply to a request stays', async () => {
      const store = await make();
      await store.put(RECORD);
      const again = await store.put({ ...RECORD, text: 'another' });
      assertSame(again, RECORD, 'what the second put gives');
      assertSame(await store.get('weights 1', 'r1'), RECORD, 'what get gives');
      const both = await Promise.all(['a', 'b'].map((text) => store.put({ ...RECORD, request: 'r2', text })));
      assertSame(both[1], both[0], 'two puts at once');
    }),
    check('it tells models and requests apart', async () => {
      const store = await make();
      await store.put(RECORD);
      await store.put({ ...RECORD, fingerprint: 'weights 2', text: 'of the other model' });
      assertSame((await store.get('weights 1', 'r1'))?.text, RECORD.text, 'the first model’s');
      assertSame((await store.get('weights 2', 'r1'))?.text, 'of the other model', 'the second model’s');
      assertSame(await store.get('weights 1', 'r'), undefined, 'part of a key');
    }),
    check('it takes many at once', async () => {
      const store = await make();
      const records = Array.from({ length: 500 }, (_, k) => ({ ...RECORD, request: `m${k}`, text: String(k) }));
      await Promise.all(records.map((record) => store.put(record)));
      for (const { request, text } of records) assertSame((await store.get('weights 1', request))?.text, text, request);
    }),
    check('it has claim and release, or neither where only one process can use it', async () => {
      const store = await make();
      const found = [typeof store.claim, typeof store.release].join(' and ');
      const expected = 'function and function';
      const isNeither = found === 'undefined and undefined' && openAgain === undefined;
      checkRule(isNeither || found === expected, `claim and release: expected ${expected}; found ${found}`);
    }),
    ...claimChecks(async () => {
      const store = await make();
      const other = (await openAgain?.(store)) ?? store;
      return store.claim === undefined ? undefined : { one: claimsOf(store), two: claimsOf(other) };
    }),
  ];
}

/** The claims of one process on a store. */
interface Claims {
  readonly store: ReplyStore;
  claim(owner: string, claimed?: { request?: string; fingerprint?: string; durationMs?: number }): Promise<boolean>;
  release(owner: string): Promise<void>;
}

/** Long enough to be over at no check's end. */
const LONG_MS = 3_600_000;
/** Over soon; and how often it is looked, ten milliseconds apart, whether it is. */
const SHORT_MS = 1;
const LOOKS = 1000;

function claimsOf(store: ReplyStore): Claims {
  return {
    store,
    async claim(owner, { request = 'r1', fingerprint = 'weights 1', durationMs = LONG_MS } = {}) {
      const isClaimed = await store.claim?.(fingerprint, request, owner, durationMs);
      checkRule(typeof isClaimed === 'boolean', `claim: expected true or false; found ${isClaimed}`);
      return isClaimed;
    },
    release: async (owner) => store.release?.('weights 1', 'r1', owner),
  };
}

/** @param open Opens a new store from two sides; undefined for one without claims, which has no rule to break. */
function claimChecks(open: () => Promise<{ one: Claims; two: Claims } | undefined>): AsyncConformanceCheck[] {
  const claimCheck = (name: string, look: (one: Claims, two: Claims) => Promise<void>): AsyncConformanceCheck =>
    check(name, async () => {
      const sides = await open();
      if (sides !== undefined) await look(sides.one, sides.two);
    });
  return [
    claimCheck('one owner at most has the claim to a request', async (one, two) => {
      const owners = Array.from({ length: 16 }, (_, k) => `owner ${k}`);
      const claimed = await Promise.all(owners.map((owner, k) => (k % 2 === 0 ? one : two).claim(owner)));
      assertSame(claimed.filter(Boolean).length, 1, 'owners that have the claim, of 16 at once');
      const owner = owners[claimed.indexOf(true)];
      for (const side of [one, two]) {
        assertSame(await side.claim('another'), false, 'a claim that another owner has');
        assertSame(await side.claim(owner), true, 'a claim that its owner makes again');
      }
      assertSame(await two.claim('another', { request: 'r2' }), true, 'a claim to another request');
      assertSame(await two.claim('another', { fingerprint: 'weights 2' }), true, 'a claim to another model');
      assertSame(await one.store.get('weights 1', 'r1'), undefined, 'the reply to a claimed request');
    }),
    claimCheck('a claim ends with the reply', async (one, two) => {
      assertSame(await one.claim('A'), true, 'the first claim');
      assertSame(await one.claim('A', { request: 'r2' }), true, 'a claim to another request');
      await one.store.put(RECORD);
      assertSame(await two.store.get('weights 1', 'r1'), RECORD, 'the reply');
      assertSame(await two.claim('B'), true, 'a claim after the reply');
      assertSame(await two.claim('B', { request: 'r2' }), false, 'a claim to the other request');
    }),
    claimCheck('its owner releases a claim, and nobody else', async (one, two) => {
      assertSame(await one.claim('A'), true, 'the first claim');
      await two.release('B');
      assertSame(await two.claim('B'), false, 'a claim after another owner’s release');
      await one.release('A');
      assertSame(await two.claim('B'), true, 'a claim after its release');
      await one.release('A');
      assertSame(await one.claim('A'), false, 'a claim after a second release');
    }),
    claimCheck('a claim ends with its time, as where its owner has died', async (one, two) => {
      assertSame(await one.claim('A', { durationMs: SHORT_MS }), true, 'the first claim');
      let looks = 0;
      while (!(await two.claim('B'))) {
        checkRule(++looks < LOOKS, `a claim of ${SHORT_MS} ms: expected it to end; found it after ${10 * LOOKS} ms`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assertSame(await one.claim('A'), false, 'a claim of the first owner, who comes back');
      await one.release('A');
      assertSame(await one.claim('A'), false, 'a claim of the first owner after its release');
    }),
    claimCheck('a claim that is renewed lasts from then', async (one, two) => {
      assertSame(await one.claim('A', { durationMs: SHORT_MS }), true, 'the first claim');
      assertSame(await one.claim('A'), true, 'the renewed claim');
      await new Promise((resolve) => setTimeout(resolve, 20 * SHORT_MS));
      assertSame(await two.claim('B'), false, 'a claim of another owner, after the time of the first claim');
    }),
  ];
}

function assertSame(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [found, expected].map((value) => canonical(value));
  checkRule(a === b, `${what}: expected ${b?.slice(0, 200)}; found ${a?.slice(0, 200)}`);
}

/** JSON with the fields in order. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
