/**
 * `npm run bench -- env`: user steps per second of the simulator under a random policy, with termination rules, one core: of the
 * environment `coat` where its data are, and of made-up worlds of its kind for numbers of sessions and of items, beside a
 * Python simulator in the same run. Run it after `build`. Results go to stdout, progress to stderr.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { RULES } from './world.mjs';

const USAGE = `npm run bench -- env [flags]: user steps per second of the simulator, and of a Python one in the same run.

  --items <items>        may be given again (default: 300, 3000, 20000)
  --sessions <sessions>  at once; may be given again (default: 1, 32, 1024, 16384)
  --quick                300 and 3000 items, 1 and 1024 sessions, fewer rounds
  --json                 the results as JSON on stdout
  --help                 this

The environment variable PYTHON names the Python that is compared (default: python3).
`;
/** Most sessions of a simulator, and most items: the world has a number for each of 290 users and each item. */
const MOST = 2 ** 20;
/** The peer has a list for each item's distances to all others. */
const MOST_PEER_ITEMS = 3000;

class UsageError extends Error {}

const run = promisify(execFile);
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function positive(flag, texts) {
  return texts?.map((text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= MOST) return value;
    throw new UsageError(`--${flag} has to be a whole number from 1 to ${MOST}, not '${text}'.`);
  });
}

function parseFlags(args) {
  const numbers = { type: 'string', multiple: true };
  const flag = { type: 'boolean', default: false };
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: { items: numbers, sessions: numbers, quick: flag, json: flag, help: flag },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const { quick, json, help } = values;
  const items = positive('items', values.items) ?? (quick ? [300, 3000] : [300, 3000, 20_000]);
  // A random policy needs something left to show at the turn limit.
  const few = items.find((count) => count <= RULES.maxTurns);
  if (few !== undefined) throw new UsageError(`--items has to be more than ${RULES.maxTurns}, not '${few}'.`);
  return {
    ...{ json, help, items },
    sessions: positive('sessions', values.sessions) ?? (quick ? [1, 1024] : [1, 32, 1024, 16_384]),
    seconds: quick ? 0.3 : 1,
    rounds: quick ? 3 : 5,
  };
}

/** @param world a number of items, or the folder of Coat for the environment `coat` */
async function measureOurs(world, sessions, { seconds, rounds }) {
  const args = ['--expose-gc', file('simulator.mjs'), world, sessions, seconds, rounds].map(String);
  const { rates, turns, memory, heapGrowth } = JSON.parse((await run(process.execPath, args)).stdout);
  const items = typeof world === 'number' ? world : 'coat';
  return { items, sessions, stepsPerSecond: median(rates), best: Math.max(...rates), turns, memory, heapGrowth };
}

/** Where the tests look for Coat. */
function coatFolder() {
  const folder = join(process.env.IALP_DATA ?? file('../../../../shared/data'), 'coat');
  return existsSync(join(folder, 'train.ascii')) ? folder : undefined;
}

async function measurePeer(items, { seconds, rounds }) {
  if (items > MOST_PEER_ITEMS) return { items, left: `more than ${MOST_PEER_ITEMS} items` };
  const python = process.env.PYTHON ?? 'python3';
  try {
    const { stdout } = await run(python, [file('peer.py'), String(items), String(seconds * rounds)]);
    const { rate, turns, ...versions } = JSON.parse(stdout);
    return { items, stepsPerSecond: rate, turns, ...versions };
  } catch (error) {
    return {
      items,
      left: error.code === 'ENOENT' ? `${python} is not installed` : String(error.stderr ?? error.message).trim(),
    };
  }
}

function text({ machine, ours, peers }) {
  const lines = [`${machine.cpu}, Node ${machine.node}, one core; a random policy, with termination rules`, ''];
  const row = (cells) => cells.map((cell, k) => String(cell).padStart([7, 10, 14, 8, 12, 14][k])).join('');
  lines.push(row(['items', 'sessions', 'steps/s', 'turns', 'memory MiB', 'times Python']));
  for (const { items, sessions, stepsPerSecond, turns, memory } of ours) {
    const peer = peers.find((one) => one.items === (items === 'coat' ? 300 : items))?.stepsPerSecond;
    const ratio = peer === undefined ? '' : (stepsPerSecond / peer).toFixed(0);
    const rate = Math.round(stepsPerSecond).toLocaleString('en');
    lines.push(row([items, sessions, rate, turns.toFixed(1), Math.round(memory / 2 ** 20), ratio]));
  }
  lines.push('');
  for (const { items, left, stepsPerSecond, turns, python, numpy } of peers) {
    const what =
      left ??
      `${Math.round(stepsPerSecond).toLocaleString('en')} steps/s, ${turns.toFixed(1)} turns (Python ${python}, numpy ${numpy})`;
    lines.push(`Python, one session, ${items} items: ${left === undefined ? what : `left out, ${what}`}`);
  }
  return `${lines.join('\n')}\n`;
}

async function main() {
  const flags = parseFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const ours = [];
  const peers = [];
  const coat = coatFolder();
  if (coat === undefined) {
    process.stderr.write('coat: left out, as its data are not here; name their parent folder in IALP_DATA\n');
  }
  for (const sessions of coat === undefined ? [] : flags.sessions) {
    process.stderr.write(`coat, ${sessions} sessions ...\n`);
    ours.push(await measureOurs(coat, sessions, flags));
  }
  for (const items of flags.items) {
    for (const sessions of flags.sessions) {
      process.stderr.write(`${items} items, ${sessions} sessions ...\n`);
      ours.push(await measureOurs(items, sessions, flags));
    }
    process.stderr.write(`${items} items, Python ...\n`);
    peers.push(await measurePeer(items, flags));
  }
  const results = { machine: { cpu: cpus()[0].model, node: process.versions.node }, rules: RULES, ours, peers };
  process.stdout.write(flags.json ? `${JSON.stringify(results, null, 2)}\n` : text(results));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
