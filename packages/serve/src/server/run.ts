import { IalpError, InvalidOptionError } from '@ialp/core';
import { HelpRequested, readCommandLine } from './command-options.js';
import { startDeployment } from './serve.js';
import { UsageError } from './usage-error.js';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs the command and returns its exit code. The address goes to stdout, everything else to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const options = readCommandLine(args);
    const ended = nextSignal();
    const deployment = await Promise.race([startDeployment(options, say), ended]);
    if (typeof deployment === 'string') return exitCodeOf(deployment);
    if (deployment.server !== undefined) {
      const { port, url } = deployment.server;
      const address = options.host === '127.0.0.1' ? `http://localhost:${port}` : url;
      process.stdout.write(`ialp-serve listens on ${address}\n`);
    } else say('Learning. Press Ctrl+C to end.');
    const signal = await Promise.race([ended, deployment.failed]);
    say('Finishing what has begun. Press Ctrl+C again to end at once.');
    const again = nextSignal().then(() => {
      process.exit(EXIT.interrupted);
    });
    await Promise.race([deployment.close(), again]);
    return exitCodeOf(signal);
  } catch (error) {
    if (error instanceof HelpRequested) {
      process.stdout.write(`${error.message}\n`);
      return EXIT.done;
    }
    say(messageOf(error));
    return UsageError.isInstance(error) || InvalidOptionError.isInstance(error) ? EXIT.usage : EXIT.failed;
  }
}

/** A server that is asked to end by its supervisor has done what it should. */
function exitCodeOf(signal: NodeJS.Signals): number {
  return signal === 'SIGTERM' ? EXIT.done : EXIT.interrupted;
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}

function messageOf(error: unknown): string {
  if (IalpError.isInstance(error)) return error.message;
  if (process.env['IALP_DEBUG'] !== undefined && error instanceof Error) return error.stack ?? error.message;
  return `Failed: ${error instanceof Error ? error.message : String(error)}\nRun again with IALP_DEBUG=1 to see the stack.`;
}
