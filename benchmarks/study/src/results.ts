import type { Tuned } from './tuned.js';
import type { EnvironmentName } from './world.js';

/** A statistic with its 95 % interval; the ends are null where there are too few runs for one. */
export interface Interval {
  readonly estimate: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The measures of a run; what each is, `Run` says. */
export const MEASURES = ['early', 'final', 'mean', 'cumulative', 'length', 'lowest'] as const;
export type Measure = (typeof MEASURES)[number];

/** What one method came to in one environment, under one variant. */
export interface MethodRow {
  readonly method: string;
  readonly seeds: readonly number[];
  /** `[seeds]` of each measure; null where a run has no value. */
  readonly values: Readonly<Record<Measure, readonly (number | null)[]>>;
  /** Interquartile means over seeds, with intervals of a stratified bootstrap. */
  readonly measures: Readonly<Record<Measure, Interval | null>>;
  /** Learning curve: mean over seeds with Student's interval, in windows of equal size. */
  readonly curve: {
    readonly mean: (number | null)[];
    readonly lower: (number | null)[];
    readonly upper: (number | null)[];
  };
  /** `[seeds][sessions]`, mean reward of the first sessions, of the ablation of the guardrail; what of each run, `Run` says. */
  readonly running?: readonly (readonly number[])[];
  /** The pre-trained policy's share in the same windows, of mixtures. */
  readonly weight?: { readonly mean: (number | null)[] };
}

/** All methods of a part in one environment, under one variant. */
export interface Table {
  readonly part: string;
  readonly variant: string;
  readonly environment: EnvironmentName;
  readonly methods: readonly MethodRow[];
}

/** A-iALP_ap against another method of the main comparison. */
export interface Comparison {
  readonly environment: EnvironmentName;
  readonly method: string;
  /** Paired by seed: A-iALP_ap minus the other; Student's intervals. */
  readonly difference: Readonly<Record<Measure, Interval | null>>;
  /** Chance that a run of A-iALP_ap has the greater mean reward, over all pairs of runs. */
  readonly probabilityOfImprovement: Interval;
}

/** Something that should be true, and whether it is. */
export interface Claim {
  readonly claim: string;
  readonly environment: EnvironmentName;
  readonly holds: boolean;
  readonly figures: string;
}

/** What `results.json` holds. */
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
  /** The only part that differs between two studies of one seed. */
  readonly times: {
    /** Of the command that wrote this; where it resumed what another had begun, the other's are not in it. */
    readonly totalSeconds: number;
    /** Of all deployments, each on its thread. */
    readonly runSeconds: number;
  };
}
