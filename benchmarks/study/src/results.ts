import type { KernelsBuild } from '@ialp/policy';
import type { Tuned } from './tuned.js';
import type { EnvironmentName } from './world.js';

/** A statistic with its 95 % interval; the ends are null if there are too few runs. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The measures of a run, described in `Run`. */
export const MEASURES = ['early', 'final', 'mean', 'cumulative', 'length', 'lowest'] as const;
export type Measure = (typeof MEASURES)[number];

/** Results of one method in one environment, under one variant. */
export interface MethodRow {
  readonly method: string;
  readonly seeds: readonly number[];
  /** `[seeds]` values of each measure; null if a run has no value. */
  readonly values: Readonly<Record<Measure, readonly (number | null)[]>>;
  /** Interquartile means over seeds, with intervals of a stratified bootstrap. */
  readonly measures: Readonly<Record<Measure, Interval | null>>;
  /** Learning curve: mean over seeds with t interval, in windows of equal size. */
  readonly curve: {
    readonly mean: (number | null)[];
    readonly lower: (number | null)[];
    readonly upper: (number | null)[];
  };
  /** `[seeds][...]`, `running` of each run, for the ablation of the reward floor. */
  readonly running?: readonly (readonly number[])[];
  /** Share of the pre-trained policy in the same windows, for mixtures. */
  readonly weight?: { readonly mean: (number | null)[] };
}

/** All methods of a part in one environment, under one variant. */
export interface Table {
  readonly part: string;
  readonly variant: string;
  readonly environment: EnvironmentName;
  readonly methods: readonly MethodRow[];
}

/** A-iALP_ap compared with another method of the main comparison. */
export interface Comparison {
  readonly environment: EnvironmentName;
  readonly method: string;
  /** A-iALP_ap minus the other method, paired by seed, with t intervals. */
  readonly difference: Readonly<Record<Measure, Interval | null>>;
  /** Probability that a run of A-iALP_ap has the higher mean reward, over all pairs of runs. */
  readonly probabilityOfImprovement: Interval;
}

/** A claim and whether it holds. */
export interface Claim {
  readonly claim: string;
  readonly environment: EnvironmentName;
  readonly holds: boolean;
  readonly figures: string;
}

/** Content of `results.json`. */
export interface Results {
  readonly schemaVersion: 1;
  readonly config: {
    readonly environments: readonly EnvironmentName[];
    readonly methods: readonly string[];
    readonly ablations: readonly string[];
    readonly seeds: number;
    readonly ablationSeeds: number;
    readonly interactions: number;
    /** Interactions of each pre-training. */
    readonly pretrainingInteractions: number;
    /** Build of the networks' kernels. */
    readonly kernels: KernelsBuild;
    readonly settings: object;
  };
  readonly environments: readonly {
    readonly name: EnvironmentName;
    readonly facts: Readonly<Record<string, string | number>>;
    readonly tuned: Tuned;
  }[];
  readonly tables: readonly Table[];
  readonly comparisons: readonly Comparison[];
  readonly claims: readonly Claim[];
  readonly findings: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** The only part that differs between two studies with the same seeds. */
  readonly times: {
    /** Duration of the command; without earlier commands that it continued. */
    readonly totalSeconds: number;
    /** Sum over all deployments, each on its thread. */
    readonly runSeconds: number;
  };
}
