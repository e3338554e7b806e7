import type { WorkQueue } from '@ialp/llm-user/queue';
import { keyOf, SETTINGS_KEY } from './cells.js';
import type { Pretrained } from './pretraining.js';
import { readValue, type StudyJob, storeValue } from './queue-jobs.js';
import type { Threads } from './threads.js';
import type { Run } from './worker.js';

/**
 * Pre-trains and deploys on the workers of a queue, and prepares environments on threads of this process. Results are the same as those of
 * threads: the jobs hold everything that they depend on, except the data and the code.
 */
export function startQueueThreads(queue: WorkQueue, local: Threads, signal: AbortSignal): Threads {
  /** Ids of values that are stored already, by a part of the value. */
  const stored = new WeakMap<object, Promise<string>>();
  const store = (part: object, value: object): Promise<string> => {
    const id = stored.get(part) ?? storeValue(queue, value);
    stored.set(part, id);
    return id;
  };
  const submit = (job: StudyJob): Promise<unknown> => queue.submit(`${job.kind}.${keyOf(job)}`, job, { signal });
  return {
    count: local.count,
    prepare: (job) => local.prepare(job),
    async pretrain({ data: _, space, ...job }) {
      const id = await submit({ kind: 'pretrain', settings: SETTINGS_KEY, space: await store(space, space), job });
      return readValue<Pretrained>(queue, id as string);
    },
    async deploy({ data: _, space, pretrained, ...job }) {
      const run = await submit({
        kind: 'deploy',
        settings: SETTINGS_KEY,
        space: await store(space, space),
        // The weights belong to one pre-training, with everything else that is stored with them.
        ...(pretrained && { pretrained: await store(pretrained.weights, pretrained) }),
        job,
      });
      return run as Run;
    },
    close: () => local.close(),
  };
}
