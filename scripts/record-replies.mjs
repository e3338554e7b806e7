/**
 * `node scripts/record-replies.mjs --model ollama:<model> --name <name> --movielens <folder>`, after a build: asks a real model
 * what the quickstart (films) and the trust report (MovieLens 100K) ask, and writes its replies without the words of the
 * requests. What was asked before is in `recordings/*.db` and is not asked again. See docs/recorded-replies.md.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { run as quickstart } from '../examples/quickstart/dist/main.js';
import { run as trust } from '../examples/trust/dist/main.js';
import { exportReplies, openReplyStore } from '../packages/llm-user/dist/store.js';

const { values } = parseArgs({
  options: { model: { type: 'string' }, name: { type: 'string' }, movielens: { type: 'string' } },
});
const { model, name, movielens } = values;
if (model === undefined || name === undefined) {
  console.error('Expected --model <model> --name <name> [--movielens <folder>].');
  process.exit(2);
}
const FOLDER = 'recordings';

async function write(store, file) {
  const replies = await openReplyStore(store, { isReadOnly: true });
  console.error(`${await exportReplies(replies, file, { words: false })} replies written to ${file}`);
  await replies.close();
}

mkdirSync(FOLDER, { recursive: true });
if (movielens !== undefined) {
  const store = `${FOLDER}/movielens-100k.db`;
  const code = await trust(['--data', movielens, '--llm', model, '--store', store]);
  if (code !== 0) process.exit(code);
  await write(store, `examples/trust/recorded/movielens-100k.${name}.jsonl.gz`);
}
// Only the questions are wanted: one short deployment.
const few = ['--methods', 'ialp-frozen', '--seeds', '1', '--interactions', '20000'];
const code = await quickstart(['--llm', model, '--out', FOLDER, ...few]);
if (code !== 0) process.exit(code);
await write(`${FOLDER}/replies.db`, `examples/quickstart/recorded/films.${name}.jsonl.gz`);
