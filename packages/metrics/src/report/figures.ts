/** A value of a report with its interval. */
export interface ReportPoint {
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** One line of a figure. */
export interface ReportSeries {
  readonly name: string;
  /** In the order of `x`. `mean` is null where the line has a gap, `lower` and `upper` where there is no interval. */
  readonly points: readonly {
    readonly x: number;
    readonly mean: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
}

interface Titled {
  readonly title: string;
  /** Explanation below the figure, such as what the bands show. */
  readonly note?: string;
}

/** A figure of lines with bands. */
export interface ReportLines extends Titled {
  readonly kind?: 'lines';
  readonly x: string;
  readonly y: string;
  readonly series: readonly ReportSeries[];
}

/** A figure with one point per name, with intervals on both axes. */
export interface ReportScatter extends Titled {
  readonly kind: 'scatter';
  readonly x: string;
  readonly y: string;
  readonly points: readonly { readonly name: string; readonly x: ReportPoint; readonly y: ReportPoint }[];
}

/** A matrix of names by names; cells are shaded by their distance from 0.5. */
export interface ReportMatrix extends Titled {
  readonly kind: 'matrix';
  readonly names: readonly string[];
  /** `[names][names]`, from 0 to 1; null if there is no value. */
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
