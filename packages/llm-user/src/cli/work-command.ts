import { createRandom } from '@ialp/core';
import type { Command } from 'commander';
import { runModelWorker } from '../queue/index.js';
import { type CommandContext, UsageError } from './context.js';
import { addModelOptions, createModel, type ModelOptions } from './inputs.js';
import { amount, integer, seconds } from './numbers.js';
import { progressLines } from './progress.js';
import { addQueueOptions, openQueue } from './queue-options.js';

interface Options extends ModelOptions {
  readonly queue?: string;
  readonly queueName: string;
  readonly concurrency: number;
  readonly attempts: number;
  readonly retrySpan: number;
  readonly idle?: number;
  readonly ackWait?: number;
  readonly deliveries: number;
  readonly json: boolean;
}

/** Between two lines about what was done. */
const LINE_INTERVAL_MS = 30_000;

/** `work`: asks a model the questions of a queue. */
export function addWork(program: Command, context: CommandContext): void {
  const command = program
    .command('work')
    .description('ask a language model the questions that `distill --queue` puts into a queue');
  addQueueOptions(addModelOptions(command), 'address of the NATS server, nats://host:4222')
    .option('--concurrency <number>', 'questions asked at once', integer(1, 10_000), 4)
    .option('--attempts <number>', 'attempts at a call', integer(1, 100), 10)
    .option('--retry-span <seconds>', 'how long a call is retried: as long as the server may take to start', amount, 60)
    .option(
      '--deliveries <number>',
      'workers that a question is given to before it counts as failed',
      integer(1, 1000),
      5,
    )
    .option('--idle <seconds>', 'end after this time without a question (default: wait for ever)', seconds)
    .option(
      '--ack-wait <seconds>',
      'silence after which a worker counts as dead and its questions are given to others; for all workers of the queue (default of a new queue: 30)',
      seconds,
    )
    .option('--json', 'print the summary as JSON', false)
    .action((options: Options) => workCommand(options, context));
}

async function workCommand(options: Options, context: CommandContext): Promise<void> {
  const { queue: url, queueName, concurrency, attempts, idle, ackWait, deliveries } = options;
  if (url === undefined) throw new UsageError('--queue is required: the address of a NATS server, nats://host:4222.');
  const model = await createModel(options);
  // A supervisor ends a worker with SIGTERM.
  const end = new AbortController();
  const onEnd = (): void => end.abort();
  process.once('SIGTERM', onEnd);
  const signal = AbortSignal.any([context.signal, end.signal]);
  signal.addEventListener('abort', () => context.say('Finishing what is in progress. Press Ctrl-C to stop at once.'), {
    once: true,
  });
  const { retry } = progressLines(context);
  const counts = { answered: 0, failed: 0 };
  const lines = setInterval(() => context.say(describe(counts)), LINE_INTERVAL_MS);
  try {
    await using queue = await openQueue({ queue: url, queueName }, context, {
      maxDeliveries: deliveries,
      ...(ackWait !== undefined && { ackWaitMs: Math.round(1000 * ackWait) }),
    });
    await runModelWorker({
      queue,
      model,
      concurrency,
      // Jitter, different for each worker; no reply depends on it.
      random: createRandom(process.pid),
      retries: { attempts, timeoutMs: 1000 * options.timeout, retrySpanMs: 1000 * options.retrySpan },
      onRetry: retry,
      onReady: () => context.say(`Working on the queue ${queueName} with ${model.name}.`),
      ...(idle !== undefined && { idleMs: 1000 * idle }),
      signal,
      onJob(_, error) {
        if (error === undefined) counts.answered++;
        else counts.failed++;
      },
    });
    context.print(options.json ? JSON.stringify(counts, null, 2) : describe(counts));
  } finally {
    clearInterval(lines);
    process.off('SIGTERM', onEnd);
  }
}

function describe({ answered, failed }: { readonly answered: number; readonly failed: number }): string {
  return `${answered} questions answered, ${failed} failed`;
}
