import { createRandom } from '@ialp/env';
import { confidenceInterval, pairedDifference } from '@ialp/metrics';
import { interquartileMean, probabilityOfImprovement, stratifiedBootstrap } from '@ialp/metrics/runs';
import type { PlacedCell } from './cells.js';
import { type Comparison, type Interval, MEASURES, type Measure, type MethodRow, type Table } from './results.js';
import type { Run } from './worker.js';
import type { EnvironmentName } from './world.js';

/** The method that the others are compared with. */
const OURS = 'a-ialp-ap';
/** Seed of the bootstrap. */
const SEED = 1;

/** A run with its place in a part. */
export interface PlacedRun extends PlacedCell {
  readonly run: Run;
}

/** Aggregates the seeds of each method, and compares A-iALP_ap with the other methods. */
export function summarize(
  runs: readonly PlacedRun[],
  environments: readonly EnvironmentName[],
): { readonly tables: Table[]; readonly comparisons: Comparison[] } {
  const tables = [
    ...groupBy(runs, ({ part, variant, cell }) => JSON.stringify([part, variant, cell.environment])).values(),
  ].map((ofTable): Table => {
    const [{ part, variant, cell }] = ofTable;
    const methods = [...groupBy(ofTable, ({ cell: { method } }) => method).values()].map(methodRow);
    return { part, variant, environment: cell.environment, methods };
  });
  const comparisons = environments.flatMap((environment) => {
    const table = tables.find((each) => each.part === 'main' && each.environment === environment);
    const ours = table?.methods.find(({ method }) => method === OURS);
    if (table === undefined || ours === undefined) return [];
    return table.methods.filter((row) => row !== ours).map((other) => compare(environment, ours, other));
  });
  return { tables, comparisons };
}

function methodRow(runs: readonly PlacedRun[]): MethodRow {
  const values = byMeasure((measure) => runs.map(({ run }) => run[measure]));
  const curves = runs.map(({ run }) => run.curve);
  const points = curves[0].map((_, k) => {
    const found = curves.map((curve) => curve[k]).filter((value) => value !== null);
    return found.length === 0 ? { mean: null, lower: null, upper: null } : confidenceInterval(found);
  });
  const weights = runs.map(({ run }) => run.weight).filter((weight) => weight !== undefined);
  return {
    method: runs[0].cell.method,
    seeds: runs.map(({ cell }) => cell.seed),
    values,
    measures: byMeasure((measure) => interquartile(values[measure])),
    curve: {
      mean: points.map(({ mean }) => mean),
      lower: points.map(({ lower }) => lower),
      upper: points.map(({ upper }) => upper),
    },
    ...(runs[0].part === 'floor' && { running: runs.map(({ run }) => run.running) }),
    ...(weights.length === runs.length && { weight: { mean: meansOf(weights) } }),
  };
}

/** The mean of several curves, point by point. */
function meansOf(curves: readonly (readonly (number | null)[])[]): (number | null)[] {
  return curves[0].map((_, k) => {
    const found = curves.map((curve) => curve[k]).filter((value) => value !== null);
    return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0) / found.length;
  });
}

function interquartile(values: readonly (number | null)[]): Interval | null {
  const found = values.filter((value) => value !== null);
  if (found.length === 0) return null;
  if (found.length === 1) return { estimate: found[0], lower: null, upper: null };
  const random = createRandom(SEED);
  const { estimate, lower, upper } = stratifiedBootstrap([[found]], (scores) => interquartileMean(scores), { random });
  return { estimate, lower, upper };
}

function compare(environment: EnvironmentName, ours: MethodRow, other: MethodRow): Comparison {
  const scores = [ours, other].map(({ values }) => [values.mean.filter((value) => value !== null)]);
  const random = createRandom(SEED);
  const improvement = stratifiedBootstrap(
    [scores[0], scores[1]],
    (first, second) => probabilityOfImprovement(first, second),
    { random },
  );
  return {
    environment,
    method: other.method,
    difference: byMeasure((measure) => paired(ours.values[measure], other.values[measure])),
    probabilityOfImprovement: improvement,
  };
}

function paired(ours: readonly (number | null)[], others: readonly (number | null)[]): Interval | null {
  const pairs = ours.map((value, seed) => [value, others[seed]] as const).filter(([a, b]) => a !== null && b !== null);
  if (pairs.length === 0) return null;
  const { mean, lower, upper } = pairedDifference(
    pairs.map(([a]) => a as number),
    pairs.map(([, b]) => b as number),
  );
  return { estimate: mean, lower, upper };
}

function byMeasure<T>(make: (measure: Measure) => T): Record<Measure, T> {
  return Object.fromEntries(MEASURES.map((measure) => [measure, make(measure)])) as Record<Measure, T>;
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
