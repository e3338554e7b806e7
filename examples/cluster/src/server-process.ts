import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of the command `ialp-serve`. */
export interface ServerProcess {
  /** Where it listens; undefined for a learner. */
  readonly url: string | undefined;
  readonly pid: number;
  /** Sends a signal and waits for its end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

const COMMAND = join(dirname(createRequire(import.meta.url).resolve('@ialp/serve/package.json')), 'dist', 'cli.js');
/** What it prints once it has started. */
const LISTENS = /listens on (http:\S+)/;
const LEARNS = /^Learning\./;

/** Starts the command, and waits until it listens or learns. Rejects with what it printed if it ends before. */
export async function startServerProcess(args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').finally(() => process.off('exit', kill));
  const url = await untilStarted(child, ended);
  return {
    url,
    pid: child.pid!,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

function untilStarted(child: ChildProcess, ended: Promise<unknown>): Promise<string | undefined> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > 20) lines.shift();
        const url = LISTENS.exec(line)?.[1];
        if (url !== undefined || LEARNS.test(line)) resolve(url);
      });
    }
    void ended.then(() => reject(new Error(`ialp-serve has ended before it started:\n${lines.join('\n')}`)));
  });
}
