import { InvalidOptionError } from '@ialp/core';
import type { DatasetEnvironmentOptions } from './dataset-environment.js';
import type { KuaiRecEnvironmentOptions } from './kuairec-environment.js';

/** Users of MovieLens 1M; EasyRL4Rec's threshold of 75 is a distance over all of them. */
const MOVIELENS_1M_USERS = 6040;
/** Users of Coat. */
const COAT_USERS = 290;

/**
 * The settings of EasyRL4Rec (arXiv 2402.15164) by environment, from `src/core/util/data.py` of
 * https://github.com/chongminggao/EasyRL4Rec: `num_leave_compute`, `leave_threshold` and `max_turn`. Its thresholds are Euclidean
 * distances over all users; ours are root mean squares, which do not depend on the number of users.
 */
const SETTINGS = {
  coat: { reward: 'rating', maxTurns: 30, similarity: { window: 7, distance: 6 / Math.sqrt(COAT_USERS) } },
  movielens: {
    reward: 'rating',
    maxTurns: 30,
    similarity: { window: 7, distance: 75 / Math.sqrt(MOVIELENS_1M_USERS) },
  },
  kuairec: { maxTurns: 30, similarity: { window: 9 }, unobserved: 'zero' },
} as const satisfies Record<string, DatasetEnvironmentOptions & KuaiRecEnvironmentOptions>;

/**
 * The options for EasyRL4Rec's settings, without the turn limit if a protocol such as `NX_10` sets it.
 * @throws {InvalidOptionError} for an environment that EasyRL4Rec does not have.
 */
export function easyRl4RecSettings(name: string, protocol = ''): DatasetEnvironmentOptions & KuaiRecEnvironmentOptions {
  if (!(name in SETTINGS)) {
    throw new InvalidOptionError(
      'preset',
      'easyrl4rec',
      `none for '${name}': EasyRL4Rec has coat, movielens and kuairec`,
    );
  }
  const { maxTurns, ...settings } = SETTINGS[name as keyof typeof SETTINGS];
  return /^NX_[1-9]/.test(protocol) ? settings : { maxTurns, ...settings };
}
