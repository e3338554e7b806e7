import { checkOutput } from '@ialp/command';
import { describeEmbeddings } from '@ialp/command/embeddings';
import { resolveKernels } from '@ialp/command/kernels';
import type { KernelsBuild } from '@ialp/policy';
import { type Cell, keyOf, runnable } from './cells.js';
import type { Options } from './options.js';
import { STUDY_FILES } from './output.js';
import { SETTINGS } from './settings.js';
import { placedCells } from './study.js';
import { tuningCells } from './tuning.js';
import { readItemTexts } from './world.js';

/** Measured seconds of a run of an actor-critic of 128,000 interactions with portable kernels, on one of two busy virtual cores. */
const SECONDS = { coat: 4.2, lastfm: 12, 'amazon-industrial': 22, movielens: 13 };
/** Seconds to fit the simulated users and to embed the items, once. */
const PREPARATION_SECONDS = { coat: 5, lastfm: 25, 'amazon-industrial': 130, movielens: 15 };
/** Time of a run of other methods relative to an actor-critic; 1 for methods not listed. */
const EFFORT: Readonly<Record<string, number>> = {
  ...{ random: 0.2, popularity: 0.05, 'epsilon-greedy': 0.1, 'thompson-sampling': 0.5, 'item-knn': 0.2 },
  ...{ 'lin-ucb': 0.7, 'dqn-scratch': 2.1, 'ppo-scratch': 3.2, 'ialp-frozen': 0.3, 'a-ialp-ap': 1.4 },
};
/** Time with other kernels relative to portable ones. Those of `fused` were not measured. */
const KERNELS: Readonly<Record<KernelsBuild, number>> = { portable: 1, fused: 1, native: 0.5 };
/** Measured seconds of a pre-training with portable kernels. */
const PRETRAINING_SECONDS = { coat: 14, lastfm: 36, 'amazon-industrial': 58, movielens: 35 };

/** Describes what the command would do and its approximate cost. Reads the texts of the items from the data sets. */
export async function planOf(options: Options): Promise<string> {
  await checkOutput(options.out);
  const kernels = resolveKernels(options.kernels);
  const placed = options.tune
    ? tuningCells({ ...options, kernels })
    : placedCells(options).map(({ cell }) => runnable(cell));
  // Cells that occur in several parts run once.
  const cells = [...new Map(placed.map((cell) => [keyOf(cell), cell])).values()];
  const pretrainings = new Map(
    cells
      .filter(({ pretraining }) => pretraining !== undefined)
      .map((cell) => [keyOf({ ...cell.pretraining, environment: cell.environment, seed: cell.seed }), cell]),
  );
  const texts = await Promise.all(options.environments.map((name) => readItemTexts(name, options.data)));
  const interactions = cells.reduce((sum, cell) => sum + cell.interactions, 0);
  return [
    `Environments: ${options.environments.join(', ')}, from ${options.data}`,
    ...(options.tune
      ? ['Hyper-parameters: of every method, on users that the results do not use']
      : comparedBy(options)),
    `Runs: ${cells.length} deployments of ${cells[0]?.interactions ?? 0} interactions (${interactions} in total), ` +
      `after ${pretrainings.size} pre-trainings of ${options.pretrainingInteractions ?? SETTINGS.pretraining}`,
    `Kernels: ${kernels}`,
    `Time: about ${Math.ceil(secondsOf(cells, [...pretrainings.values()], kernels) / 60)} minutes of one core, ` +
      'divided among all cores',
    'Calls of language models over a network: none',
    await describeEmbeddings(options.embeddings, texts.flat()),
    `Files in ${options.out}: ${(options.tune ? TUNING_FILES : STUDY_FILES).join(', ')}, runs.jsonl and pretrained/; ` +
      'finished runs are not repeated',
  ].join('\n');
}

const TUNING_FILES = ['tuned.json', 'trials.json'];

const comparedBy = ({ methods, ablations }: Options): string[] => [
  `Methods: ${methods.join('; ')}`,
  `Ablations: ${ablations.join(', ') || 'none'}`,
];

function secondsOf(cells: readonly Cell[], pretrainings: readonly Cell[], kernels: KernelsBuild): number {
  const environments = [...new Set(cells.map(({ environment }) => environment))];
  return (
    environments.reduce((sum, environment) => sum + PREPARATION_SECONDS[environment], 0) +
    KERNELS[kernels] *
      (cells.reduce(
        (sum, cell) => sum + effortOf(cell) * SECONDS[cell.environment] * (cell.interactions / 128_000),
        0,
      ) +
        pretrainings.reduce((sum, { environment, pretraining }) => {
          const share = (pretraining?.interactions ?? SETTINGS.pretraining) / SETTINGS.pretraining;
          return sum + share * PRETRAINING_SECONDS[environment];
        }, 0))
  );
}

/** Variants of A-iALP_ap take about as long as the default one. */
const effortOf = ({ method }: Cell): number => EFFORT[method] ?? EFFORT[method.split(',')[0]] ?? 1;
