import { expect, test } from 'vitest';
import { runCommand } from './run-command.js';

/** A module that exports such a `run`. */
const entryOf = (run: string): string => `data:text/javascript,${encodeURIComponent(`export const run = ${run};`)}`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a command gives its exit code and what it wrote', async () => {
  const run = "async ([name]) => { console.log('out ' + name); console.error('err'); return 3; }";
  expect(await runCommand(entryOf(run), ['a'])).toEqual({ code: 3, stdout: 'out a\n', stderr: 'err\n' });
});

test('a command that does not end is killed, one that takes no notice of signals too', async () => {
  const run = `async () => {
    process.on('SIGTERM', () => {});
    console.error('pid ' + process.pid);
    await new Promise((resolve) => setInterval(() => {}, 1000));
  }`;
  let written = '';
  const onStderr = (text: string): void => {
    written = text;
  };
  // Long enough for Node to start on a busy machine: the test then knows the process by its number.
  const running = runCommand(entryOf(run), [], onStderr, { timeoutMs: 5000 });
  await expect(running).rejects.toThrow(/killed after 5000 ms. Its output:/);
  const pid = /pid (\d+)/.exec(written)?.[1];
  if (pid !== undefined) expect(isRunning(Number(pid))).toBe(false);
});
