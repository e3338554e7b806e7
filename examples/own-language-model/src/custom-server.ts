import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

/** The items between two headings of a question. */
function itemsBetween(question: string, from: string, to: string): string[] {
  const part = question.slice(question.indexOf(from), question.indexOf(to));
  return [...part.matchAll(/<item>(.*?)<\/item>/g)].map(([, item]) => item);
}

/**
 * The server of this example, which needs no graphics card: a user likes every item that shares a word with an item that they took.
 * Replace it by the address of a real one.
 */
export function startCustomServer(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { question } = JSON.parse(await text(request)) as { question: string };
    const words = new Set(itemsBetween(question, 'took:', 'passed over:').flatMap((item) => item.split(' ')));
    const shown = itemsBetween(question, 'now shown:', 'Which of these');
    const liked = shown.flatMap((item, k) => (item.split(' ').some((word) => words.has(word)) ? [k + 1] : []));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ answer: JSON.stringify({ liked }), tokens: 5 + liked.length }));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
