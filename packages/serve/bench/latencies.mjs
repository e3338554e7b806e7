/** Durations in a histogram of three significant digits. */
import { createHistogram } from 'node:perf_hooks';

const NANOSECONDS = 1e6;

export class Latencies {
  #histogram = createHistogram({ figures: 3 });

  record(ms) {
    this.#histogram.record(Math.max(1, Math.round(ms * NANOSECONDS)));
  }

  reset() {
    this.#histogram.reset();
  }

  /** Undefined if nothing was recorded. */
  summary() {
    const { count, mean, max } = this.#histogram;
    if (count === 0) return undefined;
    const percentile = (share) => this.#histogram.percentile(share) / NANOSECONDS;
    return {
      count,
      meanMs: mean / NANOSECONDS,
      p50Ms: percentile(50),
      p99Ms: percentile(99),
      p999Ms: percentile(99.9),
      maxMs: max / NANOSECONDS,
    };
  }
}

/** Waits. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
