import type { Command } from 'commander';
import { type CommandContext, UsageError } from './context.js';
import { addQueueOptions, openQueue } from './queue-options.js';

interface Options {
  readonly queue?: string;
  readonly queueName: string;
  readonly remove: boolean;
  readonly json: boolean;
}

/** `queue`: what a queue holds. */
export function addQueue(program: Command, context: CommandContext): void {
  addQueueOptions(
    program.command('queue').description('what a queue holds; with --remove, delete it'),
    'address of the NATS server, nats://host:4222',
  )
    .option('--remove', 'delete the queue with its questions and replies; replies in stores stay', false)
    .option('--json', 'print it as JSON', false)
    .action(async (options: Options) => {
      if (options.queue === undefined)
        throw new UsageError('--queue is required: the address of a NATS server, nats://host:4222.');
      await using queue = await openQueue({ ...options, queue: options.queue }, context);
      const status = await queue.status();
      if (options.remove) await queue.remove();
      const { jobs, inProgress, results, deadLetters } = status;
      const removed = options.remove ? 'Removed: ' : '';
      context.print(
        options.json
          ? JSON.stringify(status, null, 2)
          : `${removed}${jobs} questions, ${inProgress} of them in progress; ${results} replies; ${deadLetters} failed questions`,
      );
    });
}
