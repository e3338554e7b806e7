import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import { checkSame } from './conformance-check.js';
import type { StoreCheck } from './model-store-checks.js';

/** Longer than any check may take. */
const LONG_MS = 3_600_000;
/** Over soon. */
const SHORT_MS = 5;

/** Rules of leases. */
export function leaseChecks(withStore: StoreCheck, patienceMs: number): AsyncConformanceCheck[] {
  return [
    withStore('a lease has one holder', async (one, two) => {
      for (let round = 0; round < 5; round++) {
        const lease = `l${round}`;
        const claims = Array.from({ length: 16 }, (_, k) => (k % 2 === 0 ? one : two).claim(lease, `h${k}`, LONG_MS));
        const results = await Promise.all(claims);
        checkSame(results.filter(Boolean).length, 1, 'holders of a lease, of 16 that claim it');
        const holder = `h${results.indexOf(true)}`;
        for (const store of [one, two]) {
          checkSame(await store.claim(lease, 'another', LONG_MS), false, 'a claim of a lease that has a holder');
          checkSame(await store.claim(lease, holder, LONG_MS), true, 'a claim of its holder');
        }
      }
    }),
    withStore('leases are separate', async (one) => {
      for (const lease of ['a', 'b', 'constructor', '__proto__']) {
        checkSame(await one.claim(lease, lease, LONG_MS), true, `a claim of ${lease}`);
      }
      checkSame(await one.claim('a', 'b', LONG_MS), false, 'a claim of another holder');
    }),
    withStore('its holder gives a lease back, and nobody else', async (one, two) => {
      checkSame(await one.claim('l', 'A', LONG_MS), true, 'the first claim');
      await two.release('l', 'B');
      checkSame(await two.claim('l', 'B', LONG_MS), false, 'a claim after release by another');
      await one.release('l', 'A');
      checkSame(await two.claim('l', 'B', LONG_MS), true, 'a claim after release by the holder');
      await one.release('l', 'A');
      checkSame(await one.claim('l', 'A', LONG_MS), false, 'a claim after a second release');
      await one.release('never-claimed', 'A');
    }),
    withStore('a lease ends with its time', async (one, two) => {
      checkSame(await one.claim('l', 'A', SHORT_MS), true, 'the first claim');
      const deadline = performance.now() + patienceMs;
      while (!(await two.claim('l', 'B', LONG_MS))) {
        checkRule(performance.now() < deadline, `a lease of ${SHORT_MS} ms: it has not ended after ${patienceMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, SHORT_MS));
      }
      checkSame(await one.claim('l', 'A', LONG_MS), false, 'a claim of the first holder, who comes back');
      await one.release('l', 'A');
      checkSame(await one.claim('l', 'A', LONG_MS), false, 'a claim of the first holder after its release');
    }),
    withStore('a lease that is renewed lasts from then', async (one, two) => {
      checkSame(await one.claim('l', 'A', SHORT_MS), true, 'the first claim');
      checkSame(await one.claim('l', 'A', LONG_MS), true, 'the second claim');
      await new Promise((resolve) => setTimeout(resolve, 4 * SHORT_MS));
      checkSame(await two.claim('l', 'B', LONG_MS), false, 'a claim of another after the time of the first claim');
    }),
  ];
}
