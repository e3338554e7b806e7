import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a server received. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server for tests. */
export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
  /** Bodies of the requests to a path, parsed. */
  bodies(path: string): Record<string, unknown>[];
  /** Replaces what the server does from now on. */
  script: (request: ReceivedRequest, response: ServerResponse) => void;
  /** Resolves once a condition holds, which is checked after each request. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Starts an HTTP server on a port of its own that answers as its script says. */
export async function scriptedServer(script: ScriptedServer['script']): Promise<ScriptedServer> {
  const received: ReceivedRequest[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString() });
      scripted.script(received.at(-1)!, response);
      for (const check of waiting) check();
    });
    request.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scripted: ScriptedServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    script,
    bodies: (path) => received.filter((request) => request.path === path).map(({ body }) => JSON.parse(body)),
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return scripted;
}

/** Answers with JSON. */
export function answer(response: ServerResponse, status: number, body: unknown = {}, headers = {}): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A slate as the server sends it. */
export function slate(decision: string, ...ids: string[]): unknown {
  return { decision, items: ids.map((id) => ({ id, propensity: 0.5 })), policy: 3, logged: true };
}
