import { InvalidOptionError } from '@ialp/core';
import type { NatsConnection } from '@nats-io/transport-node';
import { QueueError } from './errors.js';
import type { NatsPackages } from './packages.js';

/** How long the first connection may take. */
const CONNECT_LIMIT_MS = 10_000;
/** Between two attempts to connect again, without limit. */
const RECONNECT_MS = 500;
/** A connection on which the server is silent for two of these is given up, and another one made. */
const PING_MS = 20_000;

/** A server's address in parts. */
export interface ServerAddress {
  readonly servers: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** For messages: without password and token. */
  readonly shown: string;
}

/**
 * Reads `nats://host:4222`, `tls://host`, `nats://user:password@host`, `nats://token@host`, or several servers of one cluster, separated by commas.
 * @throws {InvalidOptionError}
 */
export function readAddress(url: unknown): ServerAddress {
  const expected = "the address of a NATS server, such as 'nats://127.0.0.1:4222'";
  if (typeof url !== 'string') throw new InvalidOptionError('url', url, expected);
  const parts = url.split(',').map((text) => {
    const part = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
    const isServer = part !== undefined && ['nats:', 'tls:'].includes(part.protocol) && part.hostname !== '';
    if (!isServer || !['', '/'].includes(part.pathname))
      throw new InvalidOptionError('url', withoutSecret(url), expected);
    return part;
  });
  const servers = parts.map(({ protocol, host }) => `${protocol}//${host}`);
  const [user, password] = [parts[0].username, parts[0].password].map(decodeURIComponent);
  return {
    servers,
    shown: servers.join(','),
    ...(user !== '' && password === '' && { token: user }),
    ...(password !== '' && { user, password }),
  };
}

/** An error shows the address; nobody else should read the password. */
function withoutSecret(url: string): string {
  return url.replace(/\/\/[^/@]*@/g, '//');
}

/**
 * Connects, and connects again whenever the connection is lost, for as long as it takes.
 * @param onOutage called when the connection is lost (true) and made again (false).
 * @throws {QueueError} if there is no server at first.
 */
export async function connect(
  { transport }: NatsPackages,
  { servers, user, password, token, shown }: ServerAddress,
  onOutage?: (isAway: boolean) => void,
): Promise<NatsConnection> {
  let connection: NatsConnection;
  try {
    connection = await transport.connect({
      servers: [...servers],
      name: 'ialp',
      timeout: CONNECT_LIMIT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_MS,
      pingInterval: PING_MS,
      ...(user !== undefined && { user, pass: password }),
      ...(token !== undefined && { token }),
    });
  } catch (cause) {
    throw explained(shown, cause);
  }
  if (onOutage !== undefined) void report(connection, onOutage);
  return connection;
}

async function report(connection: NatsConnection, onOutage: (isAway: boolean) => void): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect' || type === 'reconnect') onOutage(type === 'disconnect');
  }
}

function explained(url: string, cause: unknown): QueueError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const options = { cause };
  if (/authorization|authentication|credential/i.test(said)) {
    const remedy = 'Put user and password, or the token, into the address: nats://user:password@host:4222';
    return new QueueError(url, 'refused', `the NATS server refused the connection (${said}). ${remedy}`, options);
  }
  const remedy = 'Check the address, or start a server there: nats-server -js -sd <folder>';
  return new QueueError(url, 'unreachable', `no NATS server answers there (${said}). ${remedy}`, options);
}
