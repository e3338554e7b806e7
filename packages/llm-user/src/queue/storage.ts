import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { KV } from '@nats-io/kv';
import type { ObjectStore } from '@nats-io/obj';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NatsPackages } from './packages.js';

/** Name of the consumer that all workers share. */
export const CONSUMER = 'workers';
/** Milliseconds in JetStream's unit, nanoseconds. */
export const NANOSECONDS = 1e6;
/** How long a worker of a new queue may be silent. */
const ACK_WAIT_MS = 30_000;
/** JetStream's codes for: there is one of this name with another configuration. */
const EXISTS = new Set([10013, 10058, 10148]);

/** What a queue consists of on the server. */
export interface QueueStorage {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Name of the stream of jobs. */
  readonly stream: string;
  /** Subject of a job: this and its key. */
  readonly subject: string;
  /** Results by `job.<key>`, values that processes agree on by `about.<topic>`. */
  readonly results: KV;
  /** Dead letters by key. */
  readonly dead: KV;
  readonly bytes: ObjectStore;
}

/** Opens the storage of a queue, or creates it. */
export async function openStorage(
  { jetstream, kv, obj }: NatsPackages,
  connection: NatsConnection,
  { name, ackWaitMs }: { readonly name: string; readonly ackWaitMs?: number },
): Promise<QueueStorage> {
  const client = jetstream.jetstream(connection);
  const manager = await jetstream.jetstreamManager(connection);
  const stream = `ialp-${name}-jobs`;
  const subject = `ialp.${name}.jobs.`;
  await unlessExists(
    manager.streams.add({
      name: stream,
      subjects: [`${subject}>`],
      storage: jetstream.StorageType.File,
      retention: jetstream.RetentionPolicy.Workqueue,
      // A job that is queued or in progress is not queued again: the server refuses the second message of its subject.
      discard: jetstream.DiscardPolicy.New,
      discard_new_per_subject: true,
      max_msgs_per_subject: 1,
    }),
  );
  const consumer = {
    durable_name: CONSUMER,
    ack_policy: jetstream.AckPolicy.Explicit,
    ack_wait: (ackWaitMs ?? ACK_WAIT_MS) * NANOSECONDS,
    // Jobs that were delivered too often go to the dead letters; the server would only stop delivering them.
    max_deliver: -1,
    max_ack_pending: -1,
  };
  const existing = await manager.consumers.info(stream, CONSUMER).catch(() => undefined);
  if (existing === undefined) await unlessExists(manager.consumers.add(stream, consumer));
  else if (ackWaitMs !== undefined && existing.config.ack_wait !== consumer.ack_wait)
    await manager.consumers.update(stream, CONSUMER, { ack_wait: consumer.ack_wait });
  const buckets = new kv.Kvm(client);
  // Reads go to the leader: a copy that is behind might not know a result yet.
  const bucket = { history: 1, storage: jetstream.StorageType.File, allow_direct: false };
  return {
    client,
    manager,
    stream,
    subject,
    results: await buckets.create(`ialp-${name}-results`, bucket),
    dead: await buckets.create(`ialp-${name}-dead`, bucket),
    bytes: await new obj.Objm(client).create(`ialp-${name}-bytes`, { storage: jetstream.StorageType.File }),
  };
}

/** What another process creates at the same moment is as good. */
async function unlessExists(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!EXISTS.has((error as { readonly code?: number }).code ?? 0)) throw error;
  });
}
