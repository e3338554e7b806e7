/** The server under constant load from another process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeItems, writeCatalogue } from './catalogue.mjs';
import { createHttpTarget } from './http-target.mjs';
import { pause } from './latencies.mjs';
import { learningDelay } from './learning-delay.mjs';
import { folderBytes, load } from './machine.mjs';
import { startServer } from './server-process.mjs';

const LOAD = fileURLToPath(new URL('http-load.mjs', import.meta.url));
/** Time between two looks at the server's status and memory. */
const SAMPLE_MS = 1_000;
const SOAK_SAMPLE_MS = 10_000;

/** Sends traffic from another process. `onMeasured()` is called after the warm-up. */
export async function sendTraffic(url, traffic, onMeasured = () => {}) {
  const child = fork(LOAD, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit');
  let answer;
  child.on('message', (message) => {
    if (message.measured) onMeasured();
    else answer = message;
  });
  child.send({ url, traffic });
  const [code] = await ended;
  process.off('exit', kill);
  if (answer === undefined) throw new Error(`The load generator failed with exit code ${code}.`);
  return answer.report;
}

/** Looks at the server's status and memory until it is stopped. */
function watchServer(server, sampleMs) {
  const target = createHttpTarget(server.url);
  const samples = [];
  let isStopped = false;
  const done = (async () => {
    while (!isStopped) {
      const [{ learned, updates, policy, lagSeconds, decisions }, memory] = await Promise.all([
        target.status(),
        server.probe('memory'),
      ]);
      samples.push({
        at: Date.now(),
        learned,
        updates,
        policy,
        lagSeconds,
        decisions,
        rss: memory.rss,
        heap: memory.heapUsed,
      });
      for (const end = performance.now() + sampleMs; !isStopped && performance.now() < end; ) await pause(50);
    }
  })();
  return async () => {
    isStopped = true;
    await done;
    target.close();
    return samples;
  };
}

/** @param options `items`, `learner`, `traffic` of `runTraffic`, `folder` for files, `minutes` for a soak, `nodeOptions` */
export async function measureHttp({ items, learner, traffic, folder: parent, minutes, nodeOptions }) {
  const folder = mkdtempSync(join(parent, 'http-'));
  writeCatalogue(join(folder, 'items.csv'), makeItems(items));
  const loadBefore = load();
  const server = await startServer({ folder, learner, nodeOptions });
  try {
    const first = await server.probe('read');
    let from;
    let stop;
    const isSoak = minutes !== undefined;
    const seconds = isSoak ? 60 * minutes : traffic.seconds;
    const sent = await sendTraffic(server.url, { ...traffic, seconds }, () => {
      from = Date.now();
      server.probe('reset');
      stop = watchServer(server, isSoak ? SOAK_SAMPLE_MS : SAMPLE_MS);
    });
    const probe = await server.probe('read');
    const samples = await stop();
    const to = from + 1_000 * seconds;
    await server.close();
    const events = join(folder, 'state', 'events');
    return {
      ...{ items, learner, load: [loadBefore, load()] },
      rates: { decisions: traffic.decisions, feedback: traffic.feedback },
      ...{ client: sent, server: probe, errors: server.errors },
      learning: await learningDelay({ events, learned: join(folder, 'learned.jsonl'), from, to }),
      lag: Math.max(...samples.map(({ lagSeconds }) => lagSeconds ?? 0)),
      policies: samples.at(-1).policy - samples[0].policy,
      memory: { first: first.memory, last: probe.memory },
      bytes: { events: folderBytes(events), models: folderBytes(join(folder, 'state', 'models')) },
      ...(isSoak && { samples }),
    };
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
