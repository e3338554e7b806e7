/**
 * `npm run bench -- llm-user --queue`: answers a second of a distillation over a queue, with one worker and with several. Each worker is a process
 * with a server of its own that takes a fixed time for a reply, and asks four questions at once. Measured from the first question in the queue to the last
 * answer, with the workers started.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startNatsServer } from '../../../internal/nats-server/dist/index.js';
import { createRandom } from '../../core/dist/index.js';
import { createListwiseSource, createRandomSampler } from '../dist/index.js';
import { streamPreferences } from '../dist/preferences.js';
import { createQueuedModel, openWorkQueue } from '../dist/queue.js';

const ITEMS = 200;
const items = Array.from({ length: ITEMS }, (_, k) => ({
  id: String(k),
  title: `Film ${k}`,
  text: `Film ${k}`,
  attributes: {},
}));
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A server, and a worker that asks it. Resolves once the worker takes jobs. */
async function startWorker(url, name, latency) {
  const server = spawn(process.execPath, [pathOf('server.mjs'), String(latency)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = await once(server.stdout, 'data');
  const model = `ollama:m@${String(address).trim()}`;
  const args = ['work', '--queue', url, '--queue-name', name, '--model', model, '--concurrency', '4'];
  const worker = spawn(process.execPath, [pathOf('../dist/cli.js'), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(worker.stderr, 'data');
  return async () => {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
    server.kill();
  };
}

async function answersPerSecond(url, name, { answers, workers, latency }) {
  const ends = await Promise.all(Array.from({ length: workers }, () => startWorker(url, name, latency)));
  const queue = await openWorkQueue({ url, name });
  const stream = streamPreferences({
    states: Array.from({ length: answers }, (_, k) => ({ items: [k % ITEMS], feedback: [1], persona: `number ${k}` })),
    candidates: [{ sampler: createRandomSampler(ITEMS), count: 8 }],
    source: createListwiseSource({ model: await createQueuedModel({ queue }), catalogue: { items } }),
    random: createRandom(1),
    retries: { attempts: 1, timeoutMs: 2_000_000_000 },
    concurrency: 1000,
  });
  const started = performance.now();
  for await (const answer of stream) if ('error' in answer) throw answer.error;
  const seconds = (performance.now() - started) / 1000;
  await queue.close();
  await Promise.all(ends.map((end) => end()));
  return answers / seconds;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Prints the figures: the medians of some rounds, in which one worker and several take turns. */
export async function measureQueue({ rounds, workers, json, ...rest }) {
  const nats = await startNatsServer();
  const perSecond = { one: [], many: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      perSecond.one.push(await answersPerSecond(nats.url, `one-${round}`, { ...rest, workers: 1 }));
      perSecond.many.push(await answersPerSecond(nats.url, `many-${round}`, { ...rest, workers }));
      const [one, many] = [perSecond.one.at(-1), perSecond.many.at(-1)];
      process.stderr.write(
        `round ${round + 1}: one worker ${one.toFixed(1)}/s, ${workers} workers ${many.toFixed(1)}/s\n`,
      );
    }
  } finally {
    await nats[Symbol.asyncDispose]();
  }
  const machine = `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`;
  const [one, many] = [median(perSecond.one), median(perSecond.many)];
  const line = `${rest.answers} answers of ${rest.latency} ms, four at once for each worker: one worker ${one.toFixed(1)}/s, ${workers} workers ${many.toFixed(1)}/s, ${(many / one).toFixed(2)} times as many`;
  const results = { machine, ...rest, workers, one, many, ratio: many / one, rounds: perSecond };
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : `${machine}\n${line}\n`);
}
