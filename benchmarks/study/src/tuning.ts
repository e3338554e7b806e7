import type { Progress } from '@ialp/command';
import { type Cell, type CellOptions, cellsOf } from './cells.js';
import type { Parameters } from './method.js';
import type { Runner } from './runner.js';
import { type Tuned, UNTUNED } from './tuned.js';
import type { EnvironmentName } from './world.js';

/** All combinations of some values, by name. */
function grid(values: Readonly<Record<string, readonly number[]>>): Parameters[] {
  return Object.entries(values).reduce<Parameters[]>(
    (found, [name, options]) => found.flatMap((each) => options.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}

const ACTOR_CRITIC = grid({ rolloutLength: [2, 5], entropyWeight: [0.005, 0.01, 0.02] });

/** Six settings per method, so that all methods have the same number of trials. */
export const GRIDS: Readonly<Record<string, readonly Parameters[]>> = {
  popularity: grid({ priorStrength: [2, 5, 10, 20, 50, 100] }),
  'epsilon-greedy': grid({ epsilon: [0.02, 0.05, 0.1], priorStrength: [5, 20] }),
  'thompson-sampling': grid({ priorStrength: [1, 2, 5, 10, 20, 50] }),
  'lin-ucb': grid({ alpha: [0.1, 0.3, 1], ridge: [1, 10] }),
  'item-knn': grid({ epsilon: [0.02, 0.05, 0.1], shrinkage: [5, 20] }),
  'dqn-scratch': grid({ learningRate: [0.0005, 0.001, 0.003], epsilonDecaySteps: [10_000, 30_000] }),
  'ppo-scratch': grid({ learningRate: [0.001, 0.003, 0.006], entropyWeight: [0.01, 0.02] }),
  'a2c-scratch': ACTOR_CRITIC,
  'a-ialp-ft': ACTOR_CRITIC,
  'a-ialp-ap': grid({ rolloutLength: [2], entropyWeight: [0.005], imitation: [0, 0.03, 0.1], coldStart: [0, 1] }),
};

/** Six settings of the pre-training, evaluated by the frozen policy. */
export const PRETRAININGS = grid({
  boredom: [3, 10, 30],
  popularity: [0.7, 2],
  textWidth: [0],
}) as Tuned['pretraining'][];

/** Seeds of each trial; they are not used by the results. */
const SEEDS = [1001, 1002];

/** A trial of the tuning. */
export interface Trial {
  readonly method: string;
  readonly parameters: Parameters;
  /** Mean reward per session over the whole deployment, mean over seeds. */
  readonly mean: number;
}

/** Options of the tuning. */
export type TuningOptions = Pick<CellOptions, 'interactions' | 'kernels'>;

function cellsOfTrial(
  environment: EnvironmentName,
  method: string,
  parameters: Parameters,
  pretraining: Tuned['pretraining'],
  options: TuningOptions,
): Cell[] {
  const tuned = { pretraining, methods: { [method]: parameters } };
  const part = { name: 'tuning', environments: [environment], variants: { encoder: {} }, methods: [method] };
  const cells = cellsOf({ ...part, seeds: SEEDS }, { ...options, audience: 'tuning', modules: {}, tuned });
  return cells.map(({ cell }) => cell);
}

/** All runs of the tuning. The best pre-training is not known yet, so the first one stands for it. */
export function tuningCells(options: TuningOptions & { readonly environments: readonly EnvironmentName[] }): Cell[] {
  const [first] = PRETRAININGS;
  return options.environments.flatMap((environment) => [
    ...PRETRAININGS.flatMap((values) => cellsOfTrial(environment, 'ialp-frozen', {}, values, options)),
    ...Object.entries(GRIDS).flatMap(([method, settings]) =>
      settings.flatMap((parameters) => cellsOfTrial(environment, method, parameters, first, options)),
    ),
  ]);
}

/** Tries all settings of all methods on users that the results do not use. */
export async function tune(
  environment: EnvironmentName,
  runner: Runner,
  options: TuningOptions,
  progress: Progress,
): Promise<{ readonly tuned: Tuned; readonly trials: readonly Trial[] }> {
  const planned = tuningCells({ environments: [environment], ...options });
  const bar = progress.begin(`Tuning on ${environment}`, planned.length, 'runs');
  const trialOf = async (method: string, parameters: Parameters, pretraining: Tuned['pretraining']): Promise<Trial> => {
    const runs = await Promise.all(
      cellsOfTrial(environment, method, parameters, pretraining, options).map(async (cell) => {
        const { run } = await runner.run(cell);
        bar.add(1);
        return run.mean ?? 0;
      }),
    );
    return { method, parameters, mean: runs.reduce((sum, value) => sum + value, 0) / runs.length };
  };

  const pretrainings = await Promise.all(
    PRETRAININGS.map(async (values) => {
      const trial = await trialOf('ialp-frozen', {}, values);
      return { ...trial, parameters: values };
    }),
  );
  const pretraining = bestOf(pretrainings).parameters as Tuned['pretraining'];
  const trials = await Promise.all(
    Object.entries(GRIDS).map(([method, settings]) =>
      Promise.all(settings.map((parameters) => trialOf(method, parameters, pretraining))),
    ),
  );
  bar.end();
  const methods = Object.fromEntries(trials.map((ofMethod) => [ofMethod[0].method, bestOf(ofMethod).parameters]));
  return {
    tuned: { pretraining, methods: { ...UNTUNED.methods, ...methods } },
    trials: [...pretrainings, ...trials.flat()],
  };
}

function bestOf(trials: readonly Trial[]): Trial {
  return trials.reduce((best, trial) => (trial.mean > best.mean ? trial : best));
}
