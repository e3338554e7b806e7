import type { RecommenderStatus } from '../../../recommender.js';

/** A status, or none if the server did not answer, with the time in milliseconds of a clock that never goes back. */
export interface Sample {
  readonly atMs: number;
  readonly status: RecommenderStatus | undefined;
}

/** Names of the counts of a status, which only grow while the deployment goes on. */
type CountName = 'decisions' | 'feedback' | 'learned' | 'updates';

/** How long the history goes back. */
const LENGTH_MS = 600_000;
/** Rates are means over about this time, so that a poll that comes late makes no spike. */
const RATE_WINDOW_MS = 5_000;

/** The statuses of the last ten minutes, oldest first. */
export class StatusHistory {
  #samples: Sample[] = [];

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** The last status that the server gave. */
  get latest(): RecommenderStatus | undefined {
    return this.#samples.findLast(({ status }) => status !== undefined)?.status;
  }

  add(sample: Sample): void {
    const keptFrom = sample.atMs - LENGTH_MS;
    this.#samples = [...this.#samples.filter(({ atMs }) => atMs >= keptFrom), sample];
  }

  /** `[samples]`: increase of a count per second; null where it is not known. */
  rates(count: CountName): (number | null)[] {
    return this.#samples.map((sample, k) => {
      const from = this.#rateStart(k);
      return from === undefined || sample.status === undefined ? null : increase(from, sample, count);
    });
  }

  /** The rate at present; null if it is not known. */
  rate(count: CountName): number | null {
    return this.rates(count).at(-1) ?? null;
  }

  /** The first answered sample of the window before a sample, or the one before it if the server is asked less often than that. */
  #rateStart(k: number): Sample | undefined {
    const from = this.#samples[k]!.atMs - RATE_WINDOW_MS;
    let first = Math.max(0, k - 1);
    while (first > 0 && this.#samples[first - 1]!.atMs >= from) first--;
    return this.#samples.slice(first, k).find(({ status }) => status !== undefined);
  }
}

function increase(from: Sample, to: Sample, count: CountName): number | null {
  const change = to.status![count] - from.status![count];
  // A server that has started without its state counts from 0.
  return change < 0 || to.atMs <= from.atMs ? null : (change * 1_000) / (to.atMs - from.atMs);
}
