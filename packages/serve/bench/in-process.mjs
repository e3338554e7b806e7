/** `createRecommender` in this process, with files, while a thread learns: is sent `{ items, folder, traffic }`, answers with a report. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createRandom } from '@ialp/core';
import { createRecommender } from '@ialp/serve';
import { openFileEventLog, openFileModelStore } from '@ialp/serve/file';
import { makeItems } from './catalogue.mjs';
import { createLearner, RULES } from './deployment.mjs';
import { Latencies } from './latencies.mjs';
import { readProbe, resetProbe, startProbe } from './probe.mjs';
import { runTraffic } from './traffic.mjs';

/** Items that can be added later, as a share: the default of the command `ialp-serve`. */
const GROWTH = 0.5;

async function measure({ items, folder, traffic }) {
  const capacity = Math.ceil((1 + GROWTH) * items);
  const worker = new Worker(new URL('in-process-learner.mjs', import.meta.url), {
    workerData: { items, capacity, folder },
  });
  await once(worker, 'message');
  const recommender = await createRecommender({
    learner: createLearner({ capacity }),
    catalogue: { items: makeItems(items) },
    eventLog: await openFileEventLog({ folder: join(folder, 'events') }),
    modelStore: await openFileModelStore({ folder: join(folder, 'models') }),
    ...{ learning: 'elsewhere', rules: RULES, random: createRandom(1) },
  });
  const calls = new Latencies();
  const target = {
    async recommend(session, count) {
      const begun = performance.now();
      const answer = await recommender.recommend({ session, count });
      calls.record(performance.now() - begun);
      if (!answer.logged) throw new Error('A decision was not logged.');
      return answer;
    },
    feedback: (decision, item, reward) => recommender.feedback({ decision, item, reward }),
    end: (session) => recommender.endSession(session),
  };
  let from;
  const onMeasured = () => {
    from = Date.now();
    calls.reset();
    resetProbe();
  };
  const sent = await runTraffic(target, { ...traffic, onMeasured });
  const { eventLoop, takes, collections, cores, memory } = readProbe();
  const { learned, policy } = recommender.status();
  worker.postMessage('close');
  await once(worker, 'exit');
  await recommender.close();
  const to = from + 1_000 * traffic.seconds;
  return {
    calls: calls.summary(),
    sent,
    server: { eventLoop, takes, collections, cores, memory },
    learned,
    policy,
    from,
    to,
  };
}

startProbe();
process.once('message', async (message) => {
  const report = await measure(message);
  process.send(report, () => process.disconnect());
});
