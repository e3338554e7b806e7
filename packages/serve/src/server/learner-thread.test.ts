import { expect, onTestFinished, test } from 'vitest';
import { type LearnerThread, startLearnerThread } from './learner-thread.js';
import type { LearnerJob } from './learner-worker.js';

const EXITS = new URL('data:text/javascript,process.exit(3)');
const THROWS = new URL('data:text/javascript,throw new Error("No weights.")');

/** A thread that runs a program, and the messages of its errors. */
function start(program: URL): LearnerThread & { readonly errors: readonly string[] } {
  const errors: string[] = [];
  const onError = ({ message }: { readonly message: string }): void => void errors.push(message);
  const thread = startLearnerThread({ job: {} as LearnerJob, say: () => {}, onError, program });
  onTestFinished(() => thread.close());
  return { ...thread, errors };
}

test('a thread that exits before the server has started is why it does not start', async () => {
  await expect(start(EXITS).failed).rejects.toThrow('exit code 3');
  await expect(start(THROWS).failed).rejects.toThrow('No weights.');
});

test.each([
  ['exits', EXITS, 'exit code 3'],
  ['throws', THROWS, 'No weights.'],
])('a thread that %s later is reported once', async (_what, program, message) => {
  const thread = start(program);
  thread.started();
  await thread.failed.catch(() => {});
  expect(thread.errors).toEqual([expect.stringContaining(message)]);
});
