import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { checkInteger, checkOptionNames } from '@ialp/core';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { checkHost } from './access/host.js';
import { createApp } from './app.js';
import { APP_OPTIONS, type AppOptions } from './app-options.js';
import type { HttpEnv } from './http-env.js';
import { faultFields } from './monitoring/watch-requests.js';
import { ServerStartError } from './server-start-error.js';

/** Options of `startServer`. */
export interface ServerOptions extends AppOptions {
  /** Default 8080; 0 for a free port. */
  readonly port?: number;
  /** Address to listen on. Default 127.0.0.1. Others than loopback addresses need `tokens`. */
  readonly host?: string;
  /** Adds routes to the app before it serves, such as pages. */
  readonly configure?: (app: OpenAPIHono<HttpEnv>) => void;
  /** Most connections; more are closed at once. Default 10,000. */
  readonly maxConnections?: number;
  /** How long a client may take to send the headers of a request. Default 10,000. */
  readonly headersTimeoutMs?: number;
  /** How long a client may take to send a request. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** How long a connection without requests stays open. Default 65,000, longer than the connections of most proxies. */
  readonly keepAliveTimeoutMs?: number;
  /** How long `close` waits for requests in flight. Default 10,000. */
  readonly closeTimeoutMs?: number;
}

/** A server that listens. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /**
   * Stops accepting, finishes the requests in flight, at most for `closeTimeoutMs`, and closes the recommender. Further calls return the same
   * promise.
   */
  close(): Promise<void>;
}

const SERVER_DEFAULTS = {
  port: 8_080,
  host: '127.0.0.1',
  maxConnections: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  closeTimeoutMs: 10_000,
};
const LIMITS = [
  'maxConnections',
  'headersTimeoutMs',
  'requestTimeoutMs',
  'keepAliveTimeoutMs',
  'closeTimeoutMs',
] as const satisfies readonly (keyof typeof SERVER_DEFAULTS)[];
/** How often connections that have become idle are closed while the server closes. */
const IDLE_CHECK_MS = 50;

/**
 * Serves a recommender: `createApp` behind a server of Node.
 *
 * ```ts
 * const server = await startServer({ recommender, port: 8080 });
 * process.once('SIGTERM', () => server.close());
 * ```
 * @throws {InvalidOptionError} for an invalid option, such as a public address without tokens.
 * @throws {ServerStartError} if the address cannot be listened on.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  checkOptionNames(options, [...APP_OPTIONS, ...Object.keys(SERVER_DEFAULTS), 'configure']);
  const { recommender, tokens, logger, configure } = options;
  const settings = { ...SERVER_DEFAULTS, ...options };
  checkInteger('port', settings.port, 0, 65_535);
  for (const name of LIMITS) checkInteger(name, settings[name], 1);
  const host = checkHost(settings.host, tokens !== undefined);
  let isClosing = false;
  const isReady = (): boolean => !isClosing && (options.isReady?.() ?? recommender.isReady());
  const registry = options.registry ?? processMetrics();
  const appOptions = Object.fromEntries(Object.entries(options).filter(([name]) => isAppOption(name)));
  const app = createApp({ ...(appOptions as unknown as AppOptions), registry, isReady });
  configure?.(app);

  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: {
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: Math.max(settings.requestTimeoutMs, settings.headersTimeoutMs),
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(settings.headersTimeoutMs, 5_000),
    },
  }) as Server;
  server.maxConnections = settings.maxConnections;
  // After the last request of a connection, the client learns that it has to open another one.
  server.on('request', (_request, response) => {
    if (isClosing) response.setHeader('Connection', 'close');
  });
  await listening(server, settings.port, host);
  // Such as too many open files: the connection is lost, the server goes on.
  server.on('error', (error) => logger?.error(faultFields(error), 'connection'));
  const { port } = server.address() as AddressInfo;

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    isClosing = true;
    await closed(server, settings.closeTimeoutMs);
    await recommender.close();
  };
  return {
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function isAppOption(name: string): boolean {
  return (APP_OPTIONS as readonly string[]).includes(name);
}

/** A registry with the metrics of the process: memory, processor, event loop. */
function processMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(new ServerStartError(host, port, error));
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

/** Closes a server: waits for the requests in flight, then ends what is left. */
async function closed(server: Server, timeoutMs: number): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const limit = setTimeout(() => server.closeAllConnections(), timeoutMs);
  server.closeIdleConnections();
  await done;
  clearInterval(idle);
  clearTimeout(limit);
}
