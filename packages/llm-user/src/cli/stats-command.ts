import type { Command } from 'commander';
import { openReplyStore } from '../store/index.js';
import type { CommandContext } from './context.js';

/** `stats`: what a store holds. */
export function addStats(program: Command, context: CommandContext): void {
  program
    .command('stats')
    .description('what a store of replies holds')
    .argument('<store>', 'the store, for example replies.db')
    .option('--json', 'print it as JSON', false)
    .action(async (path: string, { json }: { json: boolean }) => {
      await using store = await openReplyStore(path, { isReadOnly: true });
      const counts = store.counts();
      if (json) {
        context.print(JSON.stringify(counts, null, 2));
        return;
      }
      if (counts.length === 0) context.print('The store is empty.');
      for (const { model, promptVersion, replies, tokens } of counts) {
        context.print(
          `${model}, ${promptVersion}: ${replies} replies, ${tokens.input} tokens in, ${tokens.output} out`,
        );
      }
    });
}
