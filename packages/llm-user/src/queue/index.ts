/** Work queues on NATS JetStream: what `@ialp/llm-user/queue` publishes. They need the packages `@nats-io/*`. */

export { DeadLetterError, type DeadLetterReason, QueueError, type QueueFault } from './errors.js';
export { type ModelWorkerOptions, runModelWorker } from './model-worker.js';
export { openWorkQueue, type WorkQueueOptions } from './open-work-queue.js';
export { createQueuedModel, type QueuedModelOptions, withQueuedReplies } from './queued-model.js';
export type { Job, QueueStatus, Verdict, WorkOptions, WorkQueue, WorkSummary } from './work-queue.js';
