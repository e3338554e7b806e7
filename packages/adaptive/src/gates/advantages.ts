import type { Rollout } from '@ialp/policy';

/** What `advantagesOf` works on. */
export interface AdvantageInput {
  readonly rollout: Pick<Rollout, 'steps' | 'sessions' | 'reward' | 'terminated' | 'truncated'>;
  /** `[steps * sessions]`: `V(s)`. */
  readonly value: Float32Array;
  /** `[steps * sessions]`: `V(s')`. */
  readonly nextValue: Float32Array;
  readonly discount: number;
  readonly lambda: number;
}

/**
 * `[steps * sessions]`: generalised advantages of the policy that acted (Schulman et al. 2016, arXiv 1506.02438),
 * `A_t = delta_t + gamma lambda A_{t+1}`, `delta_t = r_t + gamma V(s_{t+1}) - V(s_t)`, where nothing follows a person who left.
 */
export function advantagesOf({ rollout, value, nextValue, discount, lambda }: AdvantageInput): Float32Array {
  const { steps, sessions, reward, terminated, truncated } = rollout;
  const advantage = new Float32Array(steps * sessions);
  for (let row = steps * sessions - 1; row >= 0; row--) {
    const follows = terminated[row] === 1 ? 0 : nextValue[row];
    const goesOn = row + sessions < advantage.length && terminated[row] === 0 && truncated[row] === 0;
    const delta = reward[row] + discount * follows - value[row];
    advantage[row] = delta + (goesOn ? discount * lambda * advantage[row + sessions] : 0);
  }
  return advantage;
}
