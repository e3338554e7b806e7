/**
 * Appends events to a file log from several loops at once, until it is killed or has made enough calls: `folder writer sync segmentBytes calls`.
 * Each call has 1 to 3 events with the ids `writer:call:index:count`. Prints each call that was acknowledged.
 */
import { writeSync } from 'node:fs';
import { openFileEventLog } from '../file/index.js';

const LOOPS = 8;
const [folder, writer, sync, segmentBytes, calls] = process.argv.slice(2);
const log = await openFileEventLog({ folder, sync: sync as 'always' | 'never', segmentBytes: Number(segmentBytes) });
let next = 0;

async function appendCalls(): Promise<void> {
  while (next < Number(calls)) {
    const call = next++;
    const count = 1 + (call % 3);
    await log.append(
      Array.from({ length: count }, (_, k) => ({
        type: 'feedback',
        id: `${writer}:${call}:${k}:${count}`,
        at: call,
        decision: 'x'.repeat((call * 37) % 900),
        reward: 1,
      })),
    );
    writeSync(1, `${call}\n`);
  }
}

await Promise.all(Array.from({ length: LOOPS }, appendCalls));
await log.close();
