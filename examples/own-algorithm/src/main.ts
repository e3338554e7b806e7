import { createAdaptiveLearner, createAnnealedGate } from '@ialp/adaptive';
import { createFilmsEnvironment, createRandom, type FilmCatalogue } from '@ialp/env';
import { readFilms } from '@ialp/env/datasets/films';
import { earlyReward, episodesOf, finalReward } from '@ialp/metrics';
import { createFrozenLearner, createRandomPolicy, type Learner, runOnline } from '@ialp/policy';
import { createPopularity } from '@ialp/policy/bandits';
import { TurnBandit } from './turn-bandit.js';

/** Deploys the algorithm alone, as the online half of A-iALP_ap, and two baselines, each for a number of interactions. */
export async function run(
  interactions = 64 * 1500,
): Promise<Record<string, { readonly early: number; readonly final: number }>> {
  const catalogue = await readFilms({ count: 200 });
  const items = catalogue.items.length;
  const bestKnown = createPopularity({ items, ...(catalogue.prior && { prior: catalogue.prior }) });
  return {
    random: deploy(catalogue, interactions, createFrozenLearner(createRandomPolicy(items))),
    'best known': deploy(catalogue, interactions, createFrozenLearner(bestKnown.policy)),
    'turn bandit': deploy(catalogue, interactions, new TurnBandit(items)),
    'A-iALP_ap of best known and turn bandit': deploy(
      catalogue,
      interactions,
      createAdaptiveLearner({
        pretrained: bestKnown.policy,
        online: new TurnBandit(items),
        gate: createAnnealedGate({ interactions: interactions / 2 }),
      }),
    ),
  };
}

function deploy(
  catalogue: FilmCatalogue,
  interactions: number,
  learner: Learner,
): { readonly early: number; readonly final: number } {
  const environment = createFilmsEnvironment({ catalogue, users: 300, random: createRandom(1) });
  const log = runOnline({ environment, learner, interactions, seed: 2, random: createRandom(3) });
  const episodes = episodesOf(log);
  const budget = { interactions };
  return { early: earlyReward(episodes, budget) ?? 0, final: finalReward(episodes, budget) ?? 0 };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv[1] === import.meta.filename) {
  print('Films liked in a session, at first and in the end:');
  for (const [name, { early, final }] of Object.entries(await run())) {
    print(`  ${name.padEnd(40)} ${early.toFixed(2)}  ${final.toFixed(2)}`);
  }
}
