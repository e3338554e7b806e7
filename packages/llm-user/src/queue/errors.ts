import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** Why a queue could not be used. */
export type QueueFault =
  | 'unreachable'
  | 'refused'
  | 'no jetstream'
  | 'too large'
  | 'mismatch'
  | 'missing'
  | 'closed'
  | 'unusable';

/** A queue could not be opened or used. Jobs and results on the server are not lost. */
export class QueueError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<QueueError> =
    /* @__PURE__ */ recognizerOf('ialp.llm-user.error.queue');
  override name = 'QueueError';
  readonly fault: QueueFault;
  /** Address of the server, without password. */
  readonly url: string;

  constructor(url: string, fault: QueueFault, message: string, options?: ErrorOptions) {
    super(`${url}: ${message}`, options);
    this.url = url;
    this.fault = fault;
  }
}

/** The error of the last attempt at a job, as the worker described it. */
export interface DeadLetterReason {
  readonly name: string;
  readonly message: string;
  /** What `describe` of the worker returned. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A job failed too often, or in a way that no further attempt can change. */
export class DeadLetterError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<DeadLetterError> = /* @__PURE__ */ recognizerOf(
    'ialp.llm-user.error.dead-letter',
  );
  override name = 'DeadLetterError';
  /** Key of the job. */
  readonly key: string;
  readonly deliveries: number;
  readonly reason: DeadLetterReason;

  constructor(key: string, deliveries: number, reason: DeadLetterReason) {
    const attempts = deliveries === 1 ? 'once' : `${deliveries} times`;
    super(`The job ${key} was given to a worker ${attempts} and failed. ${reason.message}`);
    this.key = key;
    this.deliveries = deliveries;
    this.reason = reason;
  }
}
