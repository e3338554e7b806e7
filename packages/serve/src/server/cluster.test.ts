import { setTimeout as sleep } from 'node:timers/promises';
import { findNatsServer, NO_NATS_SERVER } from '@ialp/nats-server';
import { expect, test } from 'vitest';
import { Cluster } from './test-support/cluster.js';
import { buildCommand } from './test-support/command-program.js';
import { RecordedLoad } from './test-support/recorded-load.js';
import { NOTHING_LOST, SLATE_SIZE } from './test-support/test-deployment.js';

const binary = await findNatsServer();

test('two processes that decide and two learners on NATS, of which one each is killed: nothing is lost, and nothing is learned twice', async ({
  skip,
}) => {
  if (binary === undefined) return skip(NO_NATS_SERVER);
  const program = await buildCommand();
  const cluster = await Cluster.start({ program, deciders: 2, learners: 2, rules: { idleTimeoutMs: 600_000 } });
  let load: RecordedLoad | undefined;
  try {
    const urlOf = (session: string): string => cluster.urlOf(session);
    load = new RecordedLoad({ urlOf, sessions: 6, seed: 1, count: SLATE_SIZE, endShare: 1 });
    while (load.decisions.size < 12) await sleep(10);
    await cluster.kill('decider-0');
    await cluster.kill('learner-0');
    const before = load.decisions.size;
    while (load.decisions.size < before + 12) await sleep(10);
    await cluster.start('decider-0');
    await load.end();
    await cluster.deployment.settle(() => cluster.deployment.loggedDecisions());
    const { findings, figures } = await cluster.deployment.compare(load);
    expect(findings).toEqual(NOTHING_LOST);
    expect(figures.learned).toBe(figures.decisions);
  } finally {
    load?.stop();
    await cluster.remove();
    program.remove();
  }
});
