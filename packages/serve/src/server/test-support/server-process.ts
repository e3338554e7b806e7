import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process of the command `ialp-serve`. */
export interface ServerProcess {
  /** Where it listens; empty for one that only learns. */
  readonly url: string;
  readonly pid: number;
  /** The last lines that it wrote to stderr. */
  readonly errors: readonly string[];
  /** Time from its start until it listened, in milliseconds. */
  readonly startMs: number;
  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal, and waits for its end. Returns its exit code; null if a signal has ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Options of `startProcess`. */
export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Rules and settings of learning, for the configuration of the tests. */
  readonly settings: object;
}

const MAX_ERRORS = 200;
/** A line of a process that has started. */
const LISTENS = /listens on http:\/\/localhost:(\d+)/;
const LEARNS = /^Learning\./;

/** Starts the command, and waits until it listens, or learns. Rejects if it ends before. */
export async function startProcess({ command, args, settings }: ProcessOptions): Promise<ServerProcess> {
  const begun = performance.now();
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, IALP_TEST: JSON.stringify(settings) },
  });
  const errors: string[] = [];
  // A test that fails leaves no process behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit').then(([code]) => {
    process.off('exit', kill);
    return code as number | null;
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => resolveIf(LISTENS.exec(line)?.[1], resolve));
    createInterface({ input: child.stderr! }).on('line', (line) => {
      errors.push(line);
      if (errors.length > MAX_ERRORS) errors.shift();
      if (LEARNS.test(line)) resolve('');
    });
    void ended.then((code) => reject(new Error(`ialp-serve has ended with ${code}: ${errors.join('\n')}`)));
  });
  return {
    url: port === '' ? '' : `http://127.0.0.1:${port}`,
    pid: child.pid!,
    errors,
    startMs: performance.now() - begun,
    signal: (signal) => void child.kill(signal),
    end: (signal) => endOf(child, signal, ended),
  };
}

function resolveIf(value: string | undefined, resolve: (value: string) => void): void {
  if (value !== undefined) resolve(value);
}

async function endOf(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<number | null>) {
  child.kill(signal);
  return ended;
}
