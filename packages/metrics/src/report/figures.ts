/** A value of a report with its interval. */
export interface ReportPoint {
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** One line of a figure. */
export interface ReportSeries {
  readonly name: string;
  /** In the order of `x`; `mean` is null where the line is broken, `lower` and `upper` where there is no interval. */
  readonly points: readonly {
    readonly x: number;
    readonly mean: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
}

interface Titled {
  readonly title: string;
  /** What the bands are, and whatever else has to be known to read it. */
  readonly note?: string;
}

/** A figure of lines with bands. */
export interface ReportLines extends Titled {
  readonly kind?: 'lines';
  readonly x: string;
  readonly y: string;
  readonly series: readonly ReportSeries[];
}

/** A figure of one point for each name, with intervals on both axes. */
export interface ReportScatter extends Titled {
  readonly kind: 'scatter';
  readonly x: string;
  readonly y: string;
  readonly points: readonly { readonly name: string; readonly x: ReportPoint; readonly y: ReportPoint }[];
}

/** Shares of names against names, each cell shaded by how far it is from one half. */
export interface ReportMatrix extends Titled {
  readonly kind: 'matrix';
  readonly names: readonly string[];
  /** `[names][names]`, from 0 to 1; null where there is no value. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** A figure of a report. */
export type ReportFigure = ReportLines | ReportScatter | ReportMatrix;

/** Names that a figure shows, in its order. */
export function namesOfFigure(figure: ReportFigure): readonly string[] {
  switch (figure.kind) {
    case 'scatter':
      return figure.points.map(({ name }) => name);
    case 'matrix':
      return figure.names;
    default:
      return figure.series.map(({ name }) => name);
  }
}
