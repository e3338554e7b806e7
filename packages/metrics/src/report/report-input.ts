/** A mean with its interval; `lower` and `upper` are null if there is no interval. */
export interface ReportInterval {
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** The results of one method. */
export interface ReportMethod {
  readonly name: string;
  /** Short description. */
  readonly description?: string;
  /** Measures of the method; null if there is no value. */
  readonly earlyReward: ReportInterval | null;
  readonly finalReward: ReportInterval | null;
  readonly cumulativeReward: ReportInterval | null;
  readonly meanLength: ReportInterval | null;
  /** The learning curve, as returned by `aggregateCurves`: columns of equal length. */
  readonly curve: {
    readonly interactions: readonly number[];
    readonly mean: readonly (number | null)[];
    readonly lower: readonly (number | null)[];
    readonly upper: readonly (number | null)[];
  };
}

/** Facts by name. */
export type ReportFacts = Readonly<Record<string, string | number | boolean>>;

/** Input of `renderReport`. All strings are escaped. */
export interface ReportInput {
  readonly title: string;
  readonly subtitle?: string;
  /** The findings, as sentences. */
  readonly findings: readonly string[];
  /** Methods, in the order of the table and the legend. */
  readonly methods: readonly ReportMethod[];
  /** Tables of facts by heading, such as the environment, the configuration, the versions. */
  readonly facts: Readonly<Record<string, ReportFacts>>;
}
