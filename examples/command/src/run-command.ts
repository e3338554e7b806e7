import { spawn } from 'node:child_process';

/** How a run of the command ended. For tests. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of `runCommand`. */
export interface RunCommandOptions {
  /** Milliseconds after which the process is killed and the call fails, with what it has written. Default 540,000. */
  readonly timeoutMs?: number;
}

/** Shorter than the time of a test, so that a command that does not end is killed by then. */
const DEFAULT_TIMEOUT_MS = 540_000;

/**
 * Runs a built example in a process of its own; `onStderr` may send it signals. The process does not outlive the call, nor the process
 * that made it. For tests.
 * @param entry URL of the file that exports `run`.
 * @throws {Error} where it did not end in time.
 */
export function runCommand(
  entry: string,
  args: readonly string[],
  onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: RunCommandOptions = {},
): Promise<CommandResult> {
  const script = `const { run } = await import(${JSON.stringify(entry)}); process.exitCode = await run(process.argv.slice(1));`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args]);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    const kill = (): void => void child.kill('SIGKILL');
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      kill();
    }, timeoutMs);
    // Vitest ends its workers where a test took too long.
    process.once('exit', kill);
    const settle = (): void => {
      clearTimeout(timer);
      process.off('exit', kill);
    };
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code) => {
      settle();
      if (!isLate) resolve({ code, stdout, stderr });
      else
        reject(
          new Error(`The command was killed: it did not end within ${timeoutMs} ms. It wrote:\n${stdout}${stderr}`),
        );
    });
  });
}
