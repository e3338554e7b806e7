import { createRandom } from '@ialp/env';
import { checkEnvironment } from '@ialp/env/testing';
import { earlyReward, episodesOf, finalReward } from '@ialp/metrics';
import { createA2C, createNetwork, runOnline } from '@ialp/policy';
import { NewsScreen } from './news-screen.js';

const STORIES = 60;
const INTERACTIONS = 64 * 3000;

/** Checks the simulator, then lets an actor-critic learn in it. */
export function run(): { readonly early: number; readonly final: number } {
  checkEnvironment((sessions) => new NewsScreen(STORIES, sessions, createRandom));
  const network = createNetwork({ items: STORIES, historyLength: 5, random: createRandom(1) });
  const log = runOnline({
    environment: new NewsScreen(STORIES, 64, createRandom),
    learner: createA2C({ network }),
    interactions: INTERACTIONS,
    seed: 2,
    random: createRandom(3),
  });
  const episodes = episodesOf(log);
  const budget = { interactions: INTERACTIONS };
  return { early: earlyReward(episodes, budget) ?? 0, final: finalReward(episodes, budget) ?? 0 };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const { early, final } = run();
  print('The news screen keeps the rules of an environment.');
  print(`Taps a person: ${early.toFixed(2)} at first, ${final.toFixed(2)} in the end.`);
}
