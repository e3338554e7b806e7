import { Worker } from 'node:worker_threads';
import type { LearnerJob, LearnerMessage } from './learner-worker.js';

/** Options of `startLearnerThread`. */
export interface LearnerThreadOptions {
  readonly job: LearnerJob;
  readonly say: (line: string) => void;
  readonly onError: (error: { readonly name: string; readonly message: string }) => void;
}

/** A thread that learns. */
export interface LearnerThread {
  /** Rejects if the thread ends by an error before it was closed for the first time. */
  readonly failed: Promise<never>;
  /** Lets the thread store what it has learned, and waits for its end. */
  close(): Promise<void>;
}

/** Wait before a thread that has ended by an error is started again; it doubles with each. */
const FIRST_RESTART_MS = 1_000;
const LAST_RESTART_MS = 60_000;
/** A thread that has run for so long is started again without a wait. */
const STABLE_MS = 60_000;

/** Learns in a thread of its own, which is started again if it ends. */
export function startLearnerThread({ job, say, onError }: LearnerThreadOptions): LearnerThread {
  let isClosing = false;
  let restartMs = FIRST_RESTART_MS;
  let timer: NodeJS.Timeout | undefined;
  let ended: Promise<void>;
  let worker: Worker;
  let fail: (error: Error) => void;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {});

  function start(): void {
    const begun = performance.now();
    let last: Error | undefined;
    worker = new Worker(new URL('./learner-worker.js', import.meta.url), { workerData: job });
    worker.on('message', (message: LearnerMessage) => {
      if (message.type === 'say') return say(message.line);
      last = Object.assign(new Error(message.message), { name: message.name });
      onError(message);
    });
    worker.on('error', (error: Error) => {
      last = error;
      onError(error);
    });
    ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve();
        if (isClosing) return;
        fail(last ?? new Error('The learner has ended.'));
        if (performance.now() - begun > STABLE_MS) restartMs = FIRST_RESTART_MS;
        timer = setTimeout(start, restartMs);
        restartMs = Math.min(LAST_RESTART_MS, 2 * restartMs);
      });
    });
  }

  start();
  return {
    failed,
    async close() {
      isClosing = true;
      clearTimeout(timer);
      worker.postMessage('close');
      await ended;
    },
  };
}
