import { Worker } from 'node:worker_threads';
import type { EncodedBatch, TextBatch } from './encoder-worker.js';

/** Batches that a worker has at once: one that it computes, one that waits, so that it never does. */
const AHEAD = 2;

/** Options of `WorkerTeam`. */
interface TeamOptions {
  readonly size: number;
  /** The next batch to compute; `undefined` if no batch is left. */
  readonly take: () => TextBatch | undefined;
  readonly onEncoded: (batch: EncodedBatch) => void;
  /** A worker has died, or could not start: the batches that it owes. */
  readonly onLost: (batches: readonly TextBatch[]) => void;
}

/** Worker threads, each with the model, that compute batches as they are free. */
export class WorkerTeam {
  readonly #workers: Worker[] = [];
  readonly #owed = new Map<Worker, Map<number, TextBatch>>();
  readonly #options: TeamOptions;
  #wake: (() => void) | undefined;

  constructor(options: TeamOptions) {
    this.#options = options;
    for (let k = 0; k < options.size; k++) this.#start();
  }

  /** Resolves when a worker has given a batch or was lost; at once where no worker owes any. */
  async change(): Promise<void> {
    if (this.isIdle) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Whether no worker owes a batch. */
  get isIdle(): boolean {
    return [...this.#owed.values()].every((batches) => batches.size === 0);
  }

  async close(): Promise<void> {
    this.#owed.clear();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(new URL('./encoder-worker.js', import.meta.url));
    this.#workers.push(worker);
    this.#owed.set(worker, new Map());
    worker.on('message', (batch: EncodedBatch) => {
      const owed = this.#owed.get(worker);
      if (owed?.delete(batch.start) !== true) return;
      this.#options.onEncoded(batch);
      this.#feed(worker);
      this.#wake?.();
    });
    const lose = (): void => {
      const owed = this.#owed.get(worker);
      if (owed === undefined) return;
      this.#owed.delete(worker);
      this.#options.onLost([...owed.values()]);
      this.#wake?.();
    };
    worker.on('error', lose);
    worker.on('exit', lose);
    this.#feed(worker);
  }

  #feed(worker: Worker): void {
    const owed = this.#owed.get(worker);
    while (owed !== undefined && owed.size < AHEAD) {
      const batch = this.#options.take();
      if (batch === undefined) return;
      owed.set(batch.start, batch);
      worker.postMessage(batch);
    }
  }
}
