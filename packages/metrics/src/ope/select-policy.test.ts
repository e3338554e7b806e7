import { describe, expect, test } from 'vitest';
import { uniformRandom } from '../test-support/bandits.js';
import type { BanditLog } from './bandit-log.js';
import { clippedIps, ips, snips } from './estimators.js';
import { selectPolicy } from './select-policy.js';

/** Decisions of a policy that draws uniformly from three actions, and policies that favour one of them. */
function logs(rows: number, seed: number): Record<string, BanditLog> {
  const uniform = uniformRandom(seed);
  const means = [0.3, 0.5, 0.52];
  const action = Array.from({ length: rows }, () => Math.floor(3 * uniform()));
  const reward = action.map((each) => (uniform() < means[each] ? 1 : 0));
  const propensity = action.map(() => 1 / 3);
  const leaning = (on: number): BanditLog => ({
    ...{ reward, propensity },
    target: action.map((each) => (each === on ? 0.8 : 0.1)),
  });
  return { first: leaning(0), second: leaning(1), third: leaning(2) };
}
const random = (seed = 1) => ({ uniform: uniformRandom(seed) });

describe('selecting a policy', () => {
  test('selects the best policy, with a confidence that reflects the difference', () => {
    const { best, confidence, policies } = selectPolicy({
      ...{ policies: logs(3000, 4), estimator: snips, random: random() },
    });
    expect(policies.map(({ name }) => name)[2]).toBe('first');
    expect(policies[0].name).toBe(best);
    expect(policies[2].probabilityBest).toBeLessThan(0.01);
    expect(confidence).toBe(policies[0].probabilityBest);
    expect(confidence).toBeGreaterThan(0.5);
    expect(policies.reduce((sum, { probabilityBest }) => sum + probabilityBest, 0)).toBeCloseTo(1, 12);
    expect(policies[0]).toMatchObject(snips(logs(3000, 4)[best]));
  });

  test('is right about as often as it says', () => {
    let [right, said] = [0, 0];
    const count = 150;
    for (let seed = 0; seed < count; seed++) {
      const { best, confidence } = selectPolicy({
        ...{ policies: logs(800, seed), estimator: ips, random: random(seed), resamples: 200 },
      });
      if (best === 'third') right++;
      said += confidence;
    }
    // If two are nearly equal, the best is selected in little more than half of the logs; the confidence is close to that.
    expect(right / count).toBeGreaterThan(0.5);
    expect(said / count).toBeLessThan(right / count + 0.25);
  });

  test('equal policies share the win; the same seed gives the same result', () => {
    const [log] = Object.values(logs(100, 2));
    const select = () => selectPolicy({ policies: { a: log, b: log }, estimator: ips, random: random() });
    expect(select().policies.map(({ probabilityBest }) => probabilityBest)).toEqual([0.5, 0.5]);
    expect(select()).toEqual(select());
  });

  test('takes estimators with options of their own', () => {
    const estimator: typeof ips = (log, options) => clippedIps(log, { ...options, bound: 1 });
    const { policies } = selectPolicy({ policies: logs(500, 3), estimator, random: random(), confidence: 0.8 });
    expect(policies[0].confidence).toBe(0.8);
  });

  test('refuses logs of other decisions, though they have as many rows', () => {
    const [log] = Object.values(logs(10, 1));
    const select = (changed: Partial<BanditLog>) => () =>
      selectPolicy({ policies: { a: log, b: { ...log, ...changed } }, estimator: ips, random: random() });
    const [reward, propensity] = [Array.from(log.reward), Array.from(log.propensity)];
    reward[0] = 9;
    propensity[3] = 0.5;
    expect(select({ reward })).toThrow(
      /^policies\.b\.reward\[0\]: expected [01], as in policies\.a \(the same decisions; only target, .*\); found 9\.$/,
    );
    expect(select({ propensity })).toThrow(/^policies\.b\.propensity\[3\]: expected 0\.33\d+, as in .* found 0\.5\.$/);
    expect(select({ reward: Float64Array.from(log.reward), target: log.target })).not.toThrow();
  });

  test('refuses none, other rows, and an estimator that keeps its options', () => {
    const both = { estimator: ips, random: random() };
    expect(() => selectPolicy({ ...both, policies: {} })).toThrow(/policies: expected at least one/);
    const other = { a: logs(10, 1)['first'], b: logs(11, 1)['first'] };
    expect(() => selectPolicy({ ...both, policies: other })).toThrow(
      /policies\.b: expected 10 rows, like the other policies; found 11 rows\./,
    );
    const deaf = (log: BanditLog) => ips(log);
    expect(() => selectPolicy({ ...both, policies: other, estimator: deaf })).toThrow(
      /passes its options on, such as \(log, options\) => clippedIps\(.*\); found a function/,
    );
    expect(() => selectPolicy({ ...both, policies: other, resamples: 0.5 })).toThrow(/resamples/);
  });
});
