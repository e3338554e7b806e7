import { findNatsServer, NO_NATS_SERVER } from '@ialp/nats-server';
import { test } from 'vitest';
import { checkKilledWorkers } from '../test-support/queue-kills.js';

const binary = await findNatsServer();

test('workers that are killed lose nothing, and nothing is asked twice but what they had', async ({ skip }) => {
  if (binary === undefined) skip(NO_NATS_SERVER);
  await checkKilledWorkers({ questions: 150, kills: 2, seed: 1, ackWaitSeconds: 6 });
});
