import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import type { Weights } from '@ialp/policy';
import { Tinypool } from 'tinypool';
import type { DeployJob, PretrainJob, SeedResult } from './worker.js';

/** Called with the number of interactions since the last call. */
export type OnInteractions = (more: number) => void;

/** Trains and deploys on worker threads. */
export interface Threads {
  readonly count: number;
  pretrain(job: Omit<PretrainJob, 'progress'>, onInteractions: OnInteractions): Promise<Weights>;
  deploy(job: Omit<DeployJob, 'progress'>, onInteractions: OnInteractions): Promise<SeedResult>;
  /** Terminates all threads. */
  close(): Promise<void>;
}

/** Maximum number of threads: there are few jobs, and each thread builds its own world. */
const MAX_THREADS = 8;

/** Starts the threads, one per core. After an abort of the signal, running and waiting jobs fail with its reason. */
export function startThreads(signal: AbortSignal): Threads {
  // Every job listens to the signal, and there may be many jobs.
  setMaxListeners(0, signal);
  const count = Math.min(availableParallelism(), MAX_THREADS);
  const pool = new Tinypool({
    filename: new URL('./worker.js', import.meta.url).href,
    runtime: 'worker_threads',
    minThreads: count,
    maxThreads: count,
    // Flags of the main thread, such as --input-type, must not reach the workers.
    execArgv: [],
  });
  const run = async (name: string, job: object, onInteractions: OnInteractions): Promise<unknown> => {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', onInteractions);
    try {
      return await pool.run({ ...job, progress: port2 }, { name, transferList: [port2], signal });
    } finally {
      port1.close();
    }
  };
  return {
    count,
    pretrain: (job, onInteractions) => run('pretrain', job, onInteractions) as Promise<Weights>,
    deploy: (job, onInteractions) => run('deploy', job, onInteractions) as Promise<SeedResult>,
    close: () => pool.destroy(),
  };
}
