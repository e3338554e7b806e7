import type { ReplyRecord, ReplyStore } from '../reply-store.js';
import { type ConformanceCheck, check, require } from './conformance-check.js';

const RECORD: ReplyRecord = {
  request: 'r1',
  fingerprint: 'weights 1',
  model: 'm',
  promptVersion: 'v1',
  text: '{"liked": [1]}',
};

/** Whatever a model may write. */
const TEXTS = ['', ' \n', '\u0000', '“é” 🎬', 'x'.repeat(100_000), '{"liked": [', "'; DROP TABLE replies; --"];

/**
 * The rules of `ReplyStore`, one check each, for any test runner.
 * @param make makes an empty store.
 */
export function replyStoreChecks(make: () => ReplyStore | Promise<ReplyStore>): ConformanceCheck[] {
  return [
    check('it has nothing that was not put in', async () => {
      const store = await make();
      requireSame(await store.get('weights 1', 'r1'), undefined, 'a reply that was never kept');
    }),
    check('it gives back what was put in', async () => {
      const store = await make();
      const full = {
        ...RECORD,
        probabilities: [0.25, 0.5],
        usage: { input: 3, output: 0 },
        words: { system: 's', prompt: '' },
      };
      requireSame(await store.put(full), full, 'what put gives');
      requireSame(await store.get('weights 1', 'r1'), full, 'what get gives');
    }),
    check('it keeps any text', async () => {
      const store = await make();
      for (const [k, text] of TEXTS.entries()) {
        await store.put({ ...RECORD, request: `t${k}`, text });
        requireSame((await store.get('weights 1', `t${k}`))?.text, text, `text ${k}`);
      }
    }),
    check('the first reply to a request stays', async () => {
      const store = await make();
      await store.put(RECORD);
      const again = await store.put({ ...RECORD, text: 'another' });
      requireSame(again, RECORD, 'what the second put gives');
      requireSame(await store.get('weights 1', 'r1'), RECORD, 'what get gives');
      const both = await Promise.all(['a', 'b'].map((text) => store.put({ ...RECORD, request: 'r2', text })));
      requireSame(both[1], both[0], 'two puts at once');
    }),
    check('it tells models and requests apart', async () => {
      const store = await make();
      await store.put(RECORD);
      await store.put({ ...RECORD, fingerprint: 'weights 2', text: 'of the other model' });
      requireSame((await store.get('weights 1', 'r1'))?.text, RECORD.text, 'the first model’s');
      requireSame((await store.get('weights 2', 'r1'))?.text, 'of the other model', 'the second model’s');
      requireSame(await store.get('weights 1', 'r'), undefined, 'part of a key');
    }),
    check('it takes many at once', async () => {
      const store = await make();
      const records = Array.from({ length: 500 }, (_, k) => ({ ...RECORD, request: `m${k}`, text: String(k) }));
      await Promise.all(records.map((record) => store.put(record)));
      for (const { request, text } of records)
        requireSame((await store.get('weights 1', request))?.text, text, request);
    }),
  ];
}

function requireSame(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [found, expected].map((value) => canonical(value));
  require(a === b, `${what}: expected ${b?.slice(0, 200)}; found ${a?.slice(0, 200)}`);
}

/** JSON with the fields in order. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
