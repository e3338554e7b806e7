import type { Command } from 'commander';
import { checkAnswers } from '../preferences/check-answers.js';
import { createPopularitySource } from '../sources/popularity-source.js';
import { openReplyStore } from '../store/index.js';
import { describeValidation } from '../validation/describe-validation.js';
import { sampleHeldOutQuestions } from '../validation/held-out-questions.js';
import { validateSource } from '../validation/validate-source.js';
import { type CommandContext, UsageError } from './context.js';
import { addInputOptions, type InputOptions, readInputs } from './inputs.js';
import { integer } from './numbers.js';
import { progressLines } from './progress.js';

interface Options extends InputOptions {
  readonly people: number;
  readonly questions?: number;
  readonly candidates: number;
  readonly store: string;
  readonly concurrency: number;
  readonly json: boolean;
}

/** `trust`: validates a model's answers against real feedback. */
export function addTrust(program: Command, context: CommandContext): void {
  addInputOptions(
    program.command('trust').description('validate a language model against real feedback (requires --interactions)'),
  )
    .option('--people <number>', 'users to ask about', integer(1, 1e6), 200)
    .option('--questions <number>', 'the same as --people', integer(1, 1e6))
    .option('--candidates <number>', 'items per question', integer(2, 100), 8)
    .option('--store <file>', 'store of replies; stored requests are not made again', 'replies.db')
    .option('--concurrency <number>', 'questions asked at once', integer(1, 10_000), 4)
    .option('--json', 'print the report as JSON', false)
    .action((options: Options) => trustCommand(options, context));
}

async function trustCommand(options: Options, context: CommandContext): Promise<void> {
  const { signal, print } = context;
  const users = options.questions ?? options.people;
  const { candidates, likedFrom, concurrency } = options;
  const { catalogue, model, source, random, ratings } = await readInputs(options);
  if (ratings === undefined)
    throw new UsageError('--interactions is required: a model is validated against real feedback.');
  const questions = sampleHeldOutQuestions({
    ratings,
    likeThreshold: likedFrom,
    count: users,
    candidateCount: candidates,
    random: random.fork(3),
  });
  const asked = new Set(questions.map(({ user }) => user));
  // A recording has no replies to these questions.
  const randomQuestions = options.model.startsWith('recorded:')
    ? []
    : sampleHeldOutQuestions({
        ...{ ratings, likeThreshold: likedFrom, count: users, candidateCount: candidates, negatives: 'random' },
        users: Int32Array.from(asked),
        random: random.fork(5),
      });
  const prior = new Float32Array(catalogue.items.length);
  ratings.user.forEach((user, row) => {
    if (!asked.has(user)) prior[ratings.item[row]]++;
  });
  await model.fingerprint?.({ signal });
  await using store = await openReplyStore(options.store);
  const lines = progressLines(context);
  const report = await validateSource({
    source,
    questions,
    randomQuestions,
    popularity: createPopularitySource({ ...catalogue, prior }),
    store,
    concurrency,
    retries: { timeoutMs: 1000 * options.timeout },
    onProgress: lines.show,
    onRetry: lines.retry,
    random: random.fork(4),
    signal,
  });
  lines.stop();
  print(options.json ? JSON.stringify(report, null, 2) : describeValidation(report).join('\n'));
  checkAnswers(report.summary);
}
