import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { eventLogChecks, modelStoreChecks } from '../conformance/index.js';
import type { EventLog } from '../event-log.js';
import type { ModelStore } from '../model-store.js';
import { NO_NATS_SERVER, sharedNatsServer } from '../test-support/nats-test.js';
import { openJetStreamEventLog, openJetStreamModelStore } from './index.js';

let server: Awaited<ReturnType<typeof sharedNatsServer>>;
beforeAll(async () => {
  server = await sharedNatsServer();
});
afterAll(() => server?.[Symbol.asyncDispose]());

const address = (): string => (server as NonNullable<typeof server>).url;

/** Acts on the server without the drivers. */
async function manage<T>(act: (jsm: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>): Promise<T> {
  const nc = await connect({ servers: address() });
  try {
    return await act(await jetstreamManager(nc));
  } finally {
    await nc.close();
  }
}

/** Opens new streams and buckets, and those of a handle again. */
function opener<Handle extends object>(openNamed: (name: string) => Promise<Handle>) {
  const names = new WeakMap<object, string>();
  let opened = 0;
  const openAs = async (name: string): Promise<Handle> => {
    const handle = await openNamed(name);
    names.set(handle, name);
    return handle;
  };
  const nameOf = (handle: object): string => names.get(handle) as string;
  return { open: () => openAs(`t${opened++}`), reopen: (handle: object) => openAs(nameOf(handle)), nameOf };
}

describe('the event log in JetStream', () => {
  const logs = opener((stream) => openJetStreamEventLog({ servers: address(), stream }));
  const checks = eventLogChecks(logs.open, {
    reopen: logs.reopen,
    // The server itself checks what it reads from its files. To a client, a message that is damaged is one that is missing.
    damage: (log: EventLog, text: string) =>
      manage(async (jsm) => {
        const stream = logs.nameOf(log);
        const { state } = await jsm.streams.info(stream);
        for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
          const message = await jsm.streams.getMessage(stream, { seq });
          if (message?.string().includes(text)) await jsm.streams.deleteMessage(stream, seq);
        }
      }),
    obstruct: async (log: EventLog) => {
      const limit = (max_msg_size: number) => manage((jsm) => jsm.streams.update(logs.nameOf(log), { max_msg_size }));
      await limit(1);
      return async () => void (await limit(-1));
    },
  });
  for (const { name, run } of checks) {
    test(name, async ({ skip }) => {
      if (server === undefined) skip(NO_NATS_SERVER);
      await run();
    });
  }
});

describe('the model store in JetStream', () => {
  const stores = opener((bucket) => openJetStreamModelStore({ servers: address(), bucket }));
  const checks = modelStoreChecks(stores.open, {
    reopen: stores.reopen,
    // As above: the parts of the newest object are missing.
    damage: (store: ModelStore) =>
      manage(async (jsm) => {
        const stream = `OBJ_${stores.nameOf(store)}`;
        const { state } = await jsm.streams.info(stream);
        await jsm.streams.deleteMessage(stream, state.last_seq - 1);
      }),
  });
  for (const { name, run } of checks) {
    test(name, async ({ skip }) => {
      if (server === undefined) skip(NO_NATS_SERVER);
      await run();
    });
  }
});
