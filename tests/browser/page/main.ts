import { measure } from '../measures.ts';
import { type Outcome, train } from '../train.ts';

export interface PageResult {
  /** The build that gives the same bits everywhere. */
  readonly portable: Outcome;
  /** The build that is the fastest in this browser. */
  readonly fastest: Outcome;
  /** The portable build on two threads; null on a page that is not cross-origin isolated. */
  readonly twoThreads: Outcome | null;
  /** Of `@ialp/metrics`. */
  readonly measures: unknown;
}

const result: PageResult = {
  portable: await train('portable'),
  fastest: await train(),
  twoThreads: crossOriginIsolated ? await train('portable', 2) : null,
  measures: measure(),
};
document.querySelector('output')!.textContent = JSON.stringify(result);
