/**
 * A queue of jobs on a server, for one process that submits them and any number that work on them. The rules:
 *
 * - A job has a key. A key that was submitted before, and has a result, is not done again; one that waits or is in progress is not queued twice.
 * - A job stays in the queue until its result is stored. If its worker dies, it is given to another worker.
 * - A job that fails too often becomes a dead letter, and `submit` throws.
 */
export interface WorkQueue extends AsyncDisposable {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /** Name of the queue; a server may have many. */
  readonly name: string;
  /** Address of the server, without password. */
  readonly url: string;
  /**
   * Submits a job and waits for its result, for as long as it takes, also while the server is away. A dead letter of an earlier run is tried again. If
   * the signal is aborted, the job is taken back, unless a worker has begun it.
   * @param key letters, digits and `-_=/.`, not at the ends; the same key stands for the same job.
   * @param content JSON.
   * @returns the result, JSON.
   * @throws {DeadLetterError} if the job failed too often. {QueueError}. The signal's reason.
   */
  submit(key: string, content: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /** The result of a job, or undefined if it has none yet. @throws {QueueError} */
  result(key: string): Promise<unknown>;
  /**
   * Works on jobs until the signal is aborted, `idleMs` is over, or a job's error means that this worker should stop. Jobs in progress are finished
   * first.
   * @throws the error that stopped it. {QueueError}; {InvalidOptionError}.
   */
  work(options: WorkOptions): Promise<WorkSummary>;
  /**
   * Stores a value that all processes of the queue agree on. The first one counts.
   * @returns the value that counts.
   */
  agree(topic: string, value: unknown): Promise<unknown>;
  /** The value that was agreed on, or undefined. */
  agreed(topic: string): Promise<unknown>;
  /** Waits until a value is agreed on. @throws the signal's reason. */
  awaitAgreed(topic: string, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /**
   * Stores bytes that are too many for a job or a result, such as weights. The same bytes are stored once.
   * @returns their id, a digest.
   */
  putBytes(bytes: Uint8Array): Promise<string>;
  /** Reads stored bytes. @throws {QueueError} if the id is unknown. */
  getBytes(id: string): Promise<Uint8Array>;
  /** Counts of jobs and results. */
  status(): Promise<QueueStatus>;
  /** Deletes the queue with all its jobs, results and dead letters. */
  remove(): Promise<void>;
  /** Closes the connection. The queue stays on the server. */
  close(): Promise<void>;
}

/** A job as a worker gets it. */
export interface Job {
  readonly key: string;
  readonly content: unknown;
  /** Deliveries so far, this one included: above 1 if another worker died with it, or gave it back. */
  readonly deliveries: number;
}

/**
 * What follows from a worker's error: `retry` gives the job back, for another attempt later; `fail` makes it a dead letter at once; `stop`
 * gives it back and stops this worker, because it would fail at others, too.
 */
export type Verdict = 'retry' | 'fail' | 'stop';

/** Options of `work`. */
export interface WorkOptions {
  /** Does a job and returns its result, JSON. */
  readonly handle: (job: Job) => Promise<unknown>;
  /** Jobs at once. At least 1. Default 1. */
  readonly concurrency?: number;
  /** Judges an error of `handle`. Default: `retry`. */
  readonly judge?: (error: unknown) => Verdict;
  /** Further details of an error for the dead letter, JSON. */
  readonly describe?: (error: unknown) => object;
  /** Ends the work after so many milliseconds without a job. Above 0. Default: never. */
  readonly idleMs?: number;
  /** Takes no further job once it is aborted. */
  readonly signal?: AbortSignal;
  /** Called after each job, with its error if it failed. */
  readonly onJob?: (job: Job, error?: unknown) => void;
}

/** What a worker did. */
export interface WorkSummary {
  /** Jobs with a result. */
  readonly done: number;
  /** Attempts that failed, or whose job became a dead letter. */
  readonly failed: number;
}

/** State of a queue. */
export interface QueueStatus {
  /** Jobs without a result, those in progress included. */
  readonly jobs: number;
  /** Jobs that workers have. */
  readonly inProgress: number;
  readonly results: number;
  readonly deadLetters: number;
}
