import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '@ialp/core';
import type { CommandProgram } from './command-program.js';
import type { Figures, Findings } from './nothing-lost.js';
import { RecordedLoad } from './recorded-load.js';
import type { ServerProcess } from './server-process.js';
import { SLATE_SIZE, TestDeployment } from './test-deployment.js';

/** What is killed: a server that learns itself, or the server and the learner beside it. */
export type Victim = 'whole' | 'server' | 'learner' | 'both';

/** Options of `killUnderLoad`. */
export interface KillOptions {
  readonly program: CommandProgram;
  /** What to kill in each round. `whole` and the others cannot be mixed. */
  readonly victims: readonly Victim[];
  readonly seed: number;
  readonly sessions?: number;
  /** Share of the visits that the user ends. */
  readonly endShare?: number;
  readonly rules?: object;
}

/** Time between two kills, at most. */
const ROUND_MS = 2_000;

/** Kills processes under load at random moments and starts them again at once, lets all settle, and compares. */
export async function killUnderLoad({
  program,
  victims,
  seed,
  sessions = 30,
  endShare = 0.8,
  rules = {},
}: KillOptions): Promise<{
  readonly findings: Findings;
  readonly figures: Figures;
  /** Time until each server that was started again listened, in milliseconds. */
  readonly startMs: readonly number[];
}> {
  const random = createRandom(seed);
  const deployment = new TestDeployment({ program, rules });
  const running = new Map<'here' | 'elsewhere' | 'only', ServerProcess>();
  const startMs: number[] = [];
  const start = async (learn: 'here' | 'elsewhere' | 'only'): Promise<void> => {
    const process = await deployment.start(learn, learn === 'only' ? 'learner' : 'server');
    running.set(learn, process);
    if (process.url !== '') startMs.push(process.startMs);
  };
  let load: RecordedLoad | undefined;
  try {
    if (victims.includes('whole')) await start('here');
    else await Promise.all([start('only'), start('elsewhere')]);
    load = new RecordedLoad({ urlOf: () => deployment.urlOf(), sessions, seed, count: SLATE_SIZE, endShare });
    for (const victim of victims) {
      await sleep(random.integer(ROUND_MS));
      const killed = processesOf(victim);
      await Promise.all(killed.map((learn) => running.get(learn)!.end('SIGKILL')));
      await Promise.all(killed.map(start));
    }
    await load.end();
    await deployment.settle(() => deployment.loggedDecisions());
    return { ...(await deployment.compare(load)), startMs: startMs.slice(1) };
  } finally {
    load?.stop();
    await Promise.all([...running.values()].map((process) => process.end('SIGKILL')));
    deployment.remove();
  }
}

function processesOf(victim: Victim): ('here' | 'elsewhere' | 'only')[] {
  if (victim === 'whole') return ['here'];
  return [
    ...(victim === 'learner' ? [] : (['elsewhere'] as const)),
    ...(victim === 'server' ? [] : (['only'] as const)),
  ];
}
