import { Worker } from 'node:worker_threads';
import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';
import type { LearnerJob, LearnerMessage } from './learner-worker.js';

/** The thread that learns has ended by an error. */
export class LearnerThreadError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<LearnerThreadError> = /* @__PURE__ */ recognizerOf(
    'ialp.serve.error.learner-thread',
  );
  override name = 'LearnerThreadError';
}

/** Options of `startLearnerThread`. */
export interface LearnerThreadOptions {
  readonly job: LearnerJob;
  readonly say: (line: string) => void;
  /** Called with errors after which the thread goes on; once `started` was called, also with those by which it ends. */
  readonly onError: (error: { readonly name: string; readonly message: string }) => void;
  /** What the thread runs. Default: `learner-worker.js`; tests replace it. */
  readonly program?: URL;
}

/** A thread that learns. */
export interface LearnerThread {
  /** Rejects with a `LearnerThreadError` when the thread ends by an error for the first time. */
  readonly failed: Promise<never>;
  /** Says that nobody waits for `failed` any longer. */
  started(): void;
  /** Lets the thread store what it has learned, and waits for its end. */
  close(): Promise<void>;
}

/** Wait before a thread that has ended by an error is started again; it doubles with each. */
const FIRST_RESTART_MS = 1_000;
const LAST_RESTART_MS = 60_000;
/** A thread that has run for so long is started again without a wait. */
const STABLE_MS = 60_000;

/** Learns in a thread of its own, which is started again if it ends. */
export function startLearnerThread({ job, say, onError, program }: LearnerThreadOptions): LearnerThread {
  let isClosing = false;
  let isStarted = false;
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
    let last: string | undefined;
    const end = ({ name, message }: { readonly name: string; readonly message: string }): void => {
      last = message;
      if (isStarted) onError({ name, message });
    };
    worker = new Worker(program ?? new URL('./learner-worker.js', import.meta.url), { workerData: job });
    worker.on('message', (message: LearnerMessage) => {
      if (message.type === 'say') return say(message.line);
      if (message.type === 'fatal') return end(message);
      onError(message);
    });
    worker.on('error', end);
    ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        resolve();
        if (isClosing) return;
        if (last === undefined) end({ name: 'LearnerThreadError', message: exitMessage(code) });
        fail(new LearnerThreadError(last ?? exitMessage(code)));
        if (performance.now() - begun > STABLE_MS) restartMs = FIRST_RESTART_MS;
        timer = setTimeout(start, restartMs);
        restartMs = Math.min(LAST_RESTART_MS, 2 * restartMs);
      });
    });
  }

  start();
  return {
    failed,
    started() {
      isStarted = true;
    },
    async close() {
      isClosing = true;
      clearTimeout(timer);
      worker.postMessage('close');
      await ended;
    },
  };
}

function exitMessage(code: number): string {
  return (
    `The thread that learns has ended with the exit code ${code} and without an error: expected it to run. ` +
    'Look for process.exit() in the module of --config and in what it imports.'
  );
}
