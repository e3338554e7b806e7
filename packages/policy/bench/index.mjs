/**
 * `npm run bench -- policy`: the built-in engine and native kernels against TensorFlow.js and PyTorch, in one run on the same problems, each
 * engine in a process of its own. That all give the same values, losses and gradients is checked before anything is
 * timed. Run it after `build`. Results go to stdout, progress to stderr.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeChart } from './chart-file.mjs';
import { answerOf } from './child-process.mjs';
import { listDeploymentEngines } from './deployment/engines.mjs';
import { measureDeployments } from './deployment/measure.mjs';
import { deploymentText } from './deployment/report.mjs';
import { SETTINGS as DEPLOYMENT } from './deployment/settings.mjs';
import { listEngines } from './engines.mjs';
import { parseFlags, USAGE, UsageError } from './flags.mjs';
import { drawLarge } from './large-chart.mjs';
import { measureLarge } from './large-parts.mjs';
import { measure } from './measure.mjs';
import { FLOPS_FORMULA, SETTINGS } from './problem.mjs';
import { decisionRatios, deploymentRatios, ratios } from './ratios.mjs';
import { largeText, text } from './report.mjs';
import { collectSkipped, whatStarts } from './starting.mjs';

/** Batches on which decisions are measured, too, beside one session. */
const DECISION_SESSIONS = 256;

function progress(line) {
  process.stderr.write(`${line}\n`);
}

function machine() {
  return { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', threads: availableParallelism() };
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

async function compare(flags, folder) {
  const { skipped, skip } = collectSkipped(progress);
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
  const million = isWhole ? await answerOf('million.mjs', flags.seconds * flags.rounds) : undefined;
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

async function compareDeployments(flags) {
  const { skipped, skip } = collectSkipped(progress);
  const engines = await whatStarts(listDeploymentEngines(flags), skip);
  const deployments = [];
  for (const items of flags.items) {
    progress(`deployments, ${items} items ...`);
    deployments.push(...(await measureDeployments(engines, items, { rounds: flags.rounds, skip })));
  }
  return { machine: machine(), settings: DEPLOYMENT, deployments, ratios: deploymentRatios(deployments), skipped };
}

function print(flags, results, text) {
  process.stdout.write(flags.json ? `${JSON.stringify(results, null, 2)}\n` : text(results));
}

async function main() {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (flags.large) {
    const results = { machine: machine(), ...(await measureLarge(flags, progress)) };
    print(flags, results, largeText);
    if (flags.chart !== undefined) writeChart(flags.chart, drawLarge(results));
    return;
  }
  if (flags.deployment) {
    const results = await compareDeployments(flags);
    print(flags, results, deploymentText);
    if (results.deployments.length === 0) throw new Error('No engine could be measured.');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'ialp-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGINT', () => process.exit(130));
  const results = await compare(flags, folder);
  print(flags, results, text);
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
