/**
 * `npm run bench -- policy`: the built-in engine and native kernels against TensorFlow.js and PyTorch, in one run on the same problems, each
 * engine in a process of its own. That all give the same values, losses and gradients is checked before anything is
 * timed. Run it after `build`. Results go to stdout, progress to stderr.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child-process.mjs';
import { listEngines } from './engines.mjs';
import { parseFlags, USAGE, UsageError } from './flags.mjs';
import { measureLarge } from './large-parts.mjs';
import { measure } from './measure.mjs';
import { FLOPS_FORMULA, SETTINGS } from './problem.mjs';
import { decisionRatios, ratios } from './ratios.mjs';
import { largeText, text } from './report.mjs';

/** Batches on which decisions are measured, too, beside one session. */
const DECISION_SESSIONS = 256;

function progress(line) {
  process.stderr.write(`${line}\n`);
}

function machine() {
  return { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', threads: availableParallelism() };
}

/** The engines that start, with the names that they give themselves. */
async function whatStarts(engines, skip) {
  const found = [];
  for (const engine of engines) {
    const child = engine.start();
    try {
      const { engine: name } = await child.answer();
      found.push({ ...engine, name });
    } catch (error) {
      skip({ ...engine, name: engine.key }, error.message);
    } finally {
      child.end();
    }
  }
  return found;
}

/** All problems; those of the catalogues' largest decision batch come with decisions. */
function* problems({ encoders, batches, items }) {
  const withDecisions = batches.includes(DECISION_SESSIONS) ? DECISION_SESSIONS : Math.max(...batches);
  const sessions = [...new Set([1, Math.min(DECISION_SESSIONS, withDecisions)])];
  for (const encoder of encoders) {
    for (const count of items) {
      for (const batch of batches) {
        yield { problem: { encoder, batch, items: count }, decisions: batch === withDecisions ? sessions : [] };
      }
    }
  }
}

async function measureMillion(seconds) {
  const child = new Child(process.execPath, [fileURLToPath(new URL('million.mjs', import.meta.url)), String(seconds)]);
  try {
    return await child.answer();
  } catch (error) {
    return { error: error.message };
  } finally {
    child.end();
  }
}

async function compare(flags, folder) {
  const skipped = [];
  const skip = ({ name, threads }, why) => {
    const [engine, reason] = [`${name}, ${threads === 1 ? '1 thread' : `${threads} threads`}`, why];
    if (skipped.some((known) => known.engine === engine && known.reason === reason)) return;
    skipped.push({ engine, reason });
    progress(`left out: ${engine}: ${reason}`);
  };
  const engines = await whatStarts(listEngines(flags), skip);
  const [training, decided] = [[], []];
  for (const { problem, decisions } of problems(flags)) {
    progress(`${problem.encoder}, batch ${problem.batch}, ${problem.items} items ...`);
    const { rounds, seconds } = flags;
    const found = await measure(engines, problem, { rounds, seconds, decisions, folder, skip });
    training.push(...found.training);
    decided.push(...found.decisions);
  }
  const isWhole = !flags.quick && flags.engines.length === 0;
  if (isWhole) progress('a million items ...');
  const million = isWhole ? await measureMillion(flags.seconds * flags.rounds) : undefined;
  return {
    machine: machine(),
    settings: SETTINGS,
    gflopsFormula: FLOPS_FORMULA,
    ...{
      training,
      ratios: ratios(training),
      decisions: decided,
      decisionRatios: decisionRatios(decided),
      million,
      skipped,
    },
  };
}

async function main() {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (flags.large) {
    const results = { machine: machine(), ...(await measureLarge(flags, progress)) };
    process.stdout.write(flags.json ? `${JSON.stringify(results, null, 2)}\n` : largeText(results));
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'ialp-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGINT', () => process.exit(130));
  const results = await compare(flags, folder);
  process.stdout.write(flags.json ? `${JSON.stringify(results, null, 2)}\n` : text(results));
  if (results.training.length === 0) throw new Error('No engine could be measured.');
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
