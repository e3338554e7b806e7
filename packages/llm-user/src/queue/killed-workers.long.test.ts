import { findNatsServer, NO_NATS_SERVER } from '@ialp/nats-server';
import { test } from 'vitest';
import { checkKilledWorkers } from '../test-support/queue-kills.js';

const binary = await findNatsServer();

test.each([1, 2, 3, 4, 5, 6, 7, 8])('workers that are killed lose nothing, seed %d', async (seed) => {
  if (binary === undefined) return;
  await checkKilledWorkers({ questions: 600, kills: 5, seed, ackWaitSeconds: 10 });
});

test.skipIf(binary !== undefined)('workers that are killed lose nothing', ({ skip }) => skip(NO_NATS_SERVER));
