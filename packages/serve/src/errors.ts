import { type ErrorRecognizer, IalpError, recognizerOf } from '@ialp/core';

/** Events could not be stored or read. */
export class EventLogError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<EventLogError> =
    /* @__PURE__ */ recognizerOf('ialp.serve.error.event-log');
  override name = 'EventLogError';
}

/** A model could not be stored or read. */
export class ModelStoreError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<ModelStoreError> =
    /* @__PURE__ */ recognizerOf('ialp.serve.error.model-store');
  override name = 'ModelStoreError';
}

/**
 * What is wrong with a request: the decision is not known (`unknown-decision`), no item may be shown (`nothing-to-show`), or it exceeds a
 * limit (`limit`).
 */
export type RequestProblem = 'unknown-decision' | 'nothing-to-show' | 'limit';

/** A request that is well-formed but cannot be answered. */
export class RequestError extends IalpError {
  static override readonly isInstance: ErrorRecognizer<RequestError> =
    /* @__PURE__ */ recognizerOf('ialp.serve.error.request');
  override name = 'RequestError';
  readonly problem: RequestProblem;

  constructor(problem: RequestProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
