import { join } from 'node:path';
import { createProgress, prepareOutput, print, runMain, writeAtomically } from '@ialp/command';
import { openEncoder } from '@ialp/command/embeddings';
import { resolveKernels } from '@ialp/command/kernels';
import { embedCatalogue, IalpError } from '@ialp/llm-user';
import { openWorkQueue, type WorkQueue } from '@ialp/llm-user/queue';
import { type Options, parseOptions } from './options.js';
import { writeResults } from './output.js';
import { plainRuns } from './plain-runs.js';
import { planOf } from './plan.js';
import { startQueueThreads } from './queue-threads.js';
import { workOnStudy } from './queue-worker.js';
import { RunStore } from './run-store.js';
import { type EmbedItems, Runner } from './runner.js';
import { study } from './study.js';
import { formatTables } from './table.js';
import { startThreads } from './threads.js';
import { tune } from './tuning.js';

/** Runs the command line and returns its exit code. Results go to stdout, everything else to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  let out: string | undefined;
  return runMain(
    async (signal) => {
      const options = parseOptions(args);
      if (options.dryRun) return print(await planOf(options));
      if (options.worker) return work(options, signal);
      out = options.out;
      await prepareOutput(out);
      await withRunner(options, signal, options.tune ? tuneAll : studyAll);
    },
    {
      isExpected: IalpError.isInstance,
      interrupted: () =>
        out === undefined
          ? 'Interrupted.'
          : `Interrupted. Finished runs are stored in ${out}; the same command continues from there.`,
    },
  );
}

type Job = (options: Options, runner: Runner) => Promise<void>;

async function withRunner(options: Options, signal: AbortSignal, job: Job): Promise<void> {
  const progress = createProgress(process.stderr);
  // On the workers' threads, if there is a queue.
  await using queue = options.queue === undefined ? undefined : await openQueue(options, progress.say);
  const local = startThreads(signal, queue === undefined ? options.threads : 1);
  const threads = queue === undefined ? local : startQueueThreads(queue, local, signal);
  if (queue !== undefined)
    progress.say(
      `The runs are done by workers: npm run study -- --worker --queue ${queue.url} --queue-name ${queue.name}`,
    );
  const encoder = await openEncoder(options.embeddings, progress.say);
  try {
    const store = await RunStore.open(options.out);
    const embedItems: EmbedItems = (catalogue) => embedCatalogue(catalogue, encoder, { signal });
    await job(options, new Runner(options.data, threads, store, embedItems));
  } finally {
    await threads.close();
  }
}

/** Does the runs of other processes. */
async function work(options: Options, signal: AbortSignal): Promise<void> {
  const { say } = createProgress(process.stderr);
  // A supervisor ends a worker with SIGTERM.
  const end = new AbortController();
  const onEnd = (): void => end.abort();
  process.once('SIGTERM', onEnd);
  await using queue = await openQueue(options, say);
  const both = AbortSignal.any([signal, end.signal]);
  const threads = startThreads(both, options.threads);
  say(`Working on the queue ${queue.name} with ${threads.count} threads.`);
  const counts = { pretrain: 0, deploy: 0 };
  const onJob = (kind: keyof typeof counts, error?: unknown): void => {
    if (error === undefined) counts[kind]++;
    else say(`A run failed: ${error instanceof Error ? error.message : String(error)}`);
  };
  try {
    await workOnStudy({ queue, threads, data: options.data, signal: both, onJob });
  } catch (error) {
    if (!both.aborted) throw error;
  } finally {
    process.off('SIGTERM', onEnd);
    await threads.close();
    say(`${counts.deploy} deployments and ${counts.pretrain} pre-trainings done`);
  }
}

function openQueue({ queue, queueName, ackWait }: Options, say: (line: string) => void): Promise<WorkQueue> {
  return openWorkQueue({
    url: queue as string,
    name: queueName,
    ...(ackWait !== undefined && { ackWaitMs: 1000 * ackWait }),
    onOutage: (isAway) => say(isAway ? 'The NATS server is away; waiting for it.' : 'The NATS server is back.'),
  });
}

async function studyAll(options: Options, runner: Runner): Promise<void> {
  const { results, runs } = await study(options, runner, createProgress(process.stderr));
  const files = await writeResults(options.out, results, plainRuns(runs));
  if (options.json) return print(JSON.stringify(results, null, 2));
  print(`\n${formatTables(results)}\n\n${results.findings.join('\n')}\n\nWritten: ${files.join(', ')}`);
}

async function tuneAll({ environments, interactions, kernels: named, out }: Options, runner: Runner): Promise<void> {
  const progress = createProgress(process.stderr);
  const kernels = resolveKernels(named);
  const found: Record<string, Awaited<ReturnType<typeof tune>>> = {};
  for (const environment of environments) {
    found[environment] = await tune(environment, runner, { interactions, kernels }, progress);
  }
  const pick = (part: 'tuned' | 'trials') =>
    `${JSON.stringify(Object.fromEntries(Object.entries(found).map(([name, each]) => [name, each[part]])), null, 2)}\n`;
  const files = { tuned: join(out, 'tuned.json'), trials: join(out, 'trials.json') };
  await writeAtomically(files.tuned, pick('tuned'));
  await writeAtomically(files.trials, pick('trials'));
  print(`Written: ${files.tuned}, ${files.trials}`);
}
