/** A server as the target of `runTraffic`, over connections that stay open. */
import { Agent, request } from 'node:http';

/** Connections; more requests at the same time wait, and their latency counts on. */
const CONNECTIONS = 128;

export function createHttpTarget(url) {
  const { hostname: host, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: CONNECTIONS });

  function send(method, path, expected, body) {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    return new Promise((resolve, reject) => {
      const sent = request({ agent, host, port, method, path, headers }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (response.statusCode === expected) resolve(text);
          else
            reject(
              new Error(`${method} ${path.replace(/session-.*\//, '')}: ${response.statusCode} ${text.slice(0, 200)}`),
            );
        });
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  return {
    /** Opens all connections, as those of a proxy are: Node accepts one in each turn of its event loop, which is slow while it has much to do. */
    connect: () => Promise.all(Array.from({ length: CONNECTIONS }, () => send('GET', '/healthz', 200))),
    async recommend(session, count) {
      const answer = JSON.parse(await send('POST', '/v1/recommend', 200, { session, count }));
      if (!answer.logged) throw new Error('A decision was not logged.');
      return answer;
    },
    feedback: (decision, item, reward) => send('POST', '/v1/feedback', 202, { decision, item, reward }),
    end: (session) => send('POST', `/v1/sessions/${session}/end`, 202),
    status: async () => JSON.parse(await send('GET', '/v1/status', 200)),
    close: () => agent.destroy(),
  };
}
