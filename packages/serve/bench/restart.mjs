/**
 * How long a server takes until its first decision with a large log: without a learner's checkpoint, so that all events are read, and after `kill -9`,
 * with a checkpoint.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@ialp/core';
import { openFileEventLog } from '@ialp/serve/file';
import { makeItems, writeCatalogue } from './catalogue.mjs';
import { sendTraffic } from './http.mjs';
import { createHttpTarget } from './http-target.mjs';
import { pause } from './latencies.mjs';
import { folderBytes, load } from './machine.mjs';
import { startServer } from './server-process.mjs';

/** Events in one call of `append`. */
const BATCH = 1_000;
const TURNS = 8;
const SLATE = 5;
const FEEDBACK_SHARE = 0.7;
/** Time between two decisions of the made-up history. */
const DECISION_MS = 1;
/** How long the learner may take to read the history, for each million events. */
const CATCH_UP_MS = 600_000;

/** Visits one after another, of `TURNS` decisions, as a server would have logged them. */
function* history({ events, items, random, begin }) {
  let written = 0;
  for (let visit = 0; written < events; visit++) {
    const session = `past-${visit}`;
    const seen = [];
    const past = { items: [], feedback: [] };
    for (let turn = 0; turn < TURNS && written < events; turn++) {
      const at = begin + (visit * TURNS + turn) * DECISION_MS;
      const shown = [];
      while (shown.length < SLATE) {
        const { id } = items[random.integer(items.length)];
        if (!seen.includes(id)) {
          shown.push(id);
          seen.push(id);
        }
      }
      const id = createHash('sha256').update(`${visit}:${turn}`).digest('base64url').slice(0, 22);
      yield {
        ...{ type: 'decision', id, at, session, key: visit, turn, items: shown },
        propensity: shown.map(() => 1 / items.length),
        history: { items: [...past.items], feedback: [...past.feedback] },
        ...(turn > 0 && { excluded: seen.slice(0, -SLATE) }),
        policy: 1,
      };
      written++;
      const reward = random.uniform() < FEEDBACK_SHARE ? Number(random.uniform() < 0.3) : undefined;
      if (reward !== undefined) {
        yield { type: 'feedback', id: randomUUID(), at, decision: id, item: shown[0], reward };
        written++;
      }
      past.items = [...past.items, ...shown].slice(-10);
      past.feedback = [...past.feedback, reward ?? 0, 0, 0, 0, 0].slice(-10);
    }
    yield { type: 'end', at: begin + (visit + 1) * TURNS * DECISION_MS, session, key: visit };
    written++;
  }
}

async function writeHistory(folder, options) {
  const log = await openFileEventLog({ folder });
  let batch = [];
  for (const event of history(options)) {
    batch.push(event);
    if (batch.length < BATCH) continue;
    await log.append(batch);
    batch = [];
  }
  if (batch.length > 0) await log.append(batch);
  await log.close();
}

/** Waits until the learner has read everything. */
async function catchUp(target, events) {
  const limit = performance.now() + CATCH_UP_MS * Math.max(1, events / 1e6);
  for (;;) {
    const { lagSeconds, learned } = await target.status();
    if (lagSeconds === 0 && learned > 0) return learned;
    if (performance.now() > limit) throw new Error(`The learner has not read ${events} events in time.`);
    await pause(500);
  }
}

/** @param options `items`, `learner`, `events`, `traffic` before the end, `rounds`, `folder`, `say(line)` */
export async function measureRestart({ items: count, learner, events, traffic, rounds, folder: parent, say }) {
  const folder = mkdtempSync(join(parent, 'restart-'));
  const loadBefore = load();
  let server;
  try {
    const items = makeItems(count);
    writeCatalogue(join(folder, 'items.csv'), items);
    const log = join(folder, 'state', 'events');
    mkdirSync(log, { recursive: true });
    let begun = performance.now();
    const begin = Date.now() - events * DECISION_MS;
    await writeHistory(log, { events, items, random: createRandom(2), begin });
    const writeSeconds = (performance.now() - begun) / 1_000;
    say(`  ${events.toLocaleString('en')} events written in ${writeSeconds.toFixed(0)} s; the learner reads them ...`);
    begun = performance.now();
    server = await startServer({ folder, learner });
    const behindMs = performance.now() - begun;
    const target = createHttpTarget(server.url);
    const learned = await catchUp(target, events);
    target.close();
    const learnSeconds = (performance.now() - begun) / 1_000;
    say(`  ${learned.toLocaleString('en')} decisions learned from in ${learnSeconds.toFixed(0)} s`);
    const starts = [];
    for (let round = 0; round < rounds; round++) {
      await sendTraffic(server.url, { ...traffic, seed: 100 + round });
      await server.kill();
      begun = performance.now();
      server = await startServer({ folder, learner });
      const listensMs = performance.now() - begun;
      const again = createHttpTarget(server.url);
      await again.recommend(`again-${round}`, SLATE);
      starts.push({ listensMs, firstDecisionMs: performance.now() - begun });
      again.close();
    }
    return {
      ...{ items: count, learner, events, starts, behindMs, writeSeconds, learnSeconds, learned },
      ...{ bytes: folderBytes(log), load: [loadBefore, load()] },
    };
  } finally {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
