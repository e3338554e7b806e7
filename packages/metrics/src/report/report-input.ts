/** A mean with its interval; `lower` and `upper` are null where one seed says nothing of the spread. */
export interface ReportInterval {
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** One method's part of a report. */
export interface ReportMethod {
  readonly name: string;
  /** What it does, in a few words. */
  readonly description?: string;
  /** Null where there is no value. */
  readonly earlyReward: ReportInterval | null;
  readonly finalReward: ReportInterval | null;
  readonly cumulativeReward: ReportInterval | null;
  readonly meanLength: ReportInterval | null;
  /** As `aggregateCurves` gives it: all columns of one length. */
  readonly curve: {
    readonly interactions: readonly number[];
    readonly mean: readonly (number | null)[];
    readonly lower: readonly (number | null)[];
    readonly upper: readonly (number | null)[];
  };
}

/** Facts by name, shown as they are. */
export type ReportFacts = Readonly<Record<string, string | number | boolean>>;

/** What `renderReport` shows. Every string is shown as text, whatever it holds. */
export interface ReportInput {
  readonly title: string;
  readonly subtitle?: string;
  /** What the figures show, in plain sentences. */
  readonly findings: readonly string[];
  /** In the order of the table and the legend. */
  readonly methods: readonly ReportMethod[];
  /** Tables of facts under a heading each: the environment, the configuration, the versions. */
  readonly facts: Readonly<Record<string, ReportFacts>>;
}
