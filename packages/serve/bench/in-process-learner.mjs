/** The thread that learns beside `in-process.mjs`. */
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { platform } from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { runLearner } from '@ialp/serve';
import { openFileEventLog, openFileModelStore } from '@ialp/serve/file';
import { makeItems } from './catalogue.mjs';
import { createLearner, RULES } from './deployment.mjs';

const { items, capacity, folder } = workerData;
// As in the server: on Linux, this is the priority of this thread alone.
if (platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const end = new AbortController();
const eventLog = await openFileEventLog({ folder: join(folder, 'events') });
const modelStore = await openFileModelStore({ folder: join(folder, 'models') });
// Decisions begin when there is a first policy, as those of the server do.
const isPublished = new Promise((resolve) => modelStore.watch('policy', resolve, end.signal));
parentPort.once('message', () => end.abort());
const learning = runLearner({
  learner: createLearner({ capacity }),
  catalogue: { items: makeItems(items) },
  ...{ eventLog, modelStore, rules: RULES, signal: end.signal },
  onError(error) {
    throw error;
  },
});
await Promise.race([isPublished, learning]);
parentPort.postMessage('ready');
await learning;
await Promise.all([eventLog.close(), modelStore.close()]);
