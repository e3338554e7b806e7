import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@ialp/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openFileModelStore } from '../file/index.js';
import { LEASE } from '../learning/lease.js';
import { until } from '../test-support/deployments.js';
import { buildCommand, type CommandProgram } from './test-support/command-program.js';
import { damageLog, damageNewest } from './test-support/damage.js';
import { RecordedLoad } from './test-support/recorded-load.js';
import type { ServerProcess } from './test-support/server-process.js';
import { mountSmallDisk, type SmallDisk } from './test-support/small-disk.js';
import { NOTHING_LOST, SLATE_SIZE, TestDeployment } from './test-support/test-deployment.js';

let program: CommandProgram;
let deployment: TestDeployment;
const loads: RecordedLoad[] = [];
const processes: ServerProcess[] = [];

beforeAll(async () => {
  program = await buildCommand();
});
afterAll(() => program?.remove());
beforeEach(() => {
  deployment = new TestDeployment({ program });
});
afterEach(async () => {
  for (const load of loads.splice(0)) load.stop();
  await Promise.all(processes.splice(0).map((process) => process.end('SIGKILL')));
  deployment.remove();
});

async function start(learn: 'here' | 'elsewhere' | 'only' = 'here'): Promise<ServerProcess> {
  const process = await deployment.start(learn, learn === 'only' ? 'learner' : 'server');
  processes.push(process);
  return process;
}

function startLoad(seed: number, sessions = 20): RecordedLoad {
  const load = new RecordedLoad({ urlOf: () => deployment.urlOf(), sessions, seed, count: SLATE_SIZE });
  loads.push(load);
  return load;
}

/** Waits until so many decisions were answered. */
async function untilDecided(load: RecordedLoad, count: number): Promise<void> {
  while (load.decisions.size < count) await sleep(20);
}

/** Lets all settle, and returns what is wrong. */
async function settled(load: RecordedLoad) {
  await load.end();
  await deployment.settle(() => deployment.loggedDecisions());
  return deployment.compare(load);
}

async function recommend(session: string) {
  const response = await fetch(`${deployment.urlOf()}/v1/recommend`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ session }),
  });
  return { status: response.status, body: (await response.json()) as { decision: string; logged: boolean } };
}

