import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkOutput, parseCommandLine, print, runMain, UsageError, wholeNumber } from '@ialp/command';
import { describeEmbeddings, EMBEDDINGS_FLAG, openEncoder } from '@ialp/command/embeddings';
import { createRandom } from '@ialp/env';
import { IalpError, InvalidOptionError } from '@ialp/llm-user';
import { checkModelSpec, createModelFromSpec, MODEL_SPECS } from '@ialp/llm-user/model-spec';
import { checkAnswers, probeModel } from '@ialp/llm-user/preferences';
import { createPopularitySource } from '@ialp/llm-user/sources';
import { openReplyStore, ReplyStoreError } from '@ialp/llm-user/store';
import { describeValidation, type ValidationReport, validateSource } from '@ialp/llm-user/validation';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readWorld } from './questions.js';
import { freeSources, KIND_NAMES, modelSources } from './sources.js';
import { formatTable } from './table.js';

interface Options {
  readonly data: string;
  readonly llm: string;
  readonly kinds: readonly string[];
  readonly questions: number;
  readonly concurrency: number;
  /** Seconds. */
  readonly timeout: number;
  readonly store?: string;
  /** The file of item embeddings, or `none`; undefined is the default file. */
  readonly embeddings?: string;
  readonly json: boolean;
  readonly dryRun: boolean;
}

const RECORDED = fileURLToPath(new URL('../recorded/movielens-100k.smollm2-135m.jsonl.gz', import.meta.url));
/** How it is asked, where the flag does not say. */
const KINDS = ['listwise', 'graded', 'pointwise'];
/** Seed of users and questions; the recorded replies belong to it. */
const SEED = 1;

/** Runs the command line and gives its exit code. Results go to stdout, everything else to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  return runMain(
    async (signal) => {
      options = parseOptions(args);
      try {
        if (options.store !== undefined) await checkStore(options.store);
        if (options.dryRun) return print(await planOf(options));
        const rows = await measureAll(options, signal);
        signal.throwIfAborted();
        if (options.json) print(JSON.stringify(rows, null, 2));
        else {
          print(formatTable(rows));
          for (const { name, report } of rows) print(`\n${name}\n  ${describeValidation(report).join('\n  ')}`);
        }
        for (const { report } of rows) checkAnswers(report.summary);
      } catch (error) {
        throw InvalidOptionError.isInstance(error) ? new UsageError(error.message, { cause: error }) : error;
      }
    },
    {
      isExpected: IalpError.isInstance,
      interrupted: () =>
        `Interrupted; nothing was printed.${options?.store === undefined ? '' : ` Replies so far stay in ${options.store}.`}`,
    },
  );
}

/** Reads the command line. @throws {UsageError} for what it does not have; {HelpRequested} for `--help`. */
function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run trust --')
    .description('Validates language models as users against the ratings of MovieLens 100K.')
    .option('--data <folder>', 'folder with MovieLens 100K')
    .option(
      '--llm <model>',
      `generative model: ${MODEL_SPECS.join(', ')} (default: recorded replies of SmolLM2 135M)`,
      `recorded:${RECORDED}`,
    )
    .addOption(
      new Option('--kinds <names>', 'kinds of questions, separated by commas')
        .argParser(kindNames)
        .default([...KINDS], KINDS.join(',')),
    )
    .option('--questions <number>', 'users to ask about, one question each', wholeNumber(1, 1e6), 200)
    .option('--concurrency <number>', 'questions to the model at once', wholeNumber(1, 1e6), 4)
    .option('--timeout <seconds>', 'time limit of an attempt; raise it if the model is slow', wholeNumber(1, 1e6), 120)
    .option('--store <file>', 'store of its replies; stored requests are not made again')
    .option(...EMBEDDINGS_FLAG)
    .option('--json', 'print the reports as JSON', false)
    .option('--dry-run', 'print what would be done and what it costs, and do nothing', false);
  // Not a required option: a misspelt one would be said to be missing.
  const checkData = (): void => {
    if (command.opts()['data'] === undefined) command.error("error: required option '--data <folder>' not specified");
  };
  return parseCommandLine(command, args, checkData) as unknown as Options;
}

