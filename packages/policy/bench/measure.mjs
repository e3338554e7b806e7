/** Measures engines on one problem, in turns, so that other load on the machine affects all of them equally. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeProblem, SETTINGS } from './problem.mjs';
import { median, quantile } from './statistics.mjs';
import { writeTensors } from './tensor-file.mjs';

/** Steps that are compared: from the second on, the optimiser has had its say. */
const CHECKED_STEPS = 3;
/** How far engines may differ, relative to the size of what is compared. */
const TOLERANCE = 1e-3;
const DECISIONS = ['draw', 'top'];

export class DisagreementError extends Error {}

/**
 * @param engines from `listEngines`
 * @param problem `{ encoder, batch, items }`
 * @param options `rounds`; `seconds` of each engine's turn; `decisions`: numbers of sessions, none for no decisions;
 * `folder` for files; `skip(engine, reason)` is told of what is left out
 * @returns training and decisions, a row for each engine
 * @throws {DisagreementError}
 */
export async function measure(engines, problem, options) {
  const { tensors, flops } = makeProblem(problem);
  const path = join(options.folder, 'problem.safetensors');
  writeTensors(path, tensors);
  const running = [];
  try {
    for (const engine of engines) {
      const started = await start(engine, problem, path, options.skip);
      if (started === undefined) continue;
      running.push(started);
      checkAgreement(running[0], started, problem);
    }
    return {
      training: await timeSteps(running, problem, flops, options),
      decisions: await timeDecisions(running, problem, options),
    };
  } finally {
    for (const { child } of running) child.end();
    rmSync(path, { force: true });
  }
}

async function start(engine, { encoder, batch, items }, path, skip) {
  const { threads, mostScores } = engine;
  if (batch * items > mostScores) {
    skip(engine, `too slow at ${batch} x ${items}`);
    return undefined;
  }
  const child = engine.start();
  try {
    const { startMemory } = await child.answer();
    await child.ask('prepare', { path, encoder, threads, settings: SETTINGS });
    const checked = await child.ask('check', { steps: CHECKED_STEPS });
    return { ...engine, child, startMemory, checked };
  } catch (error) {
    child.end();
    skip(engine, error.message);
    return undefined;
  }
}

function checkAgreement(reference, other, { encoder, batch, items }) {
  const compare = (what, expected, found) => {
    const size = Math.max(...expected.map(Math.abs));
    const off = Math.max(...expected.map((value, index) => Math.abs(value - found[index])));
    if (off <= TOLERANCE * size) return;
    throw new DisagreementError(
      `${other.name} and ${reference.name} disagree on ${what} (${encoder}, batch ${batch}, ${items} items): ` +
        `off by ${off.toPrecision(2)}, where the size is ${size.toPrecision(2)}. Nothing more is timed.`,
    );
  };
  compare('values', reference.checked.values, other.checked.values);
  const { valueWeight, entropyWeight } = SETTINGS;
  const loss = ({ policyLoss, valueLoss, entropy }) => policyLoss + valueWeight * valueLoss - entropyWeight * entropy;
  reference.checked.reports.forEach((report, step) => {
    const found = other.checked.reports[step];
    compare(`the loss of step ${step + 1}`, [loss(report)], [loss(found)]);
    compare(`the entropy of step ${step + 1}`, [report.entropy], [found.entropy]);
    compare(`the gradient's norm in step ${step + 1}`, [report.gradientNorm], [found.gradientNorm]);
  });
}

/** Asks all engines in turn, `rounds` times. @returns by engine, its rounds' milliseconds */
async function takeTurns(running, rounds, ask) {
  const taken = running.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { child }] of running.entries()) taken[index].push((await ask(child)).milliseconds);
  }
  return taken;
}

async function timeSteps(running, problem, flops, { rounds, seconds }) {
  const taken = await takeTurns(running, rounds, (child) => child.ask('time', { seconds }));
  const rows = [];
  for (const [index, { key, name, threads, child, startMemory }] of running.entries()) {
    const steps = taken[index].flat();
    const medianMs = median(taken[index].map(median));
    const { peakMemory } = await child.ask('memory');
    rows.push({
      ...{ ...problem, key, engine: name, threads, medianMs },
      p10Ms: quantile(steps, 0.1),
      p90Ms: quantile(steps, 0.9),
      stepsPerSecond: 1000 / medianMs,
      gflops: flops / medianMs / 1e6,
      peakMemory,
      startMemory,
      steps: steps.length,
    });
  }
  return rows;
}

async function timeDecisions(running, { encoder, items }, { rounds, seconds, decisions }) {
  const rows = [];
  for (const sessions of decisions) {
    for (const what of DECISIONS) {
      const turn = { what, sessions, seconds: seconds / DECISIONS.length };
      const taken = await takeTurns(running, rounds, (child) => child.ask('decide', turn));
      running.forEach(({ key, name, threads }, index) => {
        const all = taken[index].flat();
        const times = { p50Ms: median(all), p99Ms: quantile(all, 0.99), decisions: all.length };
        rows.push({ encoder, items, sessions, what, key, engine: name, threads, ...times });
      });
    }
  }
  return rows;
}
