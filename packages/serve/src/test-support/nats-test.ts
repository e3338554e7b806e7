import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNatsServer, type NatsServer, NO_NATS_SERVER, startNatsServer } from '@ialp/nats-server';
import { test } from 'vitest';

const binary = await findNatsServer();

/** What a test gets. */
export interface NatsTest {
  /** A server of its own, or that of the file. */
  readonly server: NatsServer;
  /** A folder that is removed after the test. */
  readonly folder: string;
}

/** A test with a nats-server of its own. It is skipped where no server can be had. */
export function natsTest(name: string, run: (context: NatsTest) => Promise<void>): void {
  test(name, async ({ skip }) => {
    if (binary === undefined) skip(NO_NATS_SERVER);
    await using server = await startNatsServer();
    const folder = await mkdtemp(join(tmpdir(), 'ialp-serve-'));
    try {
      await run({ server, folder });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Starts a server that the tests of a file share; undefined where none can be had. */
export async function sharedNatsServer(): Promise<NatsServer | undefined> {
  return binary === undefined ? undefined : await startNatsServer();
}

export { NO_NATS_SERVER };
