import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does with a call. `good` answers; all others are faults. */
export type Act =
  | 'good'
  | 'slow'
  | 'hangs'
  | 'busy'
  | 'breaks'
  | 'resets'
  | 'half a JSON'
  | 'nothing'
  | 'wrong schema'
  | 'another item'
  | 'unknown model';

/** One call as the server saw it. */
export interface SeenCall {
  readonly prompt: string;
  /** How often this prompt was asked before. */
  readonly earlier: number;
}

/** A server that speaks Ollama's API and does what it is told to: the first candidate is always the one that is liked. */
export interface FaultServer extends AsyncDisposable {
  readonly host: string;
  /** Calls so far. */
  readonly calls: number;
  /** How often each prompt was answered well. */
  readonly answered: ReadonlyMap<string, number>;
}

/** Milliseconds that a slow reply takes. */
const SLOW = 30;

/** Starts one on a free port. */
export async function startFaultServer(choose: (call: SeenCall) => Act): Promise<FaultServer> {
  const seen = new Map<string, number>();
  const answered = new Map<string, number>();
  let calls = 0;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.url === '/api/tags') {
        response.end(JSON.stringify({ models: [{ name: 'm:latest', digest: 'd1' }] }));
        return;
      }
      calls++;
      const prompt: string = JSON.parse(body).messages[1].content;
      const earlier = seen.get(prompt) ?? 0;
      seen.set(prompt, earlier + 1);
      const act = choose({ prompt, earlier });
      if (act === 'good' || act === 'slow') answered.set(prompt, (answered.get(prompt) ?? 0) + 1);
      perform(act, response);
    });
  });
  // More may come at once than the system's queue holds by default.
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
  return {
    host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    answered,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function perform(act: Act, response: ServerResponse): void {
  const say = (content: string): string =>
    JSON.stringify({ message: { role: 'assistant', content }, done: true, prompt_eval_count: 100, eval_count: 10 });
  const good = say('{"liked": [1]}');
  switch (act) {
    case 'good':
      response.end(good);
      return;
    case 'slow':
      setTimeout(() => response.end(good), SLOW);
      return;
    case 'hangs':
      return;
    case 'busy':
      response.writeHead(429, { 'retry-after': '0' }).end('{"error":"busy"}');
      return;
    case 'breaks':
      response.writeHead(500).end('{"error":"boom"}');
      return;
    case 'resets':
      response.writeHead(200, { 'content-length': String(good.length) });
      response.write(good.slice(0, 20), () => response.destroy());
      return;
    case 'half a JSON':
      response.end(good.slice(0, 40));
      return;
    case 'nothing':
      response.end();
      return;
    case 'wrong schema':
      response.end(say('{"best": 1}'));
      return;
    case 'another item':
      response.end(say('{"liked": [99]}'));
      return;
    case 'unknown model':
      response.writeHead(404).end('{"error":"model \\"m\\" not found"}');
      return;
  }
}
