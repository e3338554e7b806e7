import type { Part, Variant } from './cells.js';
import type { EnvironmentName } from './world.js';

/** The methods of the paper's table, baselines first. */
export const MAIN_METHODS = [
  'random',
  'popularity',
  'epsilon-greedy',
  'thompson-sampling',
  'lin-ucb',
  'item-knn',
  'dqn-scratch',
  'ppo-scratch',
  'a2c-scratch',
  'ialp-frozen',
  'a-ialp-ft',
  'a-ialp-ap',
];

const ENCODER: Readonly<Record<string, Variant>> = { encoder: {} };
const PRETRAINED = ['ialp-frozen', 'a-ialp-ft', 'a-ialp-ap'];
/** Language models that mislead. */
const WRONG: Readonly<Record<string, Variant>> = {
  inverted: { languageModel: 'inverted' },
  random: { languageModel: 'random' },
};
/** Environments whose runs take a few seconds. */
const SMALL: EnvironmentName[] = ['coat', 'lastfm'];
const ERROR_RATES = [0, 0.1, 0.2, 0.3, 0.4, 0.5];

/** An ablation. */
interface Ablation extends Pick<Part, 'variants' | 'methods'> {
  /** Environments of the ablation. Default: all. */
  readonly only?: readonly EnvironmentName[];
}

/** The ablations, by name. */
export const ABLATIONS: Readonly<Record<string, Ablation>> = {
  'language-model': {
    variants: WRONG,
    methods: PRETRAINED,
  },
  floor: {
    variants: { ...ENCODER, ...WRONG },
    methods: ['ialp-frozen', 'a-ialp-ap', 'a-ialp-ap, floor'],
  },
  start: {
    variants: ENCODER,
    methods: ['a-ialp-ap, cold', 'a-ialp-ap, early', 'a-ialp-ap, tempered', 'a-ialp-ap, warm', 'a-ialp-ft, early'],
  },
  gate: {
    variants: ENCODER,
    methods: ['a-ialp-ap, annealed', 'a-ialp-ap, by session', 'a-ialp-ap, value-softmax', 'a-ialp-ap, constant'],
  },
  'error-rate': {
    variants: Object.fromEntries(
      ERROR_RATES.map((rate) => [`oracle ${rate}`, { languageModel: `oracle:${rate}` }] as const),
    ),
    methods: PRETRAINED,
    only: ['coat'],
  },
  'recorded-model': {
    variants: {
      '100 questions': { questions: 100 },
      'SmolLM2 135M, 100 questions': { languageModel: 'recording:smollm2-135m', questions: 100 },
    },
    methods: PRETRAINED,
    only: ['coat'],
  },
  'reward-model': { variants: { 'no reward model': { rewardModel: false } }, methods: PRETRAINED, only: ['coat'] },
  questions: {
    variants: { '20 questions': { questions: 20 }, '100 questions': { questions: 100 } },
    methods: ['ialp-frozen', 'a-ialp-ap'],
    only: ['coat'],
  },
  text: { variants: { 'no text': { textWidth: 0 } }, methods: ['a2c-scratch', ...PRETRAINED], only: ['coat'] },
  likes: { variants: { 'texts alone': { likes: false } }, methods: PRETRAINED, only: SMALL },
  'state-encoder': {
    variants: { gru: { encoder: 'gru' }, attention: { encoder: 'attention' } },
    methods: ['a2c-scratch', ...PRETRAINED],
    only: ['coat'],
  },
};

/** Options of `partsOf`. */
export interface PartOptions {
  readonly environments: readonly EnvironmentName[];
  readonly methods: readonly string[];
  readonly ablations: readonly string[];
  readonly seeds: number;
  /** Number of seeds of each ablation, the first ones of the study. */
  readonly ablationSeeds: number;
}

/** The parts of a study. */
export function partsOf({ environments, methods, ablations, seeds, ablationSeeds }: PartOptions): Part[] {
  const first = (count: number): number[] => Array.from({ length: count }, (_, k) => k + 1);
  return [
    { name: 'main', environments, variants: ENCODER, methods, seeds: first(seeds) },
    ...ablations.map((name) => {
      const { only, ...ablation } = ABLATIONS[name];
      return {
        ...{ name, ...ablation, seeds: first(Math.min(seeds, ablationSeeds)) },
        environments: environments.filter((environment) => only?.includes(environment) ?? true),
      };
    }),
  ];
}
