import { randomUUID } from 'node:crypto';
import { checkInteger, checkObject, InvalidOptionError, MissingPackageError } from '@ialp/core';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection, NodeConnectionOptions } from '@nats-io/transport-node';

/** Where the NATS servers are, and how to connect to them. Options of both drivers. */
export interface JetStreamConnectionOptions {
  /** One or more servers of a NATS cluster, such as `nats://127.0.0.1:4222` or `nats://user:password@host:4222`. */
  readonly servers: string | readonly string[];
  /** Credentials, TLS and other options of `connect` of `@nats-io/transport-node`. */
  readonly connection?: Omit<NodeConnectionOptions, 'servers'>;
  /** Time limit of the first connection, and of each request later. Default 5,000. */
  readonly requestTimeoutMs?: number;
}

export const CONNECTION_OPTIONS = ['servers', 'connection', 'requestTimeoutMs'] as const;
export const DEFAULT_REQUEST_TIMEOUT_MS = 5_000;

/** The first wait before a new attempt to connect, and the longest. */
const FIRST_RECONNECT_MS = 100;
const LONGEST_RECONNECT_MS = 2_000;
/** A connection that does not answer two pings at this interval is closed, and another is made. */
const PING_INTERVAL_MS = 5_000;
const MAX_MISSED_PINGS = 2;

const CREDENTIALS = /^(?<scheme>(?:\w+:\/\/)?)(?<user>[^:@/]+)(?::(?<pass>[^@/]*))?@/;

/** Creates the error of a driver. */
export type Failure = (message: string, options?: ErrorOptions) => Error;

/** A connection to NATS that is made again, without end, whenever it is lost. */
export class Connection {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly requestTimeoutMs: number;
  isConnected = true;
  readonly #inboxPrefix: string;
  readonly #listeners = new Set<(isConnected: boolean) => void>();

  constructor(nc: NatsConnection, jsm: JetStreamManager, requestTimeoutMs: number, inboxPrefix = '_INBOX') {
    this.nc = nc;
    this.jsm = jsm;
    this.js = jsm.jetstream();
    this.requestTimeoutMs = requestTimeoutMs;
    this.#inboxPrefix = inboxPrefix;
    void this.#follow();
  }

  /** A new subject that only this connection listens to. */
  newInbox(): string {
    return `${this.#inboxPrefix}.${randomUUID()}`;
  }

  /** Calls the listener whenever the connection is lost or made again. @returns a function that ends that. */
  onChange(listener: (isConnected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when there is a connection. @throws if it takes longer than a request may. */
  async ready(): Promise<void> {
    if (this.isConnected) return;
    let stop: () => void = () => undefined;
    const connected = new Promise<void>((resolve) => {
      stop = this.onChange((isConnected) => {
        if (isConnected) resolve();
      });
    });
    try {
      if (this.nc.isClosed()) throw new Error('the connection is closed');
      await withLimit(connected, this.requestTimeoutMs);
    } finally {
      stop();
    }
  }

  /** Closes the connection. What was published without waiting for an answer is sent first, if there is a connection. */
  async close(): Promise<void> {
    if (this.isConnected) await withLimit(this.nc.flush(), this.requestTimeoutMs).catch(() => undefined);
    await this.nc.close();
  }

  async #follow(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') this.#set(false);
      else if (status.type === 'reconnect') this.#set(true);
    }
    this.#set(false);
  }

