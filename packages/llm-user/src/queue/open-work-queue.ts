import { checkInteger, InvalidOptionError } from '@ialp/core';
import { checkFunction, checkOptions } from '../check-inputs.js';
import { connect, readAddress } from './connection.js';
import { explained, NatsWorkQueue } from './nats-work-queue.js';
import { loadNatsPackages } from './packages.js';
import { openStorage } from './storage.js';
import type { WorkQueue } from './work-queue.js';

/** Options of `openWorkQueue`. */
export interface WorkQueueOptions {
  /**
   * Address of a NATS server with JetStream: `nats://127.0.0.1:4222`, `tls://host`, `nats://user:password@host`, `nats://token@host`; several servers
   * of a cluster separated by commas.
   */
  readonly url: string;
  /** Name of the queue: letters, digits, `-` and `_`. Created on the server if it does not exist. */
  readonly name: string;
  /**
   * How long a worker may be silent before its jobs are given to others, in milliseconds. Workers speak three times as often, however long a job
   * takes. At least 1000. Default: what the queue has; a new one 30,000.
   */
  readonly ackWaitMs?: number;
  /** Deliveries of a job before it becomes a dead letter. At least 1. Default 5. */
  readonly maxDeliveries?: number;
  /** Called when the server is away (true), and when it is back (false). */
  readonly onOutage?: (isAway: boolean) => void;
}

/**
 * Opens a queue on a NATS server: the jobs are a work-queue stream of JetStream, results and dead letters are key-value buckets, all in files of the
 * server. Acknowledgement, redelivery and storage are JetStream's. Close it when it is no longer needed.
 * @throws {QueueError} if no server answers, or it has no JetStream. {InvalidOptionError}; {MissingPackageError}.
 */
export async function openWorkQueue(options: WorkQueueOptions): Promise<WorkQueue> {
  checkOptions(options, "{ url: 'nats://127.0.0.1:4222', name: 'films' }", [
    'url',
    'name',
    'ackWaitMs',
    'maxDeliveries',
    'onOutage',
  ]);
  const { url, name, ackWaitMs, maxDeliveries = 5, onOutage } = options;
  const address = readAddress(url);
  if (typeof name !== 'string' || !/^[-\w]{1,64}$/.test(name))
    throw new InvalidOptionError('name', name, 'a name of at most 64 letters, digits, - and _');
  if (ackWaitMs !== undefined) checkInteger('ackWaitMs', ackWaitMs, 1000, 2 ** 31 - 1);
  checkInteger('maxDeliveries', maxDeliveries, 1);
  if (onOutage !== undefined) checkFunction('onOutage', onOutage, 'a function');
  const packages = await loadNatsPackages();
  const connection = await connect(packages, address, onOutage);
  try {
    const storage = await openStorage(packages, connection, {
      name,
      ...(ackWaitMs !== undefined && { ackWaitMs }),
    });
    return new NatsWorkQueue({ packages, connection, storage, name, url: address.shown, maxDeliveries });
  } catch (error) {
    await connection.close();
    throw explained(address.shown, error);
  }
}
