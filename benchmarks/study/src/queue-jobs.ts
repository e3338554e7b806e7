import { deserialize, serialize } from 'node:v8';
import type { WorkQueue } from '@ialp/llm-user/queue';
import { SETTINGS_KEY } from './cells.js';
import type { DeployJob, PretrainJob } from './worker.js';

/** What all jobs of a queue have. */
interface QueuedJob {
  /** Hash of the settings; a worker with other settings refuses the job. */
  readonly settings: string;
  /** Id of the stored item embeddings. */
  readonly space: string;
}

/** A pre-training as a job; its result is the id of the stored `Pretrained`. */
export interface QueuedPretraining extends QueuedJob {
  readonly kind: 'pretrain';
  readonly job: Omit<PretrainJob, 'data' | 'space'>;
}

/** A deployment as a job; its result is a `Run`. */
export interface QueuedDeployment extends QueuedJob {
  readonly kind: 'deploy';
  readonly job: Omit<DeployJob, 'data' | 'space' | 'pretrained'>;
  /** Id of the stored weights, if the method is pre-trained. */
  readonly pretrained?: string;
}

/** A job of the study without its large parts, which are stored beside the queue: all jobs of an environment share them. */
export type StudyJob = QueuedPretraining | QueuedDeployment;

/** @throws if the job is from a study with other settings. */
export function checkSettings({ settings }: StudyJob): void {
  if (settings === SETTINGS_KEY) return;
  throw new Error(
    `The settings of this worker (${SETTINGS_KEY}) are not those of the study (${settings}). Run both from the same commit.`,
  );
}

/** Stores a value with typed arrays beside the queue, bit for bit. @returns its id; equal values have the same id. */
export function storeValue(queue: WorkQueue, value: object): Promise<string> {
  return queue.putBytes(serialize(value));
}

/** Reads a stored value. */
export async function readValue<T>(queue: WorkQueue, id: string): Promise<T> {
  return deserialize(await queue.getBytes(id)) as T;
}