  #set(isConnected: boolean): void {
    if (isConnected === this.isConnected) return;
    this.isConnected = isConnected;
    for (const listener of [...this.#listeners]) listener(isConnected);
  }
}

/** Checks the options of a connection. @throws {InvalidOptionError} */
export function checkConnectionOptions(options: JetStreamConnectionOptions): void {
  const servers = typeof options.servers === 'string' ? [options.servers] : options.servers;
  const isList = Array.isArray(servers) && servers.length > 0;
  if (!isList || !servers.every((server) => typeof server === 'string' && server !== '')) {
    throw new InvalidOptionError('servers', options.servers, "one or more addresses, such as 'nats://127.0.0.1:4222'");
  }
  if (options.connection !== undefined) {
    checkObject('connection', options.connection, "an object, such as { user: 'ialp', pass: '...' }");
  }
  if (options.requestTimeoutMs !== undefined) checkInteger('requestTimeoutMs', options.requestTimeoutMs, 1);
}

/**
 * Connects, and checks that the servers have JetStream.
 * @throws {MissingPackageError} if the NATS clients are not installed.
 * @throws the error of `failure` if no server answers within the time limit, refuses the connection, or has no JetStream.
 */
export async function openConnection(options: JetStreamConnectionOptions, failure: Failure): Promise<Connection> {
  const { connect, jetstreamManager } = await loadClients();
  const timeout = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  const named = typeof options.servers === 'string' ? [options.servers] : options.servers;
  const servers = named.map((server) => server.replace(CREDENTIALS, '$<scheme>'));
  const address = servers.join(', ');
  let nc: NatsConnection;
  try {
    nc = await connect({
      name: 'ialp-serve',
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: MAX_MISSED_PINGS,
      noAsyncTraces: true,
      ...credentialsIn(named),
      ...options.connection,
      servers,
      timeout,
      reconnect: true,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: false,
      reconnectDelayHandler: createBackoff(),
    });
  } catch (cause) {
    throw failure(
      `servers: could not connect to ${address} (${reasonOf(cause)}). Start a NATS server there with \`nats-server --jetstream\`, or correct servers and connection.`,
      { cause },
    );
  }
  try {
    const jsm = await jetstreamManager(nc, { timeout });
    return new Connection(nc, jsm, timeout, options.connection?.inboxPrefix);
  } catch (cause) {
    await nc.close();
    throw failure(
      `servers: ${address} answers, but not as JetStream (${reasonOf(cause)}). Start the server with \`nats-server --jetstream --store_dir <folder>\`, and let the account use JetStream.`,
      { cause },
    );
  }
}

/** The user and password that an address names. The client reads them from options alone. */
function credentialsIn(servers: readonly string[]): { user?: string; pass?: string } {
  for (const server of servers) {
    const { user, pass } = CREDENTIALS.exec(server)?.groups ?? {};
    if (user) return { user: decodeURIComponent(user), pass: decodeURIComponent(pass ?? '') };
  }
  return {};
}

/** Waits longer after each attempt without success, with a random part so that the clients of a server do not all return at once. */
function createBackoff(): () => number {
  let lastAt = 0;
  let waitMs = FIRST_RECONNECT_MS;
  return () => {
    const now = Date.now();
    waitMs = now - lastAt > 5 * LONGEST_RECONNECT_MS ? FIRST_RECONNECT_MS : Math.min(2 * waitMs, LONGEST_RECONNECT_MS);
    lastAt = now;
    // A wait is no part of any result: it need not be repeatable.
    return waitMs * (0.5 + 0.5 * Math.random());
  };
}

/** Words for why something failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return error.message || cause || error.name;
}

/** Rejects after a time limit. What the promise does later is ignored. */
export function withLimit<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** @returns `headers` of the client. */
export async function loadHeaders(): Promise<typeof import('@nats-io/transport-node').headers> {
  return (await loadClients()).headers;
}

interface Clients {
  readonly connect: typeof import('@nats-io/transport-node').connect;
  readonly headers: typeof import('@nats-io/transport-node').headers;
  readonly jetstreamManager: typeof import('@nats-io/jetstream').jetstreamManager;
}

async function loadClients(): Promise<Clients> {
  try {
    const [{ connect, headers }, { jetstreamManager }] = await Promise.all([
      import('@nats-io/transport-node'),
      import('@nats-io/jetstream'),
    ]);
    return { connect, headers, jetstreamManager };
  } catch (cause) {
    throw new MissingPackageError(
      '@nats-io/transport-node @nats-io/jetstream @nats-io/kv @nats-io/obj',
      'The driver jetstream',
      { cause },
    );
  }
}
