import type { Command } from 'commander';
import type { LanguageModel } from '../language-model.js';
import type { CollectOptions } from '../preferences/collect-preferences.js';
import { createQueuedModel, type WorkQueue, withQueuedReplies } from '../queue/index.js';
import type { ReplyStore } from '../reply-store.js';
import { createMemoryStore } from '../store/index.js';
import { type CommandContext, UsageError } from './context.js';
import { openQueue } from './queue-options.js';

/** Options of `distill` before a queue. */
export interface DistillQueueOptions {
  readonly queue?: string;
  readonly queueName: string;
  readonly dryRun: boolean;
}

/** What `distill` does otherwise if workers ask its questions. */
export interface QuestionQueue {
  /** The workers' model. */
  readonly model: LanguageModel;
  /** Questions that are in the queue at once. */
  readonly concurrency?: number;
  /** The queue delivers calls again by itself, and a call takes as long as the queue does. */
  readonly retries: NonNullable<CollectOptions['retries']>;
  /** A store that has the queue's replies, too. */
  withReplies(store: ReplyStore): ReplyStore;
  /** For an estimate: the replies that the queue has. Empty as long as its model is not known. */
  known(): Promise<{ readonly store?: ReplyStore; readonly fingerprint?: string }>;
}

/** Questions in the queue at once, so that many workers find some; few enough that they do not fill the server. */
const CONCURRENCY = 1000;
/** The longest time that a timer can wait: 24 days. */
const FOREVER_MS = 2_147_483_000;
/** Options that workers have, not the command that fills the queue. */
const OF_WORKERS = ['model', 'temperature', 'maxReply', 'timeout', 'attempts', 'retrySpan'];

/** Runs the command with the queue that its options name, if any. */
export async function withQuestionQueue<Options extends DistillQueueOptions>(
  command: Command,
  options: Options,
  context: CommandContext,
  run: (options: Options, context: CommandContext, queue: QuestionQueue | undefined) => Promise<void>,
): Promise<void> {
  const { queue: url, queueName, dryRun } = options;
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  if (url === undefined) {
    if (isGiven('queueName')) throw new UsageError('--queue-name: give the address of the server with --queue, too.');
    return run(options, context, undefined);
  }
  const misplaced = command.options.find(
    (option) => OF_WORKERS.includes(option.attributeName()) && isGiven(option.attributeName()),
  );
  if (misplaced !== undefined)
    throw new UsageError(
      `${misplaced.long}: with --queue the workers ask the model. Give it to them: ialp-llm-user work --queue ${url}.`,
    );
  await using queue = await openQueue({ queue: url, queueName }, context);
  const model = dryRun ? await modelForEstimate(queue) : await modelOf(queue, url, context);
  await run(options, context, {
    model,
    retries: { attempts: 1, timeoutMs: FOREVER_MS },
    ...(!isGiven('concurrency') && { concurrency: CONCURRENCY }),
    withReplies: (store) => withQueuedReplies(store, queue),
    async known() {
      const fingerprint = await model.fingerprint?.();
      return fingerprint === undefined ? {} : { fingerprint, store: withQueuedReplies(createMemoryStore(), queue) };
    },
  });
}

function modelOf(queue: WorkQueue, url: string, { signal, say }: CommandContext): Promise<LanguageModel> {
  const name = queue.name === 'distill' ? '' : ` --queue-name ${queue.name}`;
  return createQueuedModel({
    queue,
    signal,
    onWaiting: () => say(`Waiting for the first worker: ialp-llm-user work --queue ${url}${name} --model <model>`),
  });
}

/** The workers' model; if it is not known yet, one that only has a name. */
async function modelForEstimate(queue: WorkQueue): Promise<LanguageModel> {
  const waiting = new AbortController();
  return createQueuedModel({ queue, signal: waiting.signal, onWaiting: () => waiting.abort() }).catch((error) => {
    if (!waiting.signal.aborted) throw error;
    return {
      specificationVersion: 'v1' as const,
      name: 'a model of future workers',
      generate: () => Promise.reject(new Error('An estimate asks nothing.')),
    };
  });
}
