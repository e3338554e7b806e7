import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@ialp/core';
import { findNatsServer, NO_NATS_SERVER } from '@ialp/nats-server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { MODELS } from '../learning/stored.js';
import { closeStores } from './stores.js';
import { Cluster } from './test-support/cluster.js';
import { buildCommand, type CommandProgram } from './test-support/command-program.js';
import { RecordedLoad } from './test-support/recorded-load.js';
import { NOTHING_LOST, SLATE_SIZE } from './test-support/test-deployment.js';

const binary = await findNatsServer();

const KILLS = 20;
const ROUND_MS = 2_000;
const NATS_AWAY_MS = 1_500;
const LONG_AWAY_MS = 30_000;

let program: CommandProgram;
let cluster: Cluster;
const loads: RecordedLoad[] = [];

beforeAll(async () => {
  program = await buildCommand();
});
afterAll(() => program?.remove());
beforeEach(async ({ skip }) => {
  if (binary === undefined) return skip(NO_NATS_SERVER);
  cluster = await Cluster.start({ program, deciders: 3, learners: 2 });
});
afterEach(async () => {
  for (const load of loads.splice(0)) load.stop();
  await cluster?.remove();
});

function startLoad(seed: number): RecordedLoad {
  const load = new RecordedLoad({ urlOf: (session) => cluster.urlOf(session), sessions: 30, seed, count: SLATE_SIZE });
  loads.push(load);
  return load;
}

async function untilDecided(load: RecordedLoad, count: number): Promise<void> {
  while (load.decisions.size < count) await sleep(20);
}

/** Lets all settle, and expects that nothing is lost and nothing was learned twice. */
async function expectNothingLost(load: RecordedLoad, name: string): Promise<void> {
  await load.end();
  await cluster.deployment.settle(() => cluster.deployment.loggedDecisions());
  const { findings, figures } = await cluster.deployment.compare(load);
  process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`);
  expect(findings).toEqual(NOTHING_LOST);
  expect(figures.learned).toBe(figures.decisions);
  expect(figures.damaged).toBe(0);
}

test('any process killed at random moments, the NATS server included', async () => {
  const random = createRandom(1);
  const load = startLoad(1);
  await untilDecided(load, 30);
  for (let k = 0; k < KILLS; k++) {
    await sleep(random.integer(ROUND_MS));
    const names = [...cluster.deciders, ...cluster.learners, 'nats'];
    const name = names[random.integer(names.length)]!;
    if (name === 'nats') {
      await cluster.nats.stop('SIGKILL');
      await sleep(random.integer(NATS_AWAY_MS));
      await cluster.nats.restart();
    } else {
      await cluster.kill(name);
      await cluster.start(name);
    }
  }
  await expectNothingLost(load, `${KILLS} kills`);
});

test('the learner is killed and does not come back: the other takes over', async () => {
  const load = startLoad(2);
  const stores = await cluster.deployment.openStores();
  const times: number[] = [];
  for (let round = 1; round <= 6; round++) {
    await untilDecided(load, 50 * round);
    const learner = cluster.learners[(round - 1) % 2]!;
    await cluster.kill(learner);
    const killed = performance.now();
    const before = await stores.modelStore.version(MODELS.policy);
    // It publishes once it has continued from the checkpoint.
    while ((await stores.modelStore.version(MODELS.policy)) === before) await sleep(20);
    times.push(performance.now() - killed);
    await cluster.start(learner);
  }
  await closeStores(stores);
  await expectNothingLost(load, `fail-over in ${times.map(Math.round)} ms`);
});

test('NATS away for half a minute: decisions go on with the last policy, and the events arrive', async () => {
  const load = startLoad(3);
  await untilDecided(load, 60);
  await cluster.nats.stop('SIGKILL');
  const before = load.decisions.size;
  await sleep(LONG_AWAY_MS);
  const made = [...load.decisions.values()].slice(before + 30);
  expect(made.length).toBeGreaterThan(0);
  expect(made.filter(({ logged }) => !logged)).toEqual([]);
  await cluster.nats.restart();
  await untilDecided(load, load.decisions.size + 60);
  await expectNothingLost(load, `${made.length} decisions while NATS was away`);
});
