import type { AsyncConformanceCheck } from '@ialp/core/testing';
import { checkSame, checkSoon } from './conformance-check.js';
import type { StoreCheck } from './model-store-checks.js';

const BYTES = Uint8Array.of(1);

/** Rules of `ModelStore.watch`. */
export function modelWatchChecks(withStore: StoreCheck, patienceMs: number): AsyncConformanceCheck[] {
  return [
    withStore('watch tells of new versions of the model, of any process', async (one, two) => {
      await one.put('m', BYTES, 0);
      const seen: number[] = [];
      const ending = new AbortController();
      two.watch('m', (version) => seen.push(version), ending.signal);
      await one.put('other', BYTES, 0);
      for (let previous = 1; previous < 4; previous++) {
        await one.put('m', BYTES, previous);
        await checkSoon(() => seen.at(-1) === previous + 1, `watch of version ${previous + 1}`, patienceMs);
      }
      checkSame(
        seen.every((version, k) => version > 1 && version <= 4 && version > (seen[k - 1] ?? 1)),
        true,
        `whether the versions ${seen} are new and ascend`,
      );
      ending.abort();
    }),
    withStore('watching ends when the signal aborts', async (one, two) => {
      const [first, second]: number[][] = [[], []];
      const ending = new AbortController();
      const going = new AbortController();
      two.watch('m', (version) => first.push(version), ending.signal);
      two.watch('m', (version) => first.push(version), AbortSignal.abort());
      two.watch('m', (version) => second.push(version), going.signal);
      ending.abort();
      await one.put('m', BYTES, 0);
      await checkSoon(() => second.length > 0, 'watch of a model that was not stored yet', patienceMs);
      // What tells the second listener would have told the first by now.
      await new Promise((resolve) => setTimeout(resolve, 20));
      checkSame(first, [], 'calls of listeners whose signal had aborted');
      going.abort();
    }),
  ];
}
