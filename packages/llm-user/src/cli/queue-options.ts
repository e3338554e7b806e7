import { type Command, InvalidArgumentError } from 'commander';
import { openWorkQueue, type WorkQueue } from '../queue/index.js';
import type { CommandContext } from './context.js';

/** Options that name a queue. */
export interface QueueOptions {
  /** Address of the NATS server. */
  readonly queue: string;
  readonly queueName: string;
}

/** Adds them to a command. */
export function addQueueOptions(command: Command, description: string): Command {
  return command
    .option('--queue <url>', description)
    .option('--queue-name <name>', 'name of the queue; a queue has one model', nameOf, 'distill');
}

function nameOf(text: string): string {
  if (/^[-\w]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected at most 64 letters, digits, - and _.');
}

/** Opens the queue, and says when its server goes away and comes back. */
export function openQueue(
  { queue, queueName }: QueueOptions,
  { say }: CommandContext,
  options: { readonly ackWaitMs?: number; readonly maxDeliveries?: number } = {},
): Promise<WorkQueue> {
  return openWorkQueue({
    ...options,
    url: queue,
    name: queueName,
    onOutage: (isAway) => say(isAway ? 'The NATS server is away; waiting for it.' : 'The NATS server is back.'),
  });
}
