import { checkObject, counted, described, InvalidOptionError } from '@ialp/core';
import { checkList } from '../checks.js';

/** The result of one run of one method; the format that `ialp-metrics` and the report read. */
export interface RunResult {
  readonly method: string;
  /** Environment of the run. Default `all`. */
  readonly environment?: string;
  /** Seed of the run. Runs of different methods with the same seed are paired. */
  readonly seed: number;
  /** Values by the name of the measure, in any unit; null if there is no value. */
  readonly measures: Readonly<Record<string, number | null>>;
  /** Curves by name, for example `reward`: values over interactions. */
  readonly curves?: Readonly<Record<string, RunCurve>>;
}

/** A value over the course of a run. */
export interface RunCurve {
  /** `[points]`, ascending; the same for all runs of an environment. */
  readonly interactions: readonly number[];
  /** `[points]`; null if there is no value. */
  readonly values: readonly (number | null)[];
}

/** The environment of runs that do not name one. */
export const UNNAMED = 'all';

/** Names in order of appearance in the runs. */
export interface RunNames {
  readonly methods: readonly string[];
  readonly environments: readonly string[];
  readonly measures: readonly string[];
}

/**
 * Checks that there is at least one run, that each method, environment and seed occurs once, and that all numbers are
 * finite.
 * @throws {InvalidOptionError} that names the run and the field.
 */
export function checkRuns(runs: readonly RunResult[]): RunNames {
  checkList('runs', runs, 'an array of runs');
  if (runs.length === 0) throw new InvalidOptionError('runs', [], 'at least one run');
  const seen = new Set<string>();
  for (const [k, run] of runs.entries()) {
    checkObject(`runs[${k}]`, run, 'an object with method, seed and measures');
    const { method, environment = UNNAMED, seed, measures, curves = {} } = run;
    const wrong = (field: string, found: unknown, expected: string): never => {
      throw new InvalidOptionError(`runs[${k}].${field}`, found, expected);
    };
    if (typeof method !== 'string' || method === '') wrong('method', method, 'a non-empty string');
    if (typeof environment !== 'string' || environment === '') wrong('environment', environment, 'a non-empty string');
    if (!Number.isSafeInteger(seed)) wrong('seed', seed, 'an integer');
    if (typeof measures !== 'object' || measures === null || Array.isArray(measures))
      wrong('measures', measures, 'an object with numbers by name');
    for (const [name, value] of Object.entries(measures)) {
      if (value !== null && !Number.isFinite(value)) wrong(`measures.${name}`, value, 'a finite number or null');
    }
    if (typeof curves !== 'object' || curves === null || Array.isArray(curves))
      wrong('curves', curves, 'an object with curves by name');
    for (const [name, curve] of Object.entries(curves))
      checkCurve(curve, (found, expected) => wrong(`curves.${name}`, found, expected));
    const key = JSON.stringify([method, environment, seed]);
    if (seen.has(key)) wrong('seed', seed, `one run of ${method} in ${environment} per seed`);
    seen.add(key);
  }
  return {
    methods: distinct(runs.map(({ method }) => method)),
    environments: distinct(runs.map(({ environment = UNNAMED }) => environment)),
    measures: distinct(runs.flatMap(({ measures }) => Object.keys(measures))),
  };
}

function checkCurve(curve: RunCurve, wrong: (found: unknown, expected: string) => never): void {
  if (typeof curve !== 'object' || curve === null) wrong(curve, 'an object with interactions and values');
  const { interactions, values } = curve;
  if (!Array.isArray(interactions) || !Array.isArray(values)) wrong(curve, 'an object with interactions and values');
  if (interactions.length !== values.length)
    wrong(described(counted(values.length, 'value')), `${counted(interactions.length, 'value')}, one per point`);
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
