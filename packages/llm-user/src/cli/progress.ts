import cliProgress from 'cli-progress';
import type { LanguageModelError } from '../errors.js';
import type { CollectionProgress } from '../preferences/progress-tracker.js';
import type { CommandContext } from './context.js';

/** Says how far a command is. */
export interface ProgressLines {
  readonly show: (progress: CollectionProgress) => void;
  /** A call failed and is tried again. */
  readonly retry: (error: LanguageModelError, delayMs: number) => void;
  readonly stop: () => void;
}

/** Between two lines, where there is no terminal. */
const INTERVAL_MS = 30_000;

/** A bar on a terminal, a line at intervals elsewhere. That a call is tried again is said at most once in an interval. */
export function progressLines({ say }: CommandContext): ProgressLines {
  let lastRetry = Number.NEGATIVE_INFINITY;
  const retry = (error: LanguageModelError, delayMs: number): void => {
    if (performance.now() - lastRetry < INTERVAL_MS) return;
    lastRetry = performance.now();
    say(`${error.message} (asked again in ${(delayMs / 1000).toFixed(1)} s)`);
  };
  if (process.stderr.isTTY) return { ...bar(), retry };
  let lastLine = performance.now();
  return {
    show({ done, total, answered, failed, calls, usage, cost, secondsLeft }) {
      if (performance.now() - lastLine < INTERVAL_MS) return;
      lastLine = performance.now();
      const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
      say(
        `${done} of ${total ?? '?'} questions: ${answered} answered, ${failed} failed; ${calls} calls, ${usage.input + usage.output} tokens, cost ${cost.toFixed(4)}${left}`,
      );
    },
    retry,
    stop: () => {},
  };
}

function bar(): Omit<ProgressLines, 'retry'> {
  const drawn = new cliProgress.SingleBar({
    stream: process.stderr,
    format: '{bar} {value}/{total} | {rate}/s | {failed} failed | {tokens} tokens | cost {cost} | {left} s left',
    barsize: 24,
    hideCursor: true,
  });
  let isStarted = false;
  return {
    show({ done, total, perSecond, failed, usage, cost, secondsLeft }) {
      const payload = {
        rate: perSecond.toFixed(1),
        failed,
        tokens: usage.input + usage.output,
        cost: cost.toFixed(4),
        left: Math.ceil(secondsLeft ?? 0),
      };
      if (!isStarted) drawn.start(total ?? 0, 0, payload);
      isStarted = true;
      drawn.update(done, payload);
    },
    stop: () => drawn.stop(),
  };
}
