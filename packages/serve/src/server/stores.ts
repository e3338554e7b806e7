import { join } from 'node:path';
import { MissingPackageError } from '@ialp/core';
import type { EventLog } from '../event-log.js';
import type { ModelStore } from '../model-store.js';

/** Where events and models are stored: in a folder of this host, or on NATS JetStream. */
export interface StoreLocation {
  /** The state folder. On NATS, it holds the events that wait while the server is away. */
  readonly folder: string;
  /** Address of a NATS server, such as `nats://127.0.0.1:4222`. */
  readonly nats?: string;
}

/** The event log and the model store of a deployment. */
export interface Stores {
  readonly eventLog: EventLog;
  readonly modelStore: ModelStore;
}

/** Whether a process, or a thread of it, appends events. */
export interface OpenStoresOptions {
  /** Those that only read, such as learners, have no spool: it belongs to one event log alone. */
  readonly appends: boolean;
}

/** Opens the stores of a deployment. @throws {EventLogError} {ModelStoreError} {MissingPackageError} */
export async function openStores({ folder, nats }: StoreLocation, { appends }: OpenStoresOptions): Promise<Stores> {
  if (nats === undefined) {
    const { openFileEventLog, openFileModelStore } = await import('../file/index.js');
    const [eventLog, modelStore] = await Promise.all([
      openFileEventLog({ folder: join(folder, 'events') }),
      openFileModelStore({ folder: join(folder, 'models') }),
    ]);
    return { eventLog, modelStore };
  }
  const { openJetStreamEventLog, openJetStreamModelStore } = await import('../jetstream/index.js').catch((cause) => {
    throw new MissingPackageError('@nats-io/transport-node @nats-io/jetstream @nats-io/kv @nats-io/obj', '--nats', {
      cause,
    });
  });
  const servers = [nats];
  const [eventLog, modelStore] = await Promise.all([
    openJetStreamEventLog({
      ...{ servers, stream: 'ialp-events' },
      ...(appends && { spool: { folder: join(folder, 'spool') } }),
    }),
    openJetStreamModelStore({ servers, bucket: 'ialp-models' }),
  ]);
  return { eventLog, modelStore };
}

/** Closes both. */
export async function closeStores({ eventLog, modelStore }: Stores): Promise<void> {
  await Promise.allSettled([eventLog.close(), modelStore.close()]);
}
