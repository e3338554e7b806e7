import { checkObject, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/** What one run of one method came to; the plain form in which `ialp-metrics` and the report read runs. */
export interface RunResult {
  readonly method: string;
  /** Where it ran. Default `all`. */
  readonly environment?: string;
  /** Runs of different methods with one seed are compared with each other. */
  readonly seed: number;
  /** By name, in whatever unit; null where there is no value. */
  readonly measures: Readonly<Record<string, number | null>>;
  /** By name, for example `reward`: values against interactions. */
  readonly curves?: Readonly<Record<string, RunCurve>>;
}

/** How something went over a run. */
export interface RunCurve {
  /** `[points]`, ascending; the same for all runs of an environment. */
  readonly interactions: readonly number[];
  /** `[points]`; null where there is no value. */
  readonly values: readonly (number | null)[];
}

/** The environment of runs that name none. */
export const UNNAMED = 'all';

/** Names in the order in which runs bring them. */
export interface RunNames {
  readonly methods: readonly string[];
  readonly environments: readonly string[];
  readonly measures: readonly string[];
}

/**
 * Throws unless these are runs of which something can be said: at least one, each once, numbers finite.
 * @throws {InvalidOptionError} naming the run and the field.
 */
export function checkRuns(runs: readonly RunResult[]): RunNames {
  checkList('runs', runs, 'a list of runs');
  if (runs.length === 0) throw new InvalidOptionError('runs', '[]', 'at least one run');
  const seen = new Set<string>();
  for (const [k, run] of runs.entries()) {
    checkObject(`runs[${k}]`, run, 'an object with method, seed and measures');
    const { method, environment = UNNAMED, seed, measures, curves = {} } = run;
    const wrong = (field: string, found: unknown, expected: string): never => {
      throw new InvalidOptionError(`runs[${k}].${field}`, found, expected);
    };
    if (typeof method !== 'string' || method === '') wrong('method', method, 'a name');
    if (typeof environment !== 'string' || environment === '') wrong('environment', environment, 'a name');
    if (!Number.isSafeInteger(seed)) wrong('seed', seed, 'an integer');
    if (typeof measures !== 'object' || measures === null || Array.isArray(measures))
      wrong('measures', measures, 'numbers by name');
    for (const [name, value] of Object.entries(measures)) {
      if (value !== null && !Number.isFinite(value)) wrong(`measures.${name}`, value, 'a finite number or null');
    }
    if (typeof curves !== 'object' || curves === null || Array.isArray(curves))
      wrong('curves', curves, 'curves by name');
    for (const [name, curve] of Object.entries(curves))
      checkCurve(curve, (found, expected) => wrong(`curves.${name}`, found, expected));
    const key = JSON.stringify([method, environment, seed]);
    if (seen.has(key)) wrong('seed', seed, `one run of ${method} in ${environment} for each seed`);
    seen.add(key);
  }
  return {
    methods: distinct(runs.map(({ method }) => method)),
    environments: distinct(runs.map(({ environment = UNNAMED }) => environment)),
    measures: distinct(runs.flatMap(({ measures }) => Object.keys(measures))),
  };
}

function checkCurve(curve: RunCurve, wrong: (found: unknown, expected: string) => never): void {
  if (typeof curve !== 'object' || curve === null) wrong(curve, 'interactions and values');
  const { interactions, values } = curve;
  if (!Array.isArray(interactions) || !Array.isArray(values)) wrong(curve, 'interactions and values');
  if (interactions.length !== values.length)
    wrong(`${values.length} values`, `${interactions.length}, one for each point`);
  const place = interactions.findIndex((x, k) => !Number.isFinite(x) || (k > 0 && !(x > interactions[k - 1])));
  if (place !== -1) wrong(interactions[place], 'ascending interactions');
  const broken = values.find((value) => value !== null && !Number.isFinite(value));
  if (broken !== undefined) wrong(broken, 'finite values or null');
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** The runs of a method in an environment. */
export function runsOf(runs: readonly RunResult[], method: string, environment: string): RunResult[] {
  return runs.filter((run) => run.method === method && (run.environment ?? UNNAMED) === environment);
}
