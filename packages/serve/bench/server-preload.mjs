/** Loaded into the server (`node --import`): starts the probe in the thread that decides. Its parent sends `reset`, and `read` and `memory`, which are
 * answered. */
import { isMainThread } from 'node:worker_threads';
import { readProbe, resetProbe, startProbe } from './probe.mjs';

if (isMainThread) {
  startProbe();
  process.on('message', (message) => {
    if (message === 'reset') resetProbe();
    if (message === 'read') process.send(readProbe());
    if (message === 'memory') process.send(process.memoryUsage());
  });
  process.channel?.unref();
}
