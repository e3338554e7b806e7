import type { Rollout } from '@ialp/policy';

/** Arguments of `temporalDifferences`. */
export interface CriticInput {
  readonly rollout: Pick<Rollout, 'reward' | 'terminated'>;
  /** `[steps * sessions]`: `V(s)`. */
  readonly value: ArrayLike<number>;
  /** `[steps * sessions]`: `V(s')`. */
  readonly nextValue: ArrayLike<number>;
  readonly discount: number;
}

/** Temporal differences, and their sensitivity to a constant offset of the critic. */
export interface TemporalDifferences {
  /** `[steps * sessions]`: `delta_t = r_t + gamma V(s_{t+1}) - V(s_t)`; after a terminated session the next value is 0. */
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
