/**
 * A server that speaks Ollama's API and answers at once, or after the milliseconds of its argument, in a process of its own. It prints its
 * address.
 */
import { createServer } from 'node:http';

const answer = JSON.stringify({
  message: { role: 'assistant', content: '{"liked": [1, 3]}' },
  done: true,
  prompt_eval_count: 300,
  eval_count: 12,
});

const latencyMs = Number(process.argv[2] ?? 0);
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.url === '/api/tags') response.end(JSON.stringify({ models: [{ name: 'm:latest', digest: 'd' }] }));
    else if (latencyMs > 0) setTimeout(() => response.end(answer), latencyMs);
    else response.end(answer);
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}\n`);
});
