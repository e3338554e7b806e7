import { setTimeout as sleep } from 'node:timers/promises';
import { parseCommandLine, print, runMain, wholeNumber } from '@ialp/command';
import { createRandom, type Random } from '@ialp/core';
import { findNatsServer, NO_NATS_SERVER } from '@ialp/nats-server';
import { Command } from 'commander';
import { Cluster } from './cluster.js';
import { type ShopCounts, shop } from './shoppers.js';

interface Options {
  readonly deciders: number;
  readonly learners: number;
  readonly visitors: number;
  readonly seconds: number;
  readonly killEvery: number;
  readonly nats?: string;
  readonly seed: number;
}

/** There is no NATS server to start. */
class NoServer extends Error {}

/** Runs the command line and gives its exit code. Results go to stdout, everything else to stderr. */
export async function run(args: readonly string[]): Promise<number> {
  return runMain(
    async (signal) => {
      const options = parseOptions(args);
      if (options.nats === undefined && (await findNatsServer()) === undefined)
        throw new NoServer(`${NO_NATS_SERVER}.`);
      process.stderr.write('Starting the processes\n');
      const cluster = await Cluster.start({ ...options, nats: options.nats });
      try {
        await watch(cluster, options, signal);
      } finally {
        process.stderr.write('Ending the processes\n');
        await cluster.close();
      }
    },
    { isExpected: (error) => error instanceof NoServer, interrupted: () => 'Interrupted.' },
  );
}

function parseOptions(args: readonly string[]): Options {
  const command = new Command('npm run cluster --')
    .description('Starts a deployment on one host, sends visitors to it, and kills a process now and then.')
    .option('--deciders <number>', 'processes that decide', wholeNumber(1, 64), 3)
    .option('--learners <number>', 'learners, of which one learns', wholeNumber(1, 16), 2)
    .option('--visitors <number>', 'visitors at the same time', wholeNumber(1, 10_000), 30)
    .option('--seconds <number>', 'how long they come', wholeNumber(1, 86_400), 60)
    .option('--kill-every <seconds>', 'how often to kill a process; 0: never', wholeNumber(0, 86_400), 10)
    .option('--nats <url>', 'a NATS server with JetStream (default: one is started)')
    .option('--seed <number>', 'seeds the visitors', wholeNumber(0, 2 ** 32 - 1), 1);
  return parseCommandLine(command, args) as unknown as Options;
}

/** Sends visitors, kills processes, and prints what happens each second. */
async function watch(cluster: Cluster, options: Options, signal: AbortSignal): Promise<void> {
  const { visitors, seconds, killEvery, seed } = options;
  const random = createRandom(seed);
  const counts: ShopCounts = { decisions: 0, feedback: 0, reward: 0, repeated: 0 };
  const end = new AbortController();
  const shopping = shop({
    ...{ urls: () => cluster.urls, visitors, random: random.fork(1), counts },
    signal: AbortSignal.any([signal, end.signal]),
  });
  shopping.catch(() => {});
  const victims = random.fork(2);
  const starting = new Set<Promise<void>>();
  print(['second', 'decisions', 'clicks a slate', 'policy', 'learned', 'lag (s)', 'sent again', ''].join('\t'));
  for (let second = 1; second <= seconds && !signal.aborted; second++) {
    const before = { ...counts };
    await Promise.race([sleep(1_000), shopping]);
    const killed = killEvery > 0 && second % killEvery === 0 ? await killOne(cluster, victims, starting) : '';
    const decisions = counts.decisions - before.decisions;
    const clicks = decisions === 0 ? '' : ((counts.reward - before.reward) / decisions).toFixed(2);
    const status = await statusOf(cluster);
    const figures = [status?.['policy'], status?.['learned'], status?.['lagSeconds']].map((value) =>
      String(value ?? ''),
    );
    print([second, decisions, clicks, ...figures, counts.repeated - before.repeated, killed].join('\t'));
  }
  end.abort();
  await shopping;
  await Promise.all(starting);
  signal.throwIfAborted();
  print(
    `${counts.decisions} decisions and ${counts.feedback} clicks, all answered; ${counts.repeated} requests were sent again.`,
  );
}

/** Kills a process, and starts it again in the background. The last that decides is spared. */
async function killOne(cluster: Cluster, random: Random, starting: Set<Promise<void>>): Promise<string> {
  const names = cluster.running.filter((name) => cluster.learners.includes(name) || cluster.urls.length > 1);
  const name = names[random.integer(Math.max(1, names.length))];
  if (name === undefined) return '';
  await cluster.kill(name);
  const started = cluster.start(name);
  starting.add(started);
  started.then(() => starting.delete(started)).catch(() => {});
  return `killed ${name}`;
}

async function statusOf(cluster: Cluster): Promise<Readonly<Record<string, number>> | undefined> {
  try {
    const response = await fetch(`${cluster.urls[0]}/v1/status`);
    return response.ok ? ((await response.json()) as Record<string, number>) : undefined;
  } catch {
    return undefined;
  }
}
