import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a run of the command ended. For tests. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a built example in a process of its own; `onStderr` may send it signals. For tests.
 * @param entry URL of the file that exports `run`.
 * @param cache The folder that the command takes for the user's cache folder. Default: a new one, removed when the command ends.
 */
export async function runCommand(
  entry: string,
  args: readonly string[],
  onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
  cache?: string,
): Promise<CommandResult> {
  if (cache !== undefined) return runWithCache(entry, args, onStderr, cache);
  const folder = await mkdtemp(join(tmpdir(), 'ialp-cache-'));
  try {
    return await runWithCache(entry, args, onStderr, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runWithCache(
  entry: string,
  args: readonly string[],
  onStderr: ((text: string, kill: (signal: NodeJS.Signals) => void) => void) | undefined,
  cache: string,
): Promise<CommandResult> {
  const env = { ...process.env, IALP_CACHE: cache };
  const script = `const { run } = await import(${JSON.stringify(entry)}); process.exitCode = await run(process.argv.slice(1));`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, '--', ...args], { env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
