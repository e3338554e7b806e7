/**
 * `node scripts/record-replies.mjs --model ollama:<model> --name <name> --movielens <folder> --data <folder>`, after a build: asks
 * a real model what the quickstart (films), the trust report (MovieLens 100K) and the study (Coat, in the folder of all data sets) ask,
 * and writes its replies without the words of the requests. What was asked before is in `recordings/*.db` and is not asked again. See docs/recorded-replies.md.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { record } from '../benchmarks/study/dist/record.js';
import { run as quickstart } from '../examples/quickstart/dist/main.js';
import { run as trust } from '../examples/trust/dist/main.js';
import { exportReplies, openReplyStore } from '../packages/llm-user/dist/store.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    name: { type: 'string' },
    movielens: { type: 'string' },
    data: { type: 'string' },
    only: { type: 'string', default: 'trust,quickstart,study' },
  },
});
const { model, name, movielens, data } = values;
const wanted = values.only.split(',');
if (model === undefined || name === undefined) {
  console.error(
    'Expected --model <model> --name <name> [--movielens <folder>] [--data <folder>] [--only trust,quickstart,study].',
  );
  process.exit(2);
}
const FOLDER = 'recordings';
/** Questions and seeds of the study's ablation of a recorded model. */
const STUDY = { environment: 'coat', questions: 100, seeds: 5 };

async function write(store, file) {
  const replies = await openReplyStore(store, { isReadOnly: true });
  console.error(`${await exportReplies(replies, file, { prompts: false })} replies written to ${file}`);
  await replies.close();
}

mkdirSync(FOLDER, { recursive: true });
if (wanted.includes('trust') && movielens !== undefined) {
  const store = `${FOLDER}/movielens-100k.db`;
  const code = await trust(['--data', movielens, '--llm', model, '--store', store]);
  if (code !== 0) process.exit(code);
  await write(store, `examples/trust/recorded/movielens-100k.${name}.jsonl.gz`);
}
if (wanted.includes('quickstart')) {
  // Only the questions are wanted: one short deployment.
  const few = ['--methods', 'ialp-frozen', '--seeds', '1', '--interactions', '20000'];
  const code = await quickstart(['--llm', model, '--out', FOLDER, ...few]);
  if (code !== 0) process.exit(code);
  await write(`${FOLDER}/replies.db`, `examples/quickstart/recorded/films.${name}.jsonl.gz`);
}
if (wanted.includes('study') && data !== undefined) {
  const onSeed = (seed) => console.error(`asked for seed ${seed} of ${STUDY.seeds}`);
  const written = await record({ ...STUDY, data, model, name, store: `${FOLDER}/${STUDY.environment}.db`, onSeed });
  console.error(`${written} replies written to benchmarks/study/recorded`);
}
