/**
 * `npm run bench -- llm-user`: answers a second of a distillation with a store in a file, beside a bare loop that asks the
 * same questions of the same server with the same number at a time and keeps nothing. The server answers at once, unless
 * `--model` names a real one. Results go to stdout, progress to stderr.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from '../../env/dist/index.js';
import { createListwiseSource, createRandomSampler } from '../dist/index.js';
import { createModelFromSpec } from '../dist/model-spec.js';
import { streamPreferences } from '../dist/preferences.js';
import { openReplyStore } from '../dist/store.js';
import { measureQueue } from './queue.mjs';

const USAGE = `npm run bench -- llm-user [flags]: answers a second of a distillation, and of a bare loop in the same run.

  --answers <number>      in each round (default: 20000; with a real model 40, with --queue 400)
  --rounds <number>       default: 3
  --concurrency <number>  questions at a time (default: 32)
  --model <model>         a real one, for example ollama:llama3.2 (default: a server that answers at once)
  --queue                 one worker of a queue and several, with servers that take a while (needs a nats-server)
  --workers <number>      of the queue (default: 4)
  --latency <ms>          of the servers of the workers (default: 200)
  --memory                one long distillation alone, with the memory it takes on the way
  --json                  the results as JSON on stdout
  --help                  this
`;
const ITEMS = 200;
const catalogue = {
  items: Array.from({ length: ITEMS }, (_, k) => ({
    id: String(k),
    title: `Film ${k}`,
    text: `Film ${k}, a ${k % 2 ? 'comedy' : 'western'} of ${1950 + (k % 70)}`,
    attributes: {},
  })),
};
const MIB = 2 ** 20;

class UsageError extends Error {}

function parseFlags(args) {
  const flag = { type: 'boolean', default: false };
  const text = { type: 'string' };
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        answers: text,
        rounds: text,
        concurrency: text,
        model: text,
        memory: flag,
        queue: flag,
        json: flag,
        help: flag,
        workers: text,
        latency: text,
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const number = (name, fallback) => {
    const value = Number(values[name] ?? fallback);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new UsageError(`--${name} has to be a whole number of at least 1, not '${values[name]}'.`);
  };
  const answers = number('answers', values.model === undefined ? 20_000 : 40);
  if (values.queue) {
    const [workers, latency] = [number('workers', 4), number('latency', 200)];
    return { ...values, answers: number('answers', 400), rounds: number('rounds', 3), workers, latency };
  }
  return { ...values, answers, rounds: number('rounds', 3), concurrency: number('concurrency', 32) };
}

/** People who each met other items: no two questions are the same, in no two rounds. */
function* people(count, round) {
  for (let k = 0; k < count; k++) {
    yield { items: [k % ITEMS, (k * 7 + 1) % ITEMS], feedback: [1, 0], persona: `number ${round}.${k}` };
  }
}

const candidates = [{ sampler: createRandomSampler(ITEMS), count: 8 }];

/** Asks with nothing around it but the source. */
async function bareLoop(model, count, concurrency, round) {
  const source = createListwiseSource({ model, catalogue });
  const random = createRandom(1);
  const states = people(count, round);
  const started = performance.now();
  const worker = async () => {
    for (const state of states) {
      await source.ask({ state, candidates: createRandomSampler(ITEMS)(state, 8, random) });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (1000 * count) / (performance.now() - started);
}

async function distillation(model, count, concurrency, round, store, watch = () => {}) {
  const stream = streamPreferences({
    states: people(count, round),
    candidates,
    source: createListwiseSource({ model, catalogue }),
    store,
    random: createRandom(1),
    concurrency,
  });
  const started = performance.now();
  let answered = 0;
  for await (const answer of stream) {
    if ('error' in answer) throw answer.error;
    watch(++answered);
  }
  return (1000 * answered) / (performance.now() - started);
}

async function startServer() {
  const child = spawn(process.execPath, [fileURLToPath(new URL('server.mjs', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const host = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
  return { host, stop: () => child.kill() };
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const say = (text) => process.stderr.write(`${text}\n`);

async function measure({ answers, rounds, concurrency, memory }, model, folder) {
  const store = await openReplyStore(join(folder, 'replies.db'));
  try {
    if (memory) {
      const every = Math.max(1, Math.floor(answers / 10));
      const samples = [];
      const perSecond = await distillation(model, answers, concurrency, 0, store, (done) => {
        if (done % every !== 0) return;
        samples.push({ answers: done, rssMiB: Math.round(process.memoryUsage.rss() / MIB) });
        say(`${done} answers: ${samples.at(-1).rssMiB} MiB`);
      });
      return { perSecond: Math.round(perSecond), samples, kept: store.counts()[0].replies };
    }
    const results = { bare: [], distil: [] };
    for (let round = 0; round < rounds; round++) {
      results.bare.push(await bareLoop(model, answers, concurrency, `bare ${round}`));
      results.distil.push(await distillation(model, answers, concurrency, round, store));
      say(
        `round ${round + 1}: bare ${results.bare.at(-1).toFixed(1)}/s, distilled and kept ${results.distil.at(-1).toFixed(1)}/s`,
      );
    }
    const [bare, distil] = [median(results.bare), median(results.distil)];
    return { bare, distil, share: distil / bare, rounds: results };
  } finally {
    await store.close();
  }
}

async function main() {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) return void process.stdout.write(USAGE);
  if (flags.queue) return measureQueue(flags);
  const folder = await mkdtemp(join(tmpdir(), 'ialp-bench-'));
  const server = flags.model === undefined ? await startServer() : undefined;
  try {
    const model = await createModelFromSpec(flags.model ?? `ollama:m@${server.host}`);
    const machine = `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`;
    const results = await measure(flags, model, folder);
    if (flags.json) process.stdout.write(`${JSON.stringify({ machine, model: model.name, ...results }, null, 2)}\n`);
    else if (flags.memory) {
      process.stdout.write(
        `${machine}\n${results.kept} answers kept, ${results.perSecond} a second; most memory ${Math.max(...results.samples.map(({ rssMiB }) => rssMiB))} MiB\n`,
      );
    } else {
      const { bare, distil, share } = results;
      process.stdout.write(
        `${machine}\n${model.name}, ${flags.concurrency} at a time: bare loop ${bare.toFixed(1)}/s, distilled and kept ${distil.toFixed(1)}/s (${(100 * share).toFixed(0)} %)\n`,
      );
    }
  } finally {
    server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  say(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
