/**
 * `npm run bench -- metrics`: off-policy estimates and ranking metrics of a day's logs beside numpy, each in a process of its own,
 * turn by turn. That both give the same figures is checked. Results go to stdout, progress to stderr.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { writeLists, writeLog } from './data.mjs';

const USAGE = `npm run bench -- metrics [flags]: off-policy estimates and ranking metrics beside numpy.

  --rows <rows>      of the log (default: 10000000)
  --lists <lists>    of 100 items each (default: 1000000)
  --rounds <rounds>  of which the median counts (default: 3)
  --json             the results as JSON on stdout
  --help             this

The environment variable PYTHON names the Python whose numpy is compared (default: python3).
`;
/** How far both sides may differ, relatively: sums in another order. */
const TOLERANCE = 1e-9;
const TASKS = { ope: 'IPS, SNIPS and DR with intervals', ranking: 'six ranking metrics at 20' };
const run = promisify(execFile);
const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** What one side takes. @throws where it cannot run. */
async function timeOf(command, args) {
  const { stdout } = await run(command, args, { env: { ...process.env, OMP_NUM_THREADS: '1' } });
  return JSON.parse(stdout);
}

function checkAgreement(ours, theirs) {
  for (const [name, values] of Object.entries(ours.values)) {
    values.forEach((value, k) => {
      const other = theirs.values[name][k];
      if (Math.abs(value - other) <= TOLERANCE * Math.max(1, Math.abs(other))) return;
      throw new Error(`${name}: ${value} here and ${other} in numpy.`);
    });
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

async function compare(task, folder, rounds) {
  const sides = {
    '@ialp/metrics': () => timeOf(process.execPath, [fileOf('ours.mjs'), task, folder]),
    numpy: () => timeOf(process.env.PYTHON ?? 'python3', [fileOf('numpy_peer.py'), task, folder]),
  };
  const found = { '@ialp/metrics': [], numpy: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [side, time] of Object.entries(sides)) {
      if (found[side].leftOut !== undefined) continue;
      try {
        found[side].push(await time());
      } catch (error) {
        if (side !== 'numpy') throw error;
        found[side] = {
          leftOut: String(error.stderr || error.message)
            .trim()
            .split('\n')
            .at(-1),
        };
      }
    }
  }
  const [ours, theirs] = [found['@ialp/metrics'], found.numpy];
  if (theirs.leftOut === undefined) checkAgreement(ours[0], theirs[0]);
  return Object.entries(found).map(([side, times]) =>
    times.leftOut === undefined
      ? {
          task,
          side,
          version: times[0].version,
          seconds: median(times.map(({ seconds }) => seconds)),
          peakMegabytes: Math.max(...times.map(({ peakMegabytes }) => peakMegabytes)),
        }
      : { task, side, leftOut: times.leftOut },
  );
}

function whole(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 2) return value;
  throw Object.assign(new Error(`--${name} has to be a whole number of at least 2, not '${text}'.`), { exitCode: 2 });
}

function text(results, { rows, lists }) {
  const size = { ope: `${rows.toLocaleString('en')} rows`, ranking: `${lists.toLocaleString('en')} lists of 100` };
  return results
    .map(({ task, side, version, seconds, peakMegabytes, leftOut }) => {
      const what = `${TASKS[task]}, ${size[task]}`.padEnd(60);
      if (leftOut !== undefined) return `${what} ${side.padEnd(14)} left out: ${leftOut}`;
      const time = `${seconds.toFixed(2)} s`.padStart(8);
      return `${what} ${side.padEnd(14)} ${time} ${Math.round(peakMegabytes).toLocaleString('en').padStart(6)} MB  ${version}`;
    })
    .join('\n');
}

async function main() {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '10000000' },
      lists: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return process.stdout.write(USAGE);
  const size = { rows: whole('rows', values.rows), lists: whole('lists', values.lists) };
  const rounds = whole('rounds', values.rounds);
  const folder = mkdtempSync(join(tmpdir(), 'metrics-bench-'));
  try {
    process.stderr.write('Making the data ...\n');
    writeLog(folder, size.rows);
    writeLists(folder, size.lists);
    const results = [];
    for (const task of Object.keys(TASKS)) {
      process.stderr.write(`${TASKS[task]} ...\n`);
      results.push(...(await compare(task, folder, rounds)));
    }
    const machine = `${cpus()[0]?.model ?? 'unknown'}, one core`;
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ machine, ...size, results }, null, 2)}\n`
        : `${text(results, size)}\non ${machine}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode ?? (error.code?.startsWith?.('ERR_PARSE_ARGS') ? 2 : 1);
});