/** Refuses a store that cannot be used, before anything is read or asked. @throws {UsageError} */
async function checkStore(path: string): Promise<void> {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new UsageError(`--store ${path}: there is no folder ${folder}. Make it first.`);
  if (!existsSync(path)) return checkOutput(folder, '--store');
  try {
    const store = await openReplyStore(path, { isReadOnly: true });
    await store.close();
  } catch (error) {
    if (!ReplyStoreError.isInstance(error)) throw error;
    throw new UsageError(`--store ${error.message}`, { cause: error });
  }
}

function kindNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(KIND_NAMES as string[]).includes(name));
  if (unknown === undefined) return names;
  throw new InvalidArgumentError(`There is no ${unknown}; there is ${KIND_NAMES.join(', ')}.`);
}

async function measureAll(
  options: Options,
  signal: AbortSignal,
): Promise<{ name: string; report: ValidationReport }[]> {
  const world = await readWorld(options.data, SEED, options.questions);
  const model = await createModelFromSpec(options.llm, { timeoutMs: 1000 * options.timeout });
  const encoder = await openEncoder(options.embeddings, (line) => void process.stderr.write(`${line}\n`));
  // A server that is away, or refuses, is told before anything is computed.
  await model.fingerprint?.({ signal });
  const store = options.store === undefined ? undefined : await openReplyStore(options.store);
  const popularity = createPopularitySource(world.catalogue);
  const rows: { name: string; report: ValidationReport }[] = [];
  try {
    // Of other kinds the fingerprint has told already. A model of which the store has replies was asked before.
    if (options.llm.startsWith('openai:') && !store?.counts().some((count) => count.model === model.name)) {
      const onRetry = (error: Error): void => void process.stderr.write(`${error.message} Asked again soon.\n`);
      await probeModel(model, {
        random: createRandom(SEED).fork(2),
        timeoutMs: 1000 * options.timeout,
        signal,
        onRetry,
      });
    }
    const candidates = [...(await freeSources(world, encoder, signal)), ...modelSources(model, world, options.kinds)];
    for (const { name, source, isOrdered } of candidates) {
      // The recorded replies are to the other questions.
      const isRecorded = options.llm.startsWith('recorded:') && source.model === model.name;
      process.stderr.write(`${name} ...\n`);
      const report = await validateSource({
        source,
        questions: world.questions,
        ...(!isRecorded && { randomQuestions: world.randomQuestions }),
        popularity,
        reversed: isOrdered,
        ...(store && { store }),
        concurrency: options.concurrency,
        retries: { timeoutMs: 1000 * options.timeout },
        random: createRandom(SEED).fork(1),
        signal,
      });
      rows.push({ name, report });
      if (report.summary.stoppedBy === 'fatal error') break;
    }
    return rows;
  } finally {
    await store?.close();
  }
}

/** What the command would do, and what it costs. It reads the data set, so that a damaged one is found here already. */
async function planOf({ data, llm, kinds, questions, embeddings }: Options): Promise<string> {
  await checkModelSpec(llm);
  const { catalogue, questions: asked, randomQuestions } = await readWorld(data, SEED, questions);
  const texts = catalogue.items.map(({ text }) => text);
  const isRecorded = llm.startsWith('recorded:');
  // The recorded replies are to the other questions.
  const each = asked.length + (isRecorded ? 0 : randomQuestions.length);
  const calls = kinds.map((kind) => {
    const candidates = asked[0]?.candidates.length ?? 0;
    if (kind === 'listwise') return each + asked.length;
    return kind === 'graded' ? each : each * candidates;
  });
  const called = `up to ${calls.reduce((sum, count) => sum + count, 0)} calls`;
  return [
    `Data: MovieLens 100K from ${data}, ${texts.length} films, ${asked.length} users with one question each`,
    await describeEmbeddings(embeddings, texts),
    `Language model: ${isRecorded ? 'recorded replies, no calls' : `${llm}, ${called}`}, asked in these ways: ${kinds.join(', ')}`,
  ].join('\n');
}
