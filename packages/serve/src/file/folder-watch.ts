import { type FSWatcher, watch } from 'node:fs';

/** How often to look without and with notifications by the system, which some file systems do not send for other processes. */
const POLL_MS = 10;
const WATCHED_POLL_MS = 100;

/** Waits for other handles to change a folder: by notifications of the system, and by looking now and then. */
export class FolderWatch {
  readonly #folder: string;
  readonly #isBackground: boolean;
  readonly #waiting = new Set<() => void>();
  #watcher: FSWatcher | undefined;
  /** The system cannot watch the folder, or does not tell. */
  #isBlind = false;

  /** @param isBackground whether the process may end while something waits. Default false. */
  constructor(folder: string, { isBackground = false }: { readonly isBackground?: boolean } = {}) {
    this.#folder = folder;
    this.#isBackground = isBackground;
  }

  /** Lets all that wait look again. */
  notify(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves when `isChanged` returns true, the time is over, or a signal aborts. */
  wait(isChanged: () => boolean, leftMs: number, signals: readonly AbortSignal[]): Promise<void> {
    this.#start();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        clearInterval(poll);
        this.#waiting.delete(look);
        for (const signal of signals) signal.removeEventListener('abort', end);
        resolve();
      };
      const look = (): void => {
        if (isChanged()) end();
      };
      const timer = setTimeout(end, leftMs);
      const poll = setInterval(look, this.#isBlind ? POLL_MS : WATCHED_POLL_MS);
      if (this.#isBackground) {
        timer.unref();
        poll.unref();
      }
      this.#waiting.add(look);
      for (const signal of signals) signal.addEventListener('abort', end);
      // What has changed before the watch began.
      if (signals.some(({ aborted }) => aborted)) end();
      else look();
    });
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #start(): void {
    if (this.#watcher !== undefined || this.#isBlind) return;
    const fail = (): void => {
      this.close();
      this.#isBlind = true;
    };
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, () => this.notify());
      this.#watcher.on('error', fail);
    } catch {
      fail();
    }
  }
}
