/** What the user asks for. */
import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CHART_KINDS } from './chart-file.mjs';
import { DEPLOYMENT_KEYS } from './deployment/engines.mjs';
import { ENGINE_KEYS } from './engines.mjs';
import { ENCODERS } from './problem.mjs';

export const USAGE = `npm run bench -- policy [flags]: training steps and decisions of the built-in engine, native kernels, TensorFlow.js and PyTorch.

  --only <encoder>   mean, gru or attention; may be given again (default: all)
  --batch <states>   may be given again (default: 32, 256, 1024)
  --items <items>    may be given again (default: 300, 3000, 20000)
  --engine <engine>  ${ENGINE_KEYS.join(', ')};
                     may be given again (default: all that start)
  --threads <count>  may be given again (default: 1, and all of the machine)
  --large            instead of these, A2C with a sampled softmax, acting included: 640 interactions an update, on
                     catalogues of 1,000 to 1,000,000 items (--items), single decisions by a shortlist, and what is
                     learned beside an exact softmax
  --chart <file>     with --large: draws the cost of an update and of a decision against the items, as .svg, or as .png
                     with the Chromium that the environment variable CHROMIUM names (default: chromium)
  --deployment       instead of these, interactions per second of whole deployments: acting, learning and the environment;
                     engines: ${DEPLOYMENT_KEYS.join(', ')}
  --quick            batch 256, 300 and 3000 items, fewer rounds, no catalogue of a million
  --json             the results as JSON on stdout
  --help             this

The environment variable PYTHON names the Python whose PyTorch and Stable-Baselines3 are compared (default: python3). To hold
native kernels and PyTorch to AVX2: IALP_NATIVE_INSTRUCTIONS=avx2 MKL_ENABLE_INSTRUCTIONS=AVX2 ATEN_CPU_CAPABILITY=avx2.
`;

export class UsageError extends Error {}

/** What is most that one process can hold in its tables. */
const MOST = 1_000_000;

function positive(flag, texts) {
  return texts?.map((text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= MOST) return value;
    throw new UsageError(`--${flag} has to be a whole number from 1 to ${MOST}, not '${text}'.`);
  });
}

function checkNames(flag, names, known) {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`--${flag} has to be one of ${known.join(', ')}, not '${unknown}'.`);
}

/** Before hours of measurements, rather than behind them. */
function checkChart(file, large) {
  if (!large) throw new UsageError('--chart draws the results of --large: add that flag.');
  if (!CHART_KINDS.includes(extname(file))) {
    throw new UsageError(`--chart has to end with ${CHART_KINDS.join(' or ')}, not '${file}'.`);
  }
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new UsageError(`--chart has to be in a folder that exists, not in '${folder}'.`);
}

function defaultItems(large, quick) {
  if (large) return quick ? [1000, 10_000] : [1000, 10_000, 100_000, 1_000_000];
  return quick ? [300, 3000] : [300, 3000, 20_000];
}

function roundsOf(deployment, quick) {
  // A deployment has to be long enough to learn.
  if (deployment) return quick ? 5 : 10;
  return quick ? 3 : 7;
}

/** @throws {UsageError} */
export function parseFlags(args) {
  const numbers = { type: 'string', multiple: true };
  const flag = { type: 'boolean', default: false };
  const lists = { only: numbers, batch: numbers, items: numbers, engine: numbers, threads: numbers };
  const options = {
    ...lists,
    chart: { type: 'string' },
    large: flag,
    deployment: flag,
    quick: flag,
    json: flag,
    help: flag,
  };
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const { chart, large, deployment, quick, json, help, only = ENCODERS, engine: engines = [] } = values;
  checkNames('only', only, ENCODERS);
  checkNames('engine', engines, deployment ? DEPLOYMENT_KEYS : ENGINE_KEYS);
  if (large && deployment) throw new UsageError('--large and --deployment exclude each other.');
  if (chart !== undefined) checkChart(chart, large);
  const items = positive('items', values.items) ?? defaultItems(large, quick);
  // What was shown is forbidden, and something has to be left.
  const few = items.find((count) => count < 20);
  if (few !== undefined) throw new UsageError(`--items has to be at least 20, not '${few}'.`);
  return {
    ...{ json, help, chart, large, deployment, quick, items, encoders: [...new Set(only)] },
    ...{ engines, threads: positive('threads', values.threads) ?? [] },
    batches: positive('batch', values.batch) ?? (quick ? [256] : [32, 256, 1024]),
    rounds: roundsOf(deployment, quick),
    seconds: quick ? 0.3 : 0.5,
  };
}
