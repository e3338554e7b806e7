import { join } from 'node:path';
import { createProgress, prepareOutput, print, runMain, writeAtomically } from '@ialp/command';
import { openEncoder } from '@ialp/command/embeddings';
import { embedCatalogue, IalpError } from '@ialp/llm-user';
import { type Options, parseOptions } from './options.js';
import { writeResults } from './output.js';
import { plainRuns } from './plain-runs.js';
import { planOf } from './plan.js';
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
  const threads = startThreads(signal, options.threads);
  const progress = createProgress(process.stderr);
  const encoder = await openEncoder(options.embeddings, progress.say);
  try {
    const store = await RunStore.open(options.out);
    const embedItems: EmbedItems = (catalogue) => embedCatalogue(catalogue, encoder, { signal });
    await job(options, new Runner(options.data, threads, store, embedItems));
  } finally {
    await threads.close();
  }
}

async function studyAll(options: Options, runner: Runner): Promise<void> {
  const { results, runs } = await study(options, runner, createProgress(process.stderr));
  const files = await writeResults(options.out, results, plainRuns(runs));
  if (options.json) return print(JSON.stringify(results, null, 2));
  print(`\n${formatTables(results)}\n\n${results.findings.join('\n')}\n\nWritten: ${files.join(', ')}`);
}

async function tuneAll({ environments, interactions, out }: Options, runner: Runner): Promise<void> {
  const progress = createProgress(process.stderr);
  const found: Record<string, Awaited<ReturnType<typeof tune>>> = {};
  for (const environment of environments) {
    found[environment] = await tune(environment, runner, { interactions }, progress);
  }
  const pick = (part: 'tuned' | 'trials') =>
    `${JSON.stringify(Object.fromEntries(Object.entries(found).map(([name, each]) => [name, each[part]])), null, 2)}\n`;
  const files = { tuned: join(out, 'tuned.json'), trials: join(out, 'trials.json') };
  await writeAtomically(files.tuned, pick('tuned'));
  await writeAtomically(files.trials, pick('trials'));
  print(`Written: ${files.tuned}, ${files.trials}`);
}
