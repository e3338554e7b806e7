/** A server as the target of `runTraffic`, over connections that stay open. */
import { Pool } from 'undici';

/** Connections; more requests at the same time wait, and their latency counts on. */
const CONNECTIONS = 128;

export function createHttpTarget(url) {
  const pool = new Pool(url, { connections: CONNECTIONS });

  async function send(method, path, expected, content) {
    const headers = content === undefined ? {} : { 'content-type': 'application/json' };
    const body = content === undefined ? null : JSON.stringify(content);
    const answer = await pool.request({ method, path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode === expected) return text;
    throw new Error(`${method} ${path.replace(/session-.*\//, '')}: ${answer.statusCode} ${text.slice(0, 200)}`);
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
    close: () => pool.destroy(),
  };
}
