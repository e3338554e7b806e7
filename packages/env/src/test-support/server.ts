import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Answers one request. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  /** In milliseconds, of the monotonic clock. */
  readonly at: number;
}

/** A server of this machine that answers as it was told. */
export interface TestServer {
  /** The address of a path. */
  url(path: string): string;
  readonly requests: readonly SeenRequest[];
}

/**
 * Starts an HTTP server that goes when the test ends. A path's replies are given one after the other; the last one stays.
 * Paths without replies get 404.
 */
export async function startServer(replies: Readonly<Record<string, Reply | readonly Reply[]>>): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const asked = requests.filter((earlier) => earlier.path === path).length;
    const { range, 'if-range': ifRange } = request.headers;
    requests.push({ path, range, ifRange: ifRange as string | undefined, at: performance.now() });
    const all = [replies[path] ?? []].flat();
    const reply = all[asked] ?? all.at(-1) ?? status(404);
    reply(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { requests, url: (path) => `http://127.0.0.1:${port}${path}` };
}

/** An answer without a file. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return (_request, response) => void response.writeHead(code, headers).end();
}

/** How a file is served. */
export interface ServedFile {
  readonly etag?: string;
  readonly lastModified?: string;
  /** Whether parts can be asked for. Default true. */
  readonly ranges?: boolean;
  /** Whether its length is said. Default true. */
  readonly length?: boolean;
  readonly type?: string;
  /** Bytes of the answer after which the connection is cut, or nothing more comes. */
  readonly cutAfter?: number;
  readonly stallAfter?: number;
  /**
   * What the cut waits for. A client may lose bytes that it has not read when the connection goes: where it matters how
   * many it keeps, wait until it has them. Default: nothing.
   */
  readonly cutWhen?: () => Promise<void>;
}

/** Serves a file as RFC 9110 has it, with the faults that are asked for. */
export function file(content: Buffer, served: ServedFile = {}): Reply {
  const { etag, lastModified, ranges = true, length = true, type = 'application/zip' } = served;
  const { cutAfter, stallAfter, cutWhen = async () => {} } = served;
  return (request, response) => {
    const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const same = [etag, lastModified].includes(request.headers['if-range'] as string | undefined);
    const offset = ranges && same && start !== undefined ? Number(start) : 0;
    if (offset >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const body = content.subarray(offset);
    response.writeHead(offset === 0 ? 200 : 206, {
      'content-type': type,
      ...(length && { 'content-length': String(body.length) }),
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { 'last-modified': lastModified }),
      ...(offset > 0 && { 'content-range': `bytes ${offset}-${content.length - 1}/${content.length}` }),
    });
    const until = cutAfter ?? stallAfter;
    if (until === undefined) {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, until), () => {
      if (cutAfter !== undefined) void cutWhen().finally(() => response.destroy());
    });
  };
}

/** Sends a file in so many pieces. `between` is told how many bytes were sent, and awaited before the next piece. */
export function drip(content: Buffer, pieces: number, between: (sent: number) => Promise<void>): Reply {
  return async (_request, response) => {
    response.writeHead(200, { 'content-length': String(content.length) });
    const size = Math.ceil(content.length / pieces);
    for (let at = 0; at < content.length; at += size) {
      if (at > 0) await between(at);
      response.write(content.subarray(at, at + size));
    }
    response.end();
  };
}

/** Sends zeros for as long as they are taken. */
export const endless: Reply = (_request, response) => {
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536)));
  };
  response.on('drain', more);
  more();
};
