import { createWriteStream, type WriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { checkWritableFile } from '@ialp/core/files';
import type { Command } from 'commander';
import { createPopularitySampler, createRandomSampler } from '../preferences/candidate-samplers.js';
import { checkAnswers } from '../preferences/check-answers.js';
import { type FailedQuestion, type Preference, streamPreferences } from '../preferences/collect-preferences.js';
import { planCollection } from '../preferences/plan.js';
import type { CollectionSummary } from '../preferences/progress-tracker.js';
import { openReplyStore } from '../store/index.js';
import { type CommandContext, UsageError } from './context.js';
import { addInputOptions, type InputOptions, readInputs } from './inputs.js';
import { amount, integer, pair } from './numbers.js';
import { progressLines } from './progress.js';
import { type DistillQueueOptions, type QuestionQueue, withQuestionQueue } from './question-queue.js';
import { addQueueOptions } from './queue-options.js';

interface Options extends InputOptions, DistillQueueOptions {
  readonly questions: number;
  readonly candidates: number;
  readonly store: string;
  readonly out: string;
  readonly concurrency: number;
  readonly attempts: number;
  readonly retrySpan: number;
  readonly maxFailuresInRow: number;
  readonly maxFailedShare: number;
  readonly maxCalls?: number;
  readonly maxTokens?: number;
  readonly maxCost?: number;
  readonly price?: readonly [number, number];
  readonly keepWords: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `distill`: collects preferences, stores every reply and writes the answers. */
export function addDistill(program: Command, context: CommandContext): void {
  const command = program.command('distill').description('ask a language model which items users would like');
  addQueueOptions(addInputOptions(command), 'let workers ask the questions: address of a NATS server, nats://host:4222')
    .option('--questions <number>', 'users to ask about', integer(1, 1e8), 200)
    .option('--candidates <number>', 'items per question, half of them drawn by popularity', integer(1, 100), 8)
    .option('--store <file>', 'store of replies; stored requests are not made again', 'replies.db')
    .option('--out <file>', 'answers and failures, as JSON lines', 'answers.jsonl')
    .option('--concurrency <number>', 'questions asked at once', integer(1, 10_000), 4)
    .option('--attempts <number>', 'attempts at a call', integer(1, 100), 10)
    .option('--retry-span <seconds>', 'how long a call is retried: as long as the server may take to start', amount, 60)
    .option('--max-failures-in-row <number>', 'stop after this many failed questions in a row', integer(1, 1e8), 20)
    .option(
      '--max-failed-share <share>',
      'accepted share of failed questions, from 0 to 1; above it the exit code is 1',
      amount,
      0.5,
    )
    .option('--max-calls <number>', 'limit of calls to the model', amount)
    .option('--max-tokens <number>', 'limit of input and output tokens', amount)
    .option('--max-cost <amount>', 'limit of the cost; requires --price', amount)
    .option('--price <input,output>', 'price of a million tokens, in any currency', pair)
    .option('--keep-words', 'store prompts beside replies', false)
    .option('--dry-run', 'print what would be asked and its estimated cost, and ask nothing', false)
    .option('--json', 'print the summary as JSON', false)
    .action((options: Options) => withQuestionQueue(command, options, context, distillCommand));
}

async function distillCommand(
  options: Options,
  context: CommandContext,
  queue: QuestionQueue | undefined,
): Promise<void> {
  const { questions, candidates, attempts, price, json } = options;
  await checkWritableFile(options.out, {
    createError: (fault) =>
      new UsageError(`--out ${fault.file}: expected ${fault.expected}; found ${fault.found}. ${fault.remedy}`),
  });
  const { catalogue, model, source, random, drawStates } = await readInputs(options, queue?.model);
  const states = drawStates(questions);
  const half = Math.ceil(candidates / 2);
  const asked = {
    states,
    candidates: [
      { sampler: createPopularitySampler(catalogue), count: half },
      { sampler: createRandomSampler(catalogue.items.length), count: candidates - half },
    ],
    source,
    random: random.fork(2),
    ...(price && { price: { input: price[0], output: price[1] } }),
  };
  if (options.dryRun) {
    const plan = await planCollection({ ...asked, ...(await queue?.known()) });
    const { calls, usage, cost, fromStore } = plan;
    const money = price === undefined ? '' : `, cost ${cost.toFixed(4)}`;
    const known = queue === undefined ? '' : `; the queue has ${fromStore} more replies`;
    if (json) context.print(JSON.stringify({ dryRun: true, ...plan }, null, 2));
    else
      context.print(
        `${model.name}: ${plan.questions} questions, ${calls} calls, about ${usage.input} tokens in and ${usage.output} out${money}${known}`,
      );
    return;
  }
  // Fails at once if the server is down, before anything is asked.
  await model.fingerprint?.({ signal: context.signal });
  await using store = await openReplyStore(options.store);
  const { maxCalls, maxTokens, maxCost } = options;
  const bar = progressLines(context);
  const stream = streamPreferences({
    ...asked,
    store: queue?.withReplies(store) ?? store,
    storePrompts: options.keepWords,
    budget: {
      ...(maxCalls !== undefined && { calls: maxCalls }),
      ...(maxTokens !== undefined && { tokens: maxTokens }),
      ...(maxCost !== undefined && { cost: maxCost }),
    },
    retries: queue?.retries ?? {
      attempts,
      timeoutMs: 1000 * options.timeout,
      retrySpanMs: 1000 * options.retrySpan,
    },
    maxConsecutiveFailures: options.maxFailuresInRow,
    onRetry: bar.retry,
    concurrency: queue?.concurrency ?? options.concurrency,
    signal: context.signal,
    onProgress: bar.show,
  });
  let summary: CollectionSummary;
  try {
    summary = await writeAnswers(options.out, stream);
  } finally {
    bar.stop();
  }
  context.print(json ? JSON.stringify(summary, null, 2) : describe(summary, options));
  checkAnswers(summary, { maxFailedShare: options.maxFailedShare });
}

/** Writes a line per answer; the file gets its name once it is complete. */
async function writeAnswers(
  path: string,
  stream: AsyncGenerator<Preference | FailedQuestion, CollectionSummary>,
): Promise<CollectionSummary> {
  const unfinished = `${path}.part`;
  const file = createWriteStream(unfinished);
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) {
      file.end();
      await finished(file);
      await rename(unfinished, path);
      return value;
    }
    await writeLine(file, 'error' in value ? failureLine(value) : value);
  }
}

function failureLine({ state, candidates, error }: FailedQuestion): object {
  return {
    state,
    candidates,
    failed: error.kind,
    message: error.message,
    ...(error.raw !== undefined && { raw: error.raw }),
  };
}

function writeLine(file: WriteStream, line: object): Promise<void> {
  return new Promise((resolve, reject) => {
    file.write(`${JSON.stringify(line)}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

function describe(summary: CollectionSummary, { out, store }: Options): string {
  const { answered, failed, calls, fromStore, usage, cost, estimatedCalls, failuresByKind, stopped, stoppedBy } =
    summary;
  const kinds = Object.entries(failuresByKind).map(([kind, count]) => `${count} ${kind}`);
  return [
    `${answered} questions answered, ${failed} failed${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`,
    `${calls} calls, ${fromStore} replies from the store, ${usage.input} tokens in, ${usage.output} out, cost ${cost.toFixed(4)}${estimatedCalls > 0 ? ` (tokens of ${estimatedCalls} calls are estimated)` : ''}`,
    // An error that stopped the run is printed with the exit code.
    ...(stoppedBy === 'budget' ? [stopped] : []),
    `Written: ${out}; replies stored in ${store}`,
  ].join('\n');
}
