import { constants, setPriority } from 'node:os';
import { platform } from 'node:process';
import { isMainThread } from 'node:worker_threads';

/**
 * Lets the other threads of the process run first: users wait for decisions, nobody waits for an update. Only Linux has priorities of threads;
 * elsewhere, and in the main thread, nothing is changed.
 * @returns whether it was changed.
 */
export function lowerThreadPriority(): boolean {
  if (isMainThread || platform !== 'linux') return false;
  try {
    // Without the id of a process, it is that of the thread that calls. Not the lowest one: other programs of a busy machine would leave nothing to it.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    return true;
  } catch {
    // A sandbox may forbid it.
    return false;
  }
}
