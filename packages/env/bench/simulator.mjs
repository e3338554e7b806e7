/**
 * The simulator in a process of its own: `node simulator.mjs <items> <sessions> <seconds> <rounds>`, or the folder of Coat in
 * place of the items, for the environment `coat`. One line of JSON on stdout: user steps per second of each round, turns a
 * session, memory. With --expose-gc it also says whether steps allocate.
 */
import { makeEnvironment } from '../dist/environments/index.js';
import { RandomPlay } from './play.mjs';
import { makeSimulator, makeWorld } from './world.mjs';

const [what, ...numbers] = process.argv.slice(2);
const [sessions, seconds, rounds] = numbers.map(Number);
const made = Number.isNaN(Number(what))
  ? await makeEnvironment('coat', { data: what, seed: 1, sessions })
  : makeSimulator(makeWorld(Number(what)), sessions);
const play = new RandomPlay(made);
play.rate(seconds / 2);
const before = play.sessionsEnded;
const rates = Array.from({ length: rounds }, () => play.rate(seconds));
const steps = rates.reduce((sum, rate) => sum + rate * seconds, 0);

/** Bytes of heap that so many steps leave for the collector: where V8 boxes a number, a few a step, and no more. */
function heapGrowth(count) {
  globalThis.gc();
  const start = process.memoryUsage().heapUsed;
  for (let k = 0; k < count; k++) play.step();
  return process.memoryUsage().heapUsed - start;
}

process.stdout.write(
  `${JSON.stringify({
    rates,
    turns: steps / (play.sessionsEnded - before),
    memory: process.memoryUsage().rss,
    ...(globalThis.gc && {
      heapGrowth: [1, 100, 10_000].map((count) => heapGrowth(Math.ceil((count * 100) / sessions))),
    }),
  })}\n`,
);
