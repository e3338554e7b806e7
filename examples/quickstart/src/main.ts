import { createProgress, prepareOutput, print, runMain } from '@ialp/command';
import { NO_EMBEDDINGS } from '@ialp/command/embeddings';
import { IalpError } from '@ialp/llm-user';
import { planOf } from './dry-run.js';
import { ENCODER } from './language-model.js';
import { isPretrained } from './methods.js';
import { type Options, parseOptions } from './options.js';
import { writeOutput } from './output.js';
import { quickstart } from './quickstart.js';
import { formatTable } from './table.js';

/** Runs the command line and returns its exit code. Results go to stdout, everything else to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  return runMain(
    async (signal) => {
      options = parseOptions(args);
      if (options.dryRun) return print(await planOf(options));
      await prepareOutput(options.out);
      const results = await quickstart(options, createProgress(process.stderr), signal);
      signal.throwIfAborted();
      const files = await writeOutput(options.out, results);
      if (options.json) return print(JSON.stringify(results, null, 2));
      const written = `Written: ${files.json}, ${files.html}`;
      print(`\n${formatTable(results.methods)}\n\n${results.findings.join('\n')}\n\n${written}`);
    },
    {
      isExpected: IalpError.isInstance,
      interrupted() {
        const stored = options?.methods.some(isPretrained) ? storedBy(options) : [];
        const rest = stored.length === 0 ? '' : `, except the stored ${stored.join(' and ')}`;
        return `Interrupted. No results were written${rest}.`;
      },
    },
  );
}

/** What an interrupted run has stored for later runs. */
function storedBy({ embeddings, llm }: Options): string[] {
  return [
    ...(embeddings === NO_EMBEDDINGS ? [] : ['item embeddings']),
    ...(llm === ENCODER ? [] : ['replies of the language model']),
  ];
}
