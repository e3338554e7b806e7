import type { Command } from 'commander';
import { exportReplies, importReplies, openReplyStore, salvageReplies } from '../store/index.js';
import type { CommandContext } from './context.js';

/** `export`, `import` and `salvage`: replies in and out of stores. */
export function addExchange(program: Command, { print }: CommandContext): void {
  program
    .command('export')
    .description('write the replies of a store to a file: .jsonl, .jsonl.gz or .parquet')
    .argument('<store>', 'the store')
    .argument('<file>', 'the file to write')
    .option('--no-words', 'leave out stored prompts: the file then reveals nothing about users and items')
    .option('--model <name>', 'only replies of this model, as stats names it')
    .action(async (path: string, file: string, { words, model }: { words: boolean; model?: string }) => {
      await using store = await openReplyStore(path, { isReadOnly: true });
      print(
        `${await exportReplies(store, file, { prompts: words, ...(model !== undefined && { model }) })} replies written to ${file}`,
      );
    });
  program
    .command('import')
    .description('put the replies of such a file into a store')
    .argument('<store>', 'the store; created if it does not exist')
    .argument('<file>', 'the file to read')
    .action(async (path: string, file: string) => {
      await using store = await openReplyStore(path);
      const { added, known } = await importReplies(store, file);
      print(`${added} replies added, ${known} were known`);
    });
  program
    .command('salvage')
    .description('copy what can still be read of a damaged store to another')
    .argument('<damaged>', 'the damaged store')
    .argument('<store>', 'the store to write; created if it does not exist')
    .action(async (damaged: string, path: string) => {
      const { kept, lost } = await salvageReplies(damaged, path);
      print(`${kept} replies saved, ${lost} lost`);
    });
}
