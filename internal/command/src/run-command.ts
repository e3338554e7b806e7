import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Result of a command. For tests. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of `runCommand`. */
export interface RunCommandOptions {
  /** Time limit in milliseconds; the process is then killed and the call fails with its output. Default 540,000. */
  readonly timeoutMs?: number;
  /** Cache folder of the command. Default: a new folder that is removed afterwards. */
  readonly cache?: string;
}

/** Called with the whole stderr of the process after each new piece. */
type OnStderr = (text: string, kill: (signal: NodeJS.Signals) => void) => void;

/** Shorter than the time limit of a test, so that the command is killed first. */
const DEFAULT_TIMEOUT_MS = 540_000;

/**
 * Runs a built example in a separate process; `onStderr` may send it signals. The process ends with the call, or with
 * this process. For tests.
 * @param entry URL of the file that exports `run`.
 * @throws {Error} if it exceeds the time limit.
 */
export async function runCommand(
  entry: string,
  args: readonly string[],
  onStderr?: OnStderr,
  { timeoutMs = DEFAULT_TIMEOUT_MS, cache }: RunCommandOptions = {},
): Promise<CommandResult> {
  if (cache !== undefined) return runWithin(entry, args, onStderr, { timeoutMs, cache });
  const folder = await mkdtemp(join(tmpdir(), 'ialp-cache-'));
  try {
    return await runWithin(entry, args, onStderr, { timeoutMs, cache: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runWithin(
  entry: string,
  args: readonly string[],
  onStderr: OnStderr | undefined,
  { timeoutMs, cache }: Required<RunCommandOptions>,
): Promise<CommandResult> {
  const script = `const { run } = await import(${JSON.stringify(entry)}); process.exitCode = await run(process.argv.slice(1));`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], {
      env: { ...process.env, IALP_CACHE: cache },
    });
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
    // Vitest kills its workers if a test takes too long.
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
      else reject(new Error(`The command was killed after ${timeoutMs} ms. Its output:\n${stdout}${stderr}`));
    });
  });
}