async function giveFeedback(decision: string): Promise<number> {
  const response = await fetch(`${deployment.urlOf()}/v1/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ decision, reward: 1 }),
  });
  await response.text();
  return response.status;
}

test('SIGTERM under load: no acknowledged event is lost, the exit code is 0, and the next start finds the lease free', async () => {
  let server = await start();
  const load = startLoad(1);
  for (let round = 1; round <= 4; round++) {
    await untilDecided(load, 60 * round);
    expect(await server.end('SIGTERM')).toBe(0);
    const store = await openFileModelStore({ folder: join(deployment.state, 'models') });
    expect(await store.claim(LEASE, 'the test', 60_000)).toBe(true);
    await store.release(LEASE, 'the test');
    await store.close();
    server = await start();
  }
  expect((await settled(load)).findings).toEqual(NOTHING_LOST);
});

test('a learner that stops for longer than its lease: another takes over, and nothing is learned twice', async () => {
  const [first, server, second] = [await start('only'), await start('elsewhere'), await start('only')];
  expect(server.url).toBe(deployment.urlOf());
  const load = startLoad(2);
  const store = await openFileModelStore({ folder: join(deployment.state, 'models') });
  for (const [round, learner] of [first, second, first, second].entries()) {
    await untilDecided(load, 60 * (round + 1));
    learner.signal('SIGSTOP');
    const before = await store.version('learner');
    // The other has stored its state several times.
    while ((await store.version('learner')) < before + 3) await sleep(50);
    learner.signal('SIGCONT');
  }
  await store.close();
  const { findings, figures } = await settled(load);
  expect(findings).toEqual(NOTHING_LOST);
  expect(figures.learned).toBe(figures.decisions);
});

describe('a full disk', () => {
  let disk: SmallDisk | undefined;
  afterEach(() => disk?.remove());

  test('decisions go on, feedback is refused, and all recovers with the space', async ({ skip }) => {
    disk = mountSmallDisk(12);
    if (disk === undefined) return skip('this user may not mount a file system');
    deployment.remove();
    deployment = new TestDeployment({ program, state: join(disk.folder, 'state') });
    const server = await start();
    const load = startLoad(3, 10);
    await untilDecided(load, 100);
    const before = await recommend('a visit');
    expect(before).toMatchObject({ status: 200, body: { logged: true } });
    disk.fill();
    let during = await recommend('during');
    for (let k = 0; during.body.logged; k++) during = await recommend(`during ${k}`);
    expect(during.status).toBe(200);
    disk.fill();
    expect(await giveFeedback(before.body.decision)).toBe(503);
    expect((await deployment.status()).unloggedDecisions).toBeGreaterThan(0);
    await sleep(12_000);
    disk.free();
    while (!(await recommend('after')).body.logged) await sleep(50);
    expect(await giveFeedback(before.body.decision)).toBe(202);
    await untilDecided(load, load.decisions.size + 100);
    const { findings, figures } = await settled(load);
    expect(load.refused.get(503)).toBeGreaterThan(0);
    expect(findings).toEqual(NOTHING_LOST);
    expect(figures.learned).toBe(figures.decisions);
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

describe('a damaged log', () => {
  test('while the server is stopped: the rest is learned, the damage is counted', async () => {
    let server = await start();
    const load = startLoad(4);
    await untilDecided(load, 300);
    await load.end();
    await server.end('SIGKILL');
    damageLog(deployment.state, 10, createRandom(4));
    // All is read again.
    rmSync(join(deployment.state, 'models', 'model-learner'), { recursive: true });
    server = await start();
    expect((await recommend('after the damage')).status).toBe(200);
    await deployment.settle(() => deployment.loggedDecisions());
    const { findings, figures } = await deployment.compare(load);
    const lost = [findings.lostDecisions, findings.lostFeedback, findings.lostEnds].flat();
    expect(figures.damaged).toBeGreaterThan(0);
    expect(lost.length).toBeLessThanOrEqual(figures.damaged);
    expect(findings).toMatchObject({ notLearned: [], learnedTooMuch: [], wrongPropensities: [] });
    expect((await deployment.status()).damagedEvents).toBe(figures.damaged);
  });

  test('while it runs: decisions go on, and what can be read is learned', async () => {
    await start();
    const load = startLoad(5);
    const random = createRandom(5);
    for (let round = 1; round <= 10; round++) {
      await untilDecided(load, 40 * round);
      damageLog(deployment.state, 1, random);
    }
    await untilDecided(load, 500);
    await load.end();
    await deployment.settle(() => deployment.loggedDecisions());
    const { findings, figures } = await deployment.compare(load);
    // What was damaged after it was learned from differs from the log.
    const differing = [findings.lostDecisions, findings.lostFeedback, findings.lostEnds].flat();
    expect(figures.damaged).toBeGreaterThan(0);
    expect(differing.length).toBeLessThanOrEqual(figures.damaged);
    expect(findings.notLearned.length).toBeLessThanOrEqual(findings.lostFeedback.length);
    expect(findings.learnedTooMuch.length).toBeLessThanOrEqual(differing.length);
    expect(findings.wrongPropensities).toEqual([]);
  });
});

describe('a damaged or deleted model', () => {
  test('the newest checkpoint and the newest policy: the older ones are used', async () => {
    const server = await start();
    const load = startLoad(6);
    await untilDecided(load, 200);
    // A slow machine has stored only one of each by then.
    const versions = (model: string): number =>
      readdirSync(join(deployment.state, 'models', `model-${model}`)).filter((name) => name.endsWith('.version'))
        .length;
    await until(() => ['learner', 'policy', 'progress'].every((model) => versions(model) > 1));
    await server.end('SIGKILL');
    for (const model of ['learner', 'policy', 'progress']) damageNewest(deployment.state, model);
    await start();
    await untilDecided(load, 300);
    expect((await settled(load)).findings).toEqual(NOTHING_LOST);
  });

  test.each(['learner', 'policy', 'catalogue', 'progress', 'deployment', 'setup'])(
    '%s deleted: it is made anew',
    async (model) => {
      const server = await start();
      const load = startLoad(7);
      await untilDecided(load, 100);
      await server.end('SIGKILL');
      const folder = join(deployment.state, 'models', `model-${model}`);
      expect(existsSync(folder)).toBe(true);
      rmSync(folder, { recursive: true });
      await start();
      await untilDecided(load, 200);
      expect((await settled(load)).findings).toEqual(NOTHING_LOST);
      expect(readdirSync(folder).length).toBeGreaterThan(0);
    },
  );

  test.each(['catalogue', 'deployment', 'setup'])(
    '%s damaged, of which there is one version: the server says so and does not start',
    async (model) => {
      const server = await start();
      await server.end('SIGTERM');
      damageNewest(deployment.state, model);
      await expect(start()).rejects.toThrow(`All stored versions of the model '${model}' are damaged`);
    },
  );
});
