import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import type { Pretrained } from './pretraining.js';
import type { DeployJob, PretrainJob, prepare, Run } from './worker.js';

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Prepares, pre-trains and deploys on worker threads. */
export interface Threads {
  readonly count: number;
  prepare(job: Parameters<typeof prepare>[0]): Promise<Prepared>;
  pretrain(job: PretrainJob): Promise<Pretrained>;
  deploy(job: DeployJob): Promise<Run>;
  /** Terminates all threads. */
  close(): Promise<void>;
}

/** Starts the threads, one per core by default. After an abort of the signal, all jobs fail with its reason. */
export function startThreads(signal: AbortSignal, threads?: number): Threads {
  // Every job listens to the signal, and there are many jobs.
  setMaxListeners(0, signal);
  const count = threads ?? availableParallelism();
  const pool = new Tinypool({
    filename: new URL('./worker.js', import.meta.url).href,
    runtime: 'worker_threads',
    minThreads: count,
    maxThreads: count,
    // Flags of the main thread, such as --input-type, must not reach the workers.
    execArgv: [],
  });
  const run = (name: string, job: object): Promise<unknown> => pool.run(job, { name, signal });
  return {
    count,
    prepare: (job) => run('prepare', job) as Promise<Prepared>,
    pretrain: (job) => run('pretrain', job) as Promise<Pretrained>,
    deploy: (job) => run('deploy', job) as Promise<Run>,
    close: () => pool.destroy(),
  };
}
