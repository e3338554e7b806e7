import cliProgress from 'cli-progress';
import type { DownloadProgress } from './progress-meter.js';

/** A line on a terminal that says how far a download is. */
export interface ProgressBar {
  set(progress: DownloadProgress): void;
  /** Leaves the line as it stands. */
  stop(): void;
}

const MEBIBYTE = 2 ** 20;
const BAR = '{bar} {percentage}% | {done} of {whole} MiB | {rate} MiB/s';
const NO_BAR = '{done} MiB | {rate} MiB/s';

/** A bar; where the size is not known, a count. It is drawn from the first `set` on. */
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
      // Another address may know what the one before did not say.
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
