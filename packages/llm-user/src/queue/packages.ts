import { MissingPackageError } from '@ialp/core';

/** Modules of the NATS client. */
export interface NatsPackages {
  readonly transport: typeof import('@nats-io/transport-node');
  readonly jetstream: typeof import('@nats-io/jetstream');
  readonly kv: typeof import('@nats-io/kv');
  readonly obj: typeof import('@nats-io/obj');
}

/** Loads the NATS client. @throws {MissingPackageError} */
export async function loadNatsPackages(): Promise<NatsPackages> {
  const [transport, jetstream, kv, obj] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
    import('@nats-io/kv'),
    import('@nats-io/obj'),
  ]).catch((cause: unknown) => {
    const packages = '@nats-io/transport-node @nats-io/jetstream @nats-io/kv @nats-io/obj';
    throw new MissingPackageError(packages, 'A queue', { cause });
  });
  return { transport, jetstream, kv, obj };
}
