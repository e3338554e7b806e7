import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a call. */
export type Behaviour = (response: ServerResponse, content: Record<string, unknown>, request: IncomingMessage) => void;

/** A server on a free port that does what it is told, and counts its calls. */
export interface TestServer {
  url: string;
  calls: number;
  behave: Behaviour;
  server: Server;
}

const servers: TestServer[] = [];

export async function start(behave: Behaviour = answer): Promise<TestServer> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      started.calls++;
      started.behave(response, { path: request.url, ...JSON.parse(body || '{}') }, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const started: TestServer = { url, calls: 0, behave, server };
  servers.push(started);
  return started;
}

export function stop({ server }: TestServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export const completion = (message: object, rest: object = {}): string =>
  JSON.stringify({
    choices: [{ message: { role: 'assistant', ...message }, finish_reason: 'stop', ...rest }],
    usage: { prompt_tokens: 12, completion_tokens: 3 },
  });

export const answer: Behaviour = (response) => void response.end(completion({ content: '{"liked": [1]}' }));
export const status =
  (code: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(code, headers).end(body);

/** Stops all that were started. */
export async function stopAll(): Promise<void> {
  await Promise.all(servers.splice(0).map(stop));
}
