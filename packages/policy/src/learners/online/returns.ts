import type { Rollout } from '../../experience/rollout.js';

/** Discounted returns of a rollout's rows. */
export interface Returns {
  /** `[steps * sessions]`: `G_t = sum over k of gamma^k r_{t+k}` up to the end of the session; 0 if not known. */
  readonly value: Float32Array;
  /** `[steps * sessions]`: 1 where the session ended within the rollout, so that the return is known. */
  readonly known: Uint8Array;
}

/** Computes the returns, from the last step to the first. A truncated session's return is the reward it had until then. */
export function returnsOf({ steps, sessions, reward, terminated, truncated }: Rollout, discount: number): Returns {
  const value = new Float32Array(steps * sessions);
  const known = new Uint8Array(steps * sessions);
  for (let session = 0; session < sessions; session++) {
    let [sum, isKnown] = [0, 0];
    for (let step = steps - 1; step >= 0; step--) {
      const row = step * sessions + session;
      if (terminated[row] === 1 || truncated[row] === 1) [sum, isKnown] = [0, 1];
      sum = reward[row] + discount * sum;
      known[row] = isKnown;
      value[row] = isKnown === 1 ? sum : 0;
    }
  }
  return { value, known };
}
