import cliProgress from 'cli-progress';
import type { DownloadProgress } from './progress-meter.js';

/** A progress bar on a terminal. */
export interface ProgressBar {
  set(progress: DownloadProgress): void;
  /** Ends the bar and leaves the line as it is. */
  stop(): void;
}

const MEBIBYTE = 2 ** 20;
const BAR = '{bar} {percentage}% | {done} of {whole} MiB | {rate} MiB/s';
const NO_BAR = '{done} MiB | {rate} MiB/s';

/** Creates a bar, or a count if the size is unknown. It appears with the first `set`. */
export function createProgressBar(stream: NodeJS.WriteStream, title: string): ProgressBar {
  let bar: cliProgress.SingleBar | undefined;

  function draw(total: number | undefined): cliProgress.SingleBar {
    const drawn = new cliProgress.SingleBar({
      stream,
      format: `${title.padEnd(28)} ${total === undefined ? NO_BAR : BAR}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      hideCursor: true,
    });
    drawn.start(total ?? 1, 0, { done: '', whole: '', rate: '' });
    return drawn;
  }

  return {
    set({ received, total, bytesPerSecond }) {
      bar ??= draw(total);
      // Another address may report the size that the previous one did not.
      if (total !== undefined) bar.setTotal(total);
      bar.update(total === undefined ? 0 : received, {
        done: (received / MEBIBYTE).toFixed(1),
        whole: ((total ?? 0) / MEBIBYTE).toFixed(1),
        rate: (bytesPerSecond / MEBIBYTE).toFixed(1),
      });
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}
