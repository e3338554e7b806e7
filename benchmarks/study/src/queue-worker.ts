import type { WorkQueue, WorkSummary } from '@ialp/llm-user/queue';
import { checkSettings, readValue, type StudyJob, storeValue } from './queue-jobs.js';
import type { Threads } from './threads.js';
import type { DeployJob } from './worker.js';

/** Stored values that a worker keeps: item embeddings of the environments, and the last pre-trained weights. */
const CACHED = 16;

/** Options of `workOnStudy`. */
export interface StudyWorkerOptions {
  readonly queue: WorkQueue;
  readonly threads: Threads;
  /** Folder of all data sets, on this machine. */
  readonly data: string;
  /** Gives the jobs in progress back, and ends the work. */
  readonly signal: AbortSignal;
  /** Called after each job, with its error if it failed. */
  readonly onJob: (kind: StudyJob['kind'], error?: unknown) => void;
}

/** Does the jobs of studies of other processes, until the signal is aborted. */
export function workOnStudy({ queue, threads, data, signal, onJob }: StudyWorkerOptions): Promise<WorkSummary> {
  const cache = new Map<string, Promise<unknown>>();
  const storedValue = <T>(id: string): Promise<T> => {
    const value = cache.get(id) ?? readValue(queue, id);
    // The one that was used last is the last to go.
    cache.delete(id);
    cache.set(id, value);
    value.catch(() => cache.delete(id));
    if (cache.size > CACHED) cache.delete([...cache.keys()][0]);
    return value as Promise<T>;
  };
  return queue.work({
    concurrency: threads.count,
    signal,
    async handle({ content }) {
      const queued = content as StudyJob;
      checkSettings(queued);
      const space = await storedValue<DeployJob['space']>(queued.space);
      if (queued.kind === 'pretrain') return storeValue(queue, await threads.pretrain({ ...queued.job, data, space }));
      const { job, pretrained } = queued;
      return threads.deploy({
        ...{ ...job, data, space },
        ...(pretrained !== undefined && {
          pretrained: await storedValue<NonNullable<DeployJob['pretrained']>>(pretrained),
        }),
      });
    },
    // An interrupted run is given to another worker at once.
    judge: () => (signal.aborted ? 'stop' : 'retry'),
    onJob: ({ content }, error) => onJob((content as StudyJob).kind, error),
  });
}
