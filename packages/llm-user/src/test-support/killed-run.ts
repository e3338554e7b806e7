import { spawn } from 'node:child_process';

const DIST = new URL('../../dist/', import.meta.url).href;
const ENV = new URL('../../../env/dist/index.js', import.meta.url).href;

/** What the process does. It prints the summary when it is done. */
const SCRIPT = `
  const { createListwiseSource, collectPreferences, createRandomSampler } = await import('${DIST}index.js');
  const { createOllamaModel } = await import('${DIST}ollama.js');
  const { openReplyStore } = await import('${DIST}store.js');
  const { createRandom } = await import('${ENV}');
  const [host, path, questions] = process.argv.slice(1);
  const items = Array.from({ length: 40 }, (_, k) => ({ id: String(k), title: 'item ' + k, text: 'item ' + k, attributes: {} }));
  const store = await openReplyStore(path);
  const model = await createOllamaModel({ model: 'm', host });
  const { summary } = await collectPreferences({
    states: Array.from({ length: Number(questions) }, (_, k) => ({ items: [k % 40], feedback: [1], persona: 'number ' + k })),
    candidates: [{ sampler: createRandomSampler(40), count: 4 }],
    source: createListwiseSource({ model, catalogue: { items } }),
    random: createRandom(3),
    concurrency: 8,
    store,
  });
  await store.close();
  console.log(JSON.stringify(summary));
`;

/** A run in a process of its own. */
export interface Run {
  /** Kills it with a signal that no process can catch. */
  kill(): void;
  /** What it came to; null where it was killed first. */
  readonly summary: Promise<Readonly<Record<string, number>> | null>;
}

/** Starts one that asks a server and keeps the replies in a file. */
export function startRun(host: string, path: string, questions: number): Run {
  const args = ['--input-type=module', '-e', SCRIPT, host, path, String(questions)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  const summary = new Promise<Readonly<Record<string, number>> | null>((resolve) =>
    child.on('close', () => resolve(output === '' ? null : JSON.parse(output))),
  );
  return { kill: () => void child.kill('SIGKILL'), summary };
}
