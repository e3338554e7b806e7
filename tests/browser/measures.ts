import { createRandom } from '@ialp/env';
import { earlyReward, episodesOf } from '@ialp/metrics';
import { gini } from '@ialp/metrics/beyond-accuracy';
import { ips, snips } from '@ialp/metrics/ope';
import { ndcg } from '@ialp/metrics/ranking';
import { compareRuns, sampleSize } from '@ialp/metrics/runs';
import { createOpeStream } from '@ialp/metrics/streaming';

/** Measures of one kind each, to be the same on a page and in Node. */
export function measure(): Readonly<Record<string, unknown>> {
  const log = { reward: [1, 0, 1, 1], propensity: [0.5, 0.25, 0.25, 0.5], target: [0.25, 0.25, 0.5, 0.25] };
  const stream = createOpeStream();
  for (let row = 0; row < 4; row++) {
    stream.add({ reward: log.reward[row], propensity: log.propensity[row], target: log.target[row] });
  }
  const episodes = episodesOf({
    session: Int32Array.of(0, 1, 0),
    reward: Float32Array.of(1, 2, 0.5),
    terminated: Uint8Array.of(0, 1, 1),
    truncated: new Uint8Array(3),
  });
  const runs = ['new', 'old'].flatMap((method, k) =>
    [1, 2, 3].map((seed) => ({ method, seed, measures: { final: seed + k + seed * k * 0.1 } })),
  );
  return {
    ips: ips(log),
    selfNormalized: snips(log),
    stream: stream.estimates(),
    early: earlyReward(episodes, { interactions: 3, share: 0.5 }),
    ndcg: ndcg([0, 2, 1], { k: 2 }),
    gini: gini([3, 1, 0]),
    runs: sampleSize({ difference: 1, standardDeviation: 1 }),
    comparison: compareRuns(runs, { measure: 'final', random: createRandom(1), resamples: 50 }),
  };
}
