import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { decodeLearner, MODELS } from '../learning/stored.js';
import { closeStores } from './stores.js';
import { buildCommand } from './test-support/command-program.js';
import { writeLargeLog } from './test-support/large-log.js';
import { SLATE_SIZE, TestDeployment } from './test-support/test-deployment.js';

const EVENTS = 1_000_000;
/** A million events in an hour. */
const EVERY_MS = 3.6;
const RESTARTS = 5;
/** It takes minutes to learn from a million events. */
const LIMIT_MS = 3_600_000;
/** The default rules: many windows and sessions are open. */
const RULES = { feedbackWindowMs: 600_000, endGraceMs: 2_000, idleTimeoutMs: 1_800_000 };

test(
  'with a million events in the log, a server that was killed decides again from its last checkpoint',
  async () => {
    const program = await buildCommand();
    const deployment = new TestDeployment({ program, rules: RULES, learning: {}, records: false });
    try {
      const folder = join(deployment.state, 'events');
      const until = Date.now();
      await writeLargeLog({
        ...{ folder, events: EVENTS, itemIds: deployment.itemIds, slateSize: SLATE_SIZE, until, everyMs: EVERY_MS },
      });
      let server = await deployment.start('here');
      const times: number[] = [];
      const before = await untilLearned(deployment, until);
      for (let k = 0; k < RESTARTS; k++) {
        await server.end('SIGKILL');
        const begun = performance.now();
        server = await deployment.start('here');
        const response = await fetch(`${deployment.urlOf()}/v1/recommend`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ session: `visitor ${k}` }),
        });
        expect(response.status).toBe(200);
        times.push(performance.now() - begun);
        expect((await deployment.status()).decisions).toBe(before + k + 1);
      }
      process.stdout.write(
        `${before} decisions, the first after a kill in ${times.map(Math.round)} ms, of which the start of the process and the checkpoint take most\n`,
      );
      await server.end('SIGKILL');
    } finally {
      deployment.remove();
      program.remove();
    }
  },
  LIMIT_MS,
);

/** Waits until a checkpoint holds all events. Returns their decisions. */
async function untilLearned(deployment: TestDeployment, until: number): Promise<number> {
  const stores = await deployment.openStores();
  try {
    for (;;) {
      const stored = await stores.modelStore.latest(MODELS.learner);
      if (stored !== undefined) {
        const { position, joiner } = decodeLearner(stored.bytes);
        const { events } = await stores.eventLog.read({ after: position, maxEvents: 1 });
        if (events.length === 0 || events[0]!.at > until) return joiner.json.deployment.counts.decisions;
      }
      await sleep(2_000);
    }
  } finally {
    await closeStores(stores);
  }
}
