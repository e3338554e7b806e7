import { checkRuns, type RunResult, runsOf } from './run-result.js';
import { meanOf } from './scores.js';

/** A method's values of a measure by seed, in the order of the runs; seeds without a value are omitted. */
export function valuesBySeed(
  runs: readonly RunResult[],
  measure: string,
  method: string,
  environment: string,
): Map<number, number> {
  const own = runsOf(runs, method, environment);
  return new Map(own.flatMap(({ seed, measures }) => (measures[measure] == null ? [] : [[seed, measures[measure]]])));
}

/** A method's values of a measure: a list per environment, which may be empty. */
export function scoresOf(runs: readonly RunResult[], measure: string, method: string): number[][] {
  const { environments } = checkRuns(runs);
  return environments.map((environment) => [...valuesBySeed(runs, measure, method, environment).values()]);
}

/**
 * Normalised scores of all methods, comparable across environments: in each environment 0 is the mean of the worst
 * method and 1 that of the best; all are 1 if all means are equal.
 */
export function normalizedScores(runs: readonly RunResult[], measure: string): Map<string, number[][]> {
  const { methods } = checkRuns(runs);
  const raw = new Map(methods.map((method) => [method, scoresOf(runs, measure, method)]));
  const ends = [...raw.values()][0].map((_, environment) => {
    const lists = [...raw.values()].map((scores) => scores[environment]).filter((values) => values.length > 0);
    const means = lists.map(meanOf);
    return { worst: Math.min(...means), best: Math.max(...means) };
  });
  const normalise = (value: number, environment: number): number => {
    const { worst, best } = ends[environment];
    return best === worst ? 1 : (value - worst) / (best - worst);
  };
  return new Map(
    [...raw].map(([method, scores]) => [
      method,
      scores.map((values, environment) => values.map((value) => normalise(value, environment))),
    ]),
  );
}
