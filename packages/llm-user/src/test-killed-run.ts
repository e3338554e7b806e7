import { spawn } from 'node:child_process';

const DIST = new URL('../dist/', import.meta.url).href;
const ENV = new URL('../../env/dist/index.js', import.meta.url).href;

/** What the process does. It names the number of questions done after each on stdout. */
const SCRIPT = `
  const { createListwiseSource, distill, randomCandidates } = await import('${DIST}index.js');
  const { createOllamaModel } = await import('${DIST}ollama.js');
  const { openReplyStore } = await import('${DIST}store.js');
  const { createRandom } = await import('${ENV}');
  const [host, path, questions] = process.argv.slice(1);
  const items = Array.from({ length: 40 }, (_, k) => ({ id: String(k), title: 'item ' + k, text: 'item ' + k, attributes: {} }));
  const store = await openReplyStore(path);
  const model = await createOllamaModel({ model: 'm', host });
  const { summary } = await distill({
    states: Array.from({ length: Number(questions) }, (_, k) => ({ items: [k % 40], feedback: [1], persona: 'number ' + k })),
    candidates: [{ sampler: randomCandidates(40), count: 4 }],
    source: createListwiseSource({ model, catalogue: { items } }),
    random: createRandom(3),
    concurrency: 8,
    store,
  });
  await store.close();
  console.log(JSON.stringify(summary));
`;

/** How a run ended. */
export interface EndedRun {
  /** Null where it was killed first. */
  readonly summary: Record<string, number> | null;
}

/** Runs it, and kills it after some milliseconds where it has not ended by then. */
export async function runAndKill(
  { host, path, questions }: { readonly host: string; readonly path: string; readonly questions: number },
  killAfter: number,
): Promise<EndedRun> {
  const args = ['--input-type=module', '-e', SCRIPT, host, path, String(questions)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfter);
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { summary: output === '' ? null : JSON.parse(output) };
}
