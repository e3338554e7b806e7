/**
 * `npm run bench -- serve`: the server and the library under constant load while they learn, and Vowpal Wabbit on the same items. Run it after
 * `build`. Results go to stdout, progress to stderr.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@ialp/core';
import { createNetwork, NativeKernelsError } from '@ialp/policy';
import { parseFlags, USAGE, UsageError } from './flags.mjs';
import { measureHttp } from './http.mjs';
import { learningDelay } from './learning-delay.mjs';
import { describeMachine, load } from './machine.mjs';
import { text } from './report.mjs';
import { measureRestart } from './restart.mjs';
import { measureVw } from './vw.mjs';

const IN_PROCESS = fileURLToPath(new URL('in-process.mjs', import.meta.url));
/** Traffic before each end of the restart: longer than the time between two checkpoints. */
const RESTART_TRAFFIC = { seconds: 5, warmUpSeconds: 2, decisions: 500, feedback: 350 };

function say(line) {
  process.stderr.write(`${line}\n`);
}

async function measureInProcess({ items, learner, traffic, folder: parent }) {
  const folder = mkdtempSync(join(parent, 'in-process-'));
  const loadBefore = load();
  const learned = join(folder, 'learned.jsonl');
  const env = { ...process.env, IALP_BENCH: JSON.stringify({ learner, learned }) };
  const child = fork(IN_PROCESS, { env });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    const ended = once(child, 'exit');
    const answer = Promise.race([once(child, 'message'), ended]);
    child.send({ items, folder, traffic });
    const [report] = await answer;
    if (report === null || typeof report !== 'object') throw new Error(`The process failed with exit code ${report}.`);
    await ended;
    const { from, to } = report;
    return {
      ...{ items, learner, load: [loadBefore, load()] },
      rates: { decisions: traffic.decisions, feedback: traffic.feedback },
      ...report,
      learning: await learningDelay({ events: join(folder, 'events'), learned, from, to }),
    };
  } finally {
    kill();
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Which kernels networks have where `auto` is asked for. */
function kernelsOf(kernels) {
  if (kernels !== 'auto') return kernels;
  try {
    createNetwork({ items: 2, kernels: 'native', random: createRandom(1) }).dispose();
    return 'native';
  } catch (error) {
    if (NativeKernelsError.isInstance(error)) return 'WebAssembly';
    throw error;
  }
}

/** Measures the parts that are asked for. */
async function measure(flags, folder) {
  const { parts, items, learners, trafficOf, seconds, minutes, events, rounds, profile } = flags;
  process.env.IALP_BENCH_KERNELS = flags.kernels;
  const results = { machine: { ...describeMachine(folder), kernels: kernelsOf(flags.kernels) } };
  const nodeOptions = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', resolve(profile)];
  const forEach = async (part, name, run) => {
    if (!parts.includes(part)) return;
    results[name] = [];
    for (const count of items) {
      for (const learner of learners) {
        say(`${part}, ${count} items, ${learner} ...`);
        results[name].push(await run({ items: count, learner, traffic: trafficOf(count), folder, nodeOptions }));
      }
    }
  };
  await forEach('http', 'http', measureHttp);
  await forEach('in-process', 'inProcess', measureInProcess);
  if (parts.includes('vw')) {
    results.vw = [];
    for (const count of items) {
      say(`Vowpal Wabbit, ${count} items ...`);
      results.vw.push(await measureVw({ items: count, seconds: Math.min(seconds, 20) }));
    }
  }
  if (parts.includes('restart')) {
    results.restart = [];
    const traffic = { ...trafficOf(items[0]), ...RESTART_TRAFFIC };
    say(`restart, ${items[0]} items, ${learners.at(-1)} ...`);
    const restart = { items: items[0], learner: learners.at(-1), events, traffic, rounds, folder, say };
    results.restart.push(await measureRestart(restart));
  }
  await forEach('soak', 'soak', (options) => measureHttp({ ...options, minutes }));
  return results;
}

async function main() {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const parent = resolve(flags.folder ?? tmpdir());
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'ialp-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
  const results = await measure(flags, folder);
  process.stdout.write(flags.json ? `${JSON.stringify(results, null, 2)}\n` : text(results));
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  }
}
