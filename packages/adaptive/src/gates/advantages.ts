import type { Rollout } from '@ialp/policy';

/** The columns of a rollout that the sums over time need. */
export type SessionColumns = Pick<Rollout, 'steps' | 'sessions' | 'reward' | 'terminated' | 'truncated'>;

/** What `temporalDifferences` works on. */
export interface CriticInput {
  readonly rollout: SessionColumns;
  /** `[steps * sessions]`: `V(s)`. */
  readonly value: ArrayLike<number>;
  /** `[steps * sessions]`: `V(s')`. */
  readonly nextValue: ArrayLike<number>;
  readonly discount: number;
}

/** Temporal differences, and how a constant in the critic enters them. */
export interface TemporalDifferences {
  /** `[steps * sessions]`: `delta_t = r_t + gamma V(s_{t+1}) - V(s_t)`; nothing follows a terminated session. */
  readonly delta: Float64Array;
  /**
   * `[steps * sessions]`: `h_t = 1` for a terminated session, else `1 - gamma`. With the critic `V + k` the temporal
   * differences are `delta_t - k h_t`.
   */
  readonly constant: Float64Array;
}

/** The temporal differences of a critic. */
export function temporalDifferences({ rollout, value, nextValue, discount }: CriticInput): TemporalDifferences {
  const { reward, terminated } = rollout;
  const delta = new Float64Array(reward.length);
  const constant = new Float64Array(reward.length);
  for (let row = 0; row < reward.length; row++) {
    const goesOn = terminated[row] === 0;
    delta[row] = reward[row] + (goesOn ? discount * nextValue[row] : 0) - value[row];
    constant[row] = goesOn ? 1 - discount : 1;
  }
  return { delta, constant };
}

/**
 * `[steps * sessions]`: `X_t = x_t + decay X_{t+1}`, up to the end of the session or of the rollout. Of temporal differences,
 * with `decay = gamma lambda`, these are generalised advantages (Schulman et al. 2016, arXiv 1506.02438).
 */
export function decayedSums(terms: Float64Array, rollout: SessionColumns, decay: number): Float64Array {
  const { sessions, terminated, truncated } = rollout;
  const sums = terms.slice();
  for (let row = sums.length - 1 - sessions; row >= 0; row--) {
    if (terminated[row] === 0 && truncated[row] === 0) sums[row] += decay * sums[row + sessions];
  }
  return sums;
}
